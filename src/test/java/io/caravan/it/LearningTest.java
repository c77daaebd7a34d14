/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databricks' native endpoint says what it does not take; it is left out, once repeated, and remembered per model. */
@DisplayName("learning what Databricks refuses (5.3, P6; E07, E09)")
class LearningTest {

    private static final AtomicInteger MODELS = new AtomicInteger();

    private static Gateway gateway;

    private final String model = "databricks-learning-" + MODELS.incrementAndGet();

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    /** An upstream that answers 400 with {@code words} as long as a request is {@code refused}. */
    private static void refusing(String words, Predicate<RecordedRequest> refused) {
        gateway.upstream((request, reply) -> {
            boolean refuses = refused.test(request);
            String quoted = words.replace("\"", "\\\"");
            reply.status(refuses ? 400 : 200).header("content-type", "application/json").send(Wire.utf8(refuses
                    ? "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"" + quoted + "\"}}"
                    : "{\"model\":\"up\"}"));
            return true;
        });
    }

    private static void refusingWhatHas(String words, String field) {
        refusing(words, request -> request.json().findValue(field) != null);
    }

    private static Predicate<RecordedRequest> beta(String name) {
        return request -> request.header("anthropic-beta") != null && request.header("anthropic-beta").contains(name);
    }

    /** {@code members} stand before the messages. */
    private String request(String members) {
        return "{\"model\":\"" + model + "\"," + members + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    }

    private static void assertAnswered(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
    }

    /** The repeated request's body, after the first one's is thrown away. */
    private static RecordedRequest repeated() {
        gateway.received();
        return gateway.received();
    }

    @Test
    void aFieldGoesTogetherWithItsBetaAndNothingElseChanges() {
        refusingWhatHas("context_management: Extra inputs are not permitted", "context_management");
        String body = request("\"max_tokens\": 5 , \"context_management\" : {\"edits\":[{\"a\":\"}\"}]} ,\n\"metadata\":{\"x\":1.50}");
        assertAnswered(gateway.post(body, "anthropic-beta", "claude-code-20250219, context-management-2025-06-27,other"));
        RecordedRequest second = repeated();
        assertEquals(body.replace(" , \"context_management\" : {\"edits\":[{\"a\":\"}\"}]}", ""), new String(second.body()));
        assertEquals("claude-code-20250219,other", second.header("anthropic-beta"));
    }

    @Test
    void whatWasRefusedIsLeftOutAtOnceTheNextTime() {
        refusingWhatHas("context_management: Extra inputs are not permitted", "context_management");
        String body = request("\"context_management\":{}");
        assertAnswered(gateway.post(body, "anthropic-beta", "context-management-2025-06-27"));
        gateway.simulator().clear();
        assertAnswered(gateway.post(body, "anthropic-beta", "context-management-2025-06-27"));
        assertEquals(1, gateway.simulator().requests().size());
        assertNull(gateway.simulator().requests().get(0).header("anthropic-beta"));
        assertNull(gateway.simulator().requests().get(0).json().get("context_management"));
    }

    @Test
    void itIsNotLeftOutForAnotherModel() {
        refusing("context_management: Extra inputs are not permitted",
                request -> request.json().has("context_management") && request.json().path("model").asText().equals(model));
        String body = request("\"context_management\":{}");
        assertAnswered(gateway.post(body));
        gateway.simulator().clear();
        assertAnswered(gateway.post(body.replace(model, "databricks-another")));
        assertTrue(gateway.received().json().has("context_management"));
    }

    @Test
    void aFieldOfAMessageGoesFromEveryMessage() {
        refusing("messages.1.output_config: Extra inputs are not permitted",
                request -> request.json().path("messages").findValue("output_config") != null);
        String body = "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
                + "{\"role\":\"system\",\"content\":[],\"output_config\":{\"effort\":\"low\"}},{\"output_config\":{},\"role\":\"user\"}]}";
        assertAnswered(gateway.post(body, "anthropic-beta", "per-turn-control-2026-07-01"));
        RecordedRequest second = repeated();
        assertEquals(body.replace(",\"output_config\":{\"effort\":\"low\"}", "").replace("\"output_config\":{},", ""),
                new String(second.body()));
        assertNull(second.header("anthropic-beta"));
    }

    @Test
    void aFieldOfAToolGoesFromEveryToolAndNeverFromASchema() {
        refusingWhatHas("tools.1.custom.defer_loading: Extra inputs are not permitted", "defer_loading");
        String schema = "\"input_schema\":{\"type\":\"object\",\"properties\":{\"defer\":{}}}";
        String body = request("\"tools\":[{\"name\":\"a\"," + schema + "},{\"name\":\"b\",\"defer_loading\":true," + schema
                + "},{\"defer_loading\":true,\"name\":\"c\"," + schema + "}]");
        assertAnswered(gateway.post(body, "anthropic-beta", "advanced-tool-use-2025-11-20,effort-2025-11-24"));
        RecordedRequest second = repeated();
        assertEquals(body.replace("\"defer_loading\":true,", ""), new String(second.body()));
        assertEquals("effort-2025-11-24", second.header("anthropic-beta"));
    }

    @Test
    void aClientsOwnDataKeepsAKeyOfThatName() {
        refusing("tools.0.custom.strict: Extra inputs are not permitted", request -> request.json().path("tools").path(0).has("strict"));
        String kept = "\"input_schema\":{\"type\":\"object\",\"properties\":{\"tools\":{\"strict\":1}}}";
        String body = "{\"model\":\"" + model + "\",\"tools\":[{\"strict\":true,\"name\":\"a\"," + kept + "}],\"messages\":["
                + "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"input\":{\"tools\":[{\"strict\":2}]}}]}]}";
        assertAnswered(gateway.post(body));
        assertEquals(body.replace("\"strict\":true,", ""), new String(repeated().body()));
    }

    @Test
    void aDeepFieldGoesFromItsPlaceAlone() {
        refusingWhatHas("system.1.cache_control.ephemeral.scope: Extra inputs are not permitted", "scope");
        String body = request("\"system\":[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\"}},"
                + "{\"type\":\"text\",\"text\":\"b\",\"cache_control\":{\"type\":\"ephemeral\",\"scope\":\"global\"}},"
                + "{\"type\":\"text\",\"text\":\"c\",\"cache_control\":{\"scope\":\"global\"}}]");
        assertAnswered(gateway.post(body));
        List<RecordedRequest> sent = gateway.simulator().requests();
        String of = "\"ephemeral\",\"scope\":\"global\"";
        assertEquals(body.replace(of, "\"ephemeral\""), new String(sent.get(1).body()), "a block's kind is part of the path");
        assertEquals(body.replace(of, "\"ephemeral\"").replace("\"scope\":\"global\"", ""), new String(sent.get(2).body()));
    }

    @Test
    void aBetaGoesTogetherWithItsField() {
        String beta = "context-management-2025-06-27";
        refusing("anthropic-beta: Unexpected value(s) `" + beta + "` for the `anthropic-beta` header.", beta(beta));
        assertAnswered(gateway.post(request("\"context_management\":{}"), "anthropic-beta", "a-1," + beta + ",b-2"));
        RecordedRequest second = repeated();
        assertEquals("a-1,b-2", second.header("anthropic-beta"));
        assertFalse(second.json().has("context_management"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("E09: max_tokens comes down to the limit, and the thinking budget under it")
    void aMaxTokensTooLargeIsLowered(boolean thinking) {
        refusing("max_tokens: 128000 > 64000, which is the maximum allowed number of output tokens for x",
                request -> request.json().path("max_tokens").asInt() > 64_000);
        String body = request("\"max_tokens\":128000" + (thinking ? ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":127999}" : ""));
        assertAnswered(gateway.post(body));
        assertEquals(body.replace("128000", "64000").replace("127999", "63999"), new String(repeated().body()));
        gateway.simulator().clear();
        assertAnswered(gateway.post(body));
        String small = request("\"max_tokens\":1000");
        assertAnswered(gateway.post(small));
        assertEquals(64_000, gateway.received().json().path("max_tokens").asInt());
        assertEquals(small, new String(gateway.received().body()), "a smaller one stays");
    }

    @Test
    void aRequestIsMendedFiveTimesAndTheNextRefusalIsTheClients() {
        AtomicInteger asked = new AtomicInteger();
        gateway.upstream((request, reply) -> {
            reply.status(400).header("content-type", "application/json").send(Wire.utf8("{\"type\":\"error\",\"error\":{"
                    + "\"type\":\"invalid_request_error\",\"message\":\"f" + asked.incrementAndGet()
                    + ": Extra inputs are not permitted\"}}"));
            return true;
        });
        HttpResponse<String> answer =
                gateway.post(request("\"f1\":1,\"f2\":1,\"f3\":1,\"f4\":1,\"f5\":1,\"f6\":1,\"f7\":1"));
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("f6: Extra inputs"), answer.body());
        assertEquals(6, asked.get());
    }

    @Test
    void whatDidNotHealIsNotKept() {
        refusing("gone: Extra inputs are not permitted", request -> true);
        for (int i = 0; i < 2; i++) {
            gateway.simulator().clear();
            assertEquals(400, gateway.post(request("\"gone\":1")).statusCode());
            assertEquals(2, gateway.simulator().requests().size(), "tried once without it, and each time anew");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages: Extra inputs are not permitted", "prompt is too long: 210000 tokens > 200000 maximum",
        "messages.1.role: Input should be 'user' or 'assistant'", "messages.0.content.0: Invalid `signature` in `thinking` block",
        "messages.0.content.0.thinking.signature: Extra inputs are not permitted", "something else"})
    void whatCannotBeLeftOutIsTheClientsToHeal(String words) {
        refusing(words, request -> true);
        HttpResponse<String> answer = gateway.post(request("\"max_tokens\":5"));
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains(words), answer.body());
        assertEquals(1, gateway.simulator().requests().size());
    }

    @Test
    void safeguardsNeverLeaveForDatabricksNorDoesTheirBeta() {
        gateway.upstream(null);
        String body = request("\"max_tokens\":5,\"safeguards\":[{\"type\":\"dangerous_tool_use\",\"classifier_context\":"
                + "{\"home\":\"/home/me\"}}]");
        HttpResponse<String> answer = gateway.post(body, "anthropic-beta", "dangerous-tool-use-2026-09-03,effort-2025-11-24");
        assertAnswered(answer);
        List<RecordedRequest> requests = gateway.simulator().requests();
        assertEquals(1, requests.size());
        JsonNode sent = requests.get(0).json();
        assertFalse(sent.has("safeguards"));
        assertEquals("effort-2025-11-24", requests.get(0).header("anthropic-beta"));
    }
}
