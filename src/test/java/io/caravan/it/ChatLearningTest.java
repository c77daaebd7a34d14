/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.ConvertingLaneTest.faulty;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What an upstream of the chat format says it does not take is mended once, repeated, and remembered. */
@DisplayName("learning what chat upstreams refuse (3.3; E09, E10)")
class ChatLearningTest {

    private static final String PATTERN = "{\"type\":\"object\",\"properties\":{\"day\":{\"type\":\"string\","
            + "\"pattern\":\"^\\\\d+$\"}}}";
    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        Gateway.CHAT.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend)));
    }

    @AfterAll
    static void close() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    private static String request(String model, int maxTokens, String members) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":" + maxTokens + members
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"say hi\"}]}";
    }

    private static String tool(String name) {
        return ",\"tools\":[{\"name\":\"" + name + "\",\"input_schema\":" + PATTERN + "}]";
    }

    private static String function(String name) {
        return ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"parameters\":" + PATTERN
                + "}}]";
    }

    /** The bodies the upstream got for one request of a client's that is answered in the end. */
    private static List<JsonNode> sent(Gateway gateway, String body, boolean openAi) {
        gateway.upstream(null);
        HttpResponse<String> answer = openAi ? gateway.chat(body) : gateway.post(body);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("Hi!"), answer.body());
        return gateway.simulator().requests().stream().map(RecordedRequest::json).toList();
    }

    private static int limit(JsonNode body) {
        return body.path("max_tokens").asInt(body.path("max_completion_tokens").asInt());
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("E09: max_tokens comes down once, and at once the next time, for that model alone")
    void aLimitThatIsTooLargeComesDown(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        String model = faulty(backend, "max-tokens=1000");
        List<JsonNode> first = sent(gateway, request(model, 2000, ""), false);
        assertEquals(2, first.size());
        assertEquals(2000, limit(first.get(0)));
        assertEquals(1000, limit(first.get(1)));
        List<JsonNode> second = sent(gateway, request(model, 3000, ",\"stream\":true"), false);
        assertEquals(1, second.size());
        assertEquals(1000, limit(second.get(0)));
        assertEquals(500, limit(sent(gateway, request(model, 500, ""), false).get(0)), "a smaller one stays");
        assertEquals(1000, limit(sent(gateway, request(model, 2000, ""), true).get(0)), "an OpenAI client's too");
        assertEquals(2000, limit(sent(gateway, request(Gateway.MODEL, 2000, ""), false).get(0)), "another model's stays");
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("E09: an OpenAI client's limit comes down under either name, and a thinking budget under it")
    void anOpenAiClientsLimitComesDown(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        String model = faulty(backend, "max-tokens=1500");
        List<JsonNode> sent = sent(gateway, request(model, 2000, "").replace("max_tokens", "max_completion_tokens"), true);
        assertEquals(2, sent.size());
        assertEquals(1500, limit(sent.get(1)));
        String thinking = faulty(backend, "max-tokens=1600");
        JsonNode last = sent(gateway, request(thinking, 4000,
                ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":3000}"), false).get(1);
        assertEquals(1600, limit(last));
        int budget = last.at("/thinking/budget_tokens").asInt(last.at("/reasoning/max_tokens").asInt());
        assertTrue(budget < 1600, last.toString());
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("E10: a schema that is refused is reduced once, and at once for the same tools the next time")
    void aSchemaThatIsRefusedIsReduced(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        String model = faulty(backend, "strict-schema");
        List<JsonNode> first = sent(gateway, request(model, 100, tool("one")), false);
        assertEquals(2, first.size());
        assertTrue(first.get(0).toString().contains("\"pattern\""), first.get(0).toString());
        assertFalse(first.get(1).toString().contains("\"pattern\""), first.get(1).toString());
        assertEquals("one", first.get(1).at("/tools/0/function/name").asText());
        assertEquals(1, sent(gateway, request(model, 200, tool("one") + ",\"stream\":true"), false).size());
        assertEquals(2, sent(gateway, request(model, 100, tool("two")), false).size(), "other tools are tried as they are");
        List<JsonNode> elsewhere = sent(gateway, request(Gateway.MODEL, 100, tool("one")), false);
        assertTrue(elsewhere.get(0).toString().contains("\"pattern\""), "another model's tools too");
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("E10: an OpenAI client's tools likewise")
    void anOpenAiClientsSchemaIsReduced(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        String body = request(faulty(backend, "strict-schema"), 100, function("three"));
        List<JsonNode> first = sent(gateway, body, true);
        assertEquals(2, first.size());
        assertFalse(first.get(1).toString().contains("\"pattern\""), first.get(1).toString());
        assertEquals(1, sent(gateway, body, true).size());
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("E10: once, then the refusal is the client's")
    void aSecondRefusalIsTheClients(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        String words = "tools.0.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12";
        gateway.upstream((request, reply) -> {
            reply.status(400).header("content-type", "application/json")
                    .send(Wire.utf8("{\"error\":{\"message\":\"" + words + "\",\"code\":400}}"));
            return true;
        });
        HttpResponse<String> answer = gateway.post(request(Gateway.MODEL, 100, tool("four")));
        assertEquals(400, answer.statusCode());
        assertEquals(words, json(answer.body()).at("/error/message").asText());
        assertEquals(2, gateway.simulator().requests().size());
    }
}
