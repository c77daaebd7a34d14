/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a chat upstream refuses and the gateway can make good is sent once more, and the client sees a 200. */
@DisplayName("refusals that a chat upstream makes (E09, E10)")
class ConvertedHealingTest {

    private static Map<String, Gateway> gateways;

    @BeforeAll
    static void start() {
        gateways = Lane.start();
    }

    @AfterAll
    static void close() {
        gateways.values().forEach(Gateway::close);
    }

    static Stream<Named<Lane>> chatUpstreams() {
        return Lane.all(gateways).filter(lane -> lane.getPayload().chatUpstream());
    }

    private static void refusing(Lane lane, String words, Predicate<RecordedRequest> refused) {
        lane.upstream((request, reply) -> {
            if (!refused.test(request)) {
                return false;
            }
            reply.status(400).header("content-type", "application/json");
            reply.send(Wire.utf8("{\"error\":{\"message\":\"" + words + "\",\"type\":\"invalid_request_error\","
                    + "\"param\":null,\"code\":400}}"));
            return true;
        });
    }

    private static HttpResponse<String> ask(Lane lane, String model, String more) {
        String body = lane.request(false).replace(Gateway.MODEL, model).replaceFirst("\\{", "{" + more);
        return lane.chatClient() ? lane.gateway().chat(body) : lane.gateway().post(body);
    }

    @ParameterizedTest
    @MethodSource("chatUpstreams")
    @DisplayName("E09: max_tokens too large for the model is lowered once")
    void maxTokensIsLowered(Lane lane) {
        refusing(lane, "max_tokens: 100 > 50, which is the maximum allowed number of output tokens for the model",
                request -> request.json().path("max_tokens").asInt(0) > 50);
        String model = lane.chatClient() ? "claude-opus-4-1" : Gateway.MODEL;
        HttpResponse<String> answer = ask(lane, model, lane.chatClient() ? "\"max_tokens\":100," : "");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(2, lane.gateway().simulator().requests().size());
        assertEquals(50, lane.gateway().simulator().requests().get(1).json().path("max_tokens").asInt());
    }

    @ParameterizedTest
    @MethodSource("chatUpstreams")
    @DisplayName("E10: a schema that is refused is simplified once, and from then on")
    void aSchemaIsSimplified(Lane lane) {
        refusing(lane, "tools.0.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12",
                request -> request.json().toString().contains("\"propertyNames\""));
        String schema = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\",\"propertyNames\":{\"pattern\":\"x\"}}}}";
        String tool = lane.chatClient() ? "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":" + schema + "}}],"
                : "\"tools\":[{\"name\":\"f\",\"input_schema\":" + schema + "}],";
        String model = lane.chatClient() ? "claude-opus-4-1" : Gateway.MODEL;
        HttpResponse<String> answer = ask(lane, model, tool);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(2, lane.gateway().simulator().requests().size());
        JsonNode second = lane.gateway().simulator().requests().get(1).json();
        assertEquals("f", second.path("tools").path(0).path("function").path("name").asText());
        assertTrue(second.toString().contains("\"a\""), second.toString());
        assertEquals(200, ask(lane, model, tool).statusCode());
        assertEquals(3, lane.gateway().simulator().requests().size());
    }

    @ParameterizedTest
    @MethodSource("chatUpstreams")
    void aSecondRefusalIsTheClients(Lane lane) {
        refusing(lane, "tools.0.custom.input_schema: JSON schema is invalid", request -> request.json().has("tools"));
        String tool = lane.chatClient() ? "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\",\"parameters\":{\"type\":\"object\"}}}],"
                : "\"tools\":[{\"name\":\"g\",\"input_schema\":{\"type\":\"object\"}}],";
        HttpResponse<String> answer = ask(lane, "claude-haiku-4-5", tool);
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("JSON schema is invalid"), answer.body());
        assertFalse(lane.gateway().simulator().requests().size() > 2);
    }
}
