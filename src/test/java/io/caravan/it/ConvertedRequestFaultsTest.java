/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that cannot be converted is the client's fault: a 400 with the place in it, and the upstream is not asked. */
@DisplayName("faults of requests in the converting lane (E33-E36, E48)")
class ConvertedRequestFaultsTest {

    private static Map<String, Gateway> gateways;

    @BeforeAll
    static void start() {
        gateways = Lane.start();
    }

    @AfterAll
    static void close() {
        gateways.values().forEach(Gateway::close);
    }

    static Stream<Named<Lane>> lanes() {
        return Lane.all(gateways);
    }

    private static JsonNode refused(Lane lane, String body, int status) {
        lane.upstream(null);
        HttpResponse<String> answer = lane.chatClient() ? lane.gateway().chat(body) : lane.gateway().post(body);
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals("application/json", FaultsRequestTest.header(answer, "content-type"));
        assertEquals(List.of(), lane.gateway().simulator().requests());
        JsonNode root = FaultsRequestTest.json(answer.body());
        if (lane.chatClient()) {
            assertEquals("invalid_request_error", root.path("error").path("type").asText(), answer.body());
            assertTrue(root.size() == 1 && root.path("error").has("param") && root.path("error").has("code"), answer.body());
        } else {
            FaultsRequestTest.assertFault(answer, status, status == 404 ? "not_found_error" : "invalid_request_error");
        }
        return root.path("error");
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("E33: what is no JSON, nothing, or nested a million deep")
    void whatCannotBeReadIsA400(Lane lane) {
        String model = "{\"model\":\"" + Gateway.MODEL + "\",";
        for (String body : List.of("", "no JSON", "[]", "{", "{}", "{\"model\":7}", lane.request(true) + "}")) {
            assertFalse(refused(lane, body, 400).path("message").asText().isBlank());
        }
        // the first level too many is told before the end that is missing
        for (String level : List.of("[", "{\"a\":")) {
            String message = refused(lane, model + "\"messages\":" + level.repeat(1_000_000), 400).path("message").asText();
            assertTrue(message.contains("nested too deeply"), message);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|max_tokens: Field required",
        "{\"max_tokens\":9}|messages: Field required",
        "{\"max_tokens\":9,\"messages\":{}}|messages: ",
        "{\"max_tokens\":\"9\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|max_tokens: ",
        "{\"max_tokens\":9,\"messages\":[{\"role\":\"wizard\",\"content\":\"x\"}]}|messages.0.role: ",
        "{\"max_tokens\":9,\"messages\":[{\"content\":\"x\"}]}|messages.0.role: Field required",
        "{\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"},7]}|messages.1",
        "{\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"text\":\"b\"}]}]}"
                + "|messages.0.content.1.type: Field required",
        "{\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]}|messages.0.content.0.text.text: Field required",
    })
    @DisplayName("E35, E36: a Messages client is told where")
    void theFaultIsToldWithItsPlace(String body, String start) {
        for (String backend : Gateway.CHAT) {
            Lane lane = new Lane(gateways.get(backend), backend, false);
            String message = refused(lane, "{\"model\":\"" + Gateway.MODEL + "\"," + body.substring(1), 400).path("message").asText();
            assertTrue(message.startsWith(start), message);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"max_tokens\":9}|messages",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"n\":2}|n",
        "{\"messages\":[{\"content\":\"x\"}]}|messages.0.role",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"b\"}]}]}|messages.0.content.0.type",
    })
    @DisplayName("E36, E48: an OpenAI client is told which parameter")
    void theParameterIsNamed(String body, String param) {
        Lane lane = new Lane(gateways.get("ANTHROPIC"), "ANTHROPIC", true);
        JsonNode error = refused(lane, "{\"model\":\"" + Gateway.MODEL + "\"," + body.substring(1), 400);
        assertEquals(param, error.path("param").asText(), error.toString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("E34: a model that no row knows")
    void anUnknownModelIsA404(boolean chatClient) {
        Lane lane = new Lane(gateways.get("OPENROUTER_CHAT"), "OPENROUTER_CHAT", chatClient);
        JsonNode error = refused(lane, lane.request(true).replace(Gateway.MODEL, "gpt-9"), 404);
        assertEquals("model: gpt-9", error.path("message").asText());
        assertEquals(lane.chatClient() ? "model_not_found" : "", error.path("code").asText(""));
    }
}
