/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 5.17: what Databricks' native endpoint refuses of one request, and what that means for others. */
@DisplayName("what is learned from a refusal (5.17; F035, F036, F048, F064)")
class FieldLearningTest {

    private static final AtomicInteger MODELS = new AtomicInteger();

    private static Gateway gateway;

    private final String model = "databricks-field-" + MODELS.incrementAndGet();

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    /** Refuses, in the words {@code <path>: Extra inputs are not permitted}, the first that a request has. */
    private static void refusing(Map<String, Predicate<RecordedRequest>> refused) {
        gateway.upstream((request, reply) -> {
            for (Map.Entry<String, Predicate<RecordedRequest>> one : refused.entrySet()) {
                if (one.getValue().test(request)) {
                    reply.status(400).header("content-type", "application/json").send(Wire.utf8("{\"type\":\"error\",\"error\":{"
                            + "\"type\":\"invalid_request_error\",\"message\":\"" + one.getKey()
                            + ": Extra inputs are not permitted\"}}"));
                    return true;
                }
            }
            reply.header("content-type", "application/json").send(Wire.utf8("{\"model\":\"up\"}"));
            return true;
        });
    }

    private static void refusing(String path, Predicate<JsonNode> has) {
        refusing(Map.of(path, request -> has.test(request.json())));
    }

    private String request(String members) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":5," + members + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    }

    private static int asked() {
        return gateway.simulator().requests().size();
    }

    private static String last() {
        return new String(gateway.simulator().requests().get(asked() - 1).body());
    }

    private static String dropped(HttpResponse<String> answer) {
        return FaultsRequestTest.header(answer, "x-caravan-dropped");
    }

    @ParameterizedTest
    @DisplayName("F035, F036: what changes the meaning is refused in the upstream's words, and stays for everybody")
    @CsvSource(delimiter = '|', value = {
        "output_config.format|\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}",
        "output_config|\"output_config\":{\"effort\":\"low\",\"format\":{\"type\":\"json_schema\",\"schema\":{}}}",
        "mcp_servers|\"mcp_servers\":[{\"type\":\"url\",\"url\":\"https://mcp.example\",\"name\":\"m\"}]",
        "container|\"container\":{\"skills\":[]}",
        "tools.0.custom.allowed_callers|\"tools\":[{\"name\":\"a\",\"input_schema\":{},\"allowed_callers\":[\"code_execution_20250825\"]}]",
        "tools.0.web_search_20250305.allowed_domains|\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"w\",\"allowed_domains\":[\"a.example\"]}]",
        "tools.0.web_search_20250305.max_uses|\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"w\",\"max_uses\":1}]"})
    void whatChangesTheMeaningIsTold(String path, String members) {
        String leaf = path.substring(path.lastIndexOf('.') + 1);
        refusing(path, body -> body.findValue(leaf) != null);
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = gateway.post(request(members),
                    "anthropic-beta", "mcp-client-2025-11-20,structured-outputs-2025-12-15,skills-2025-10-02");
            assertEquals(400, answer.statusCode());
            assertTrue(answer.body().contains(path + ": Extra inputs are not permitted"), answer.body());
        }
        assertEquals(2, asked());
    }

    @ParameterizedTest
    @DisplayName("F048: several fields of one request, one after the other; told in x-caravan-dropped")
    @ValueSource(strings = {"", "context-management-2025-06-27"})
    void severalFieldsGo(String betas) {
        Map<String, Predicate<RecordedRequest>> refused = new LinkedHashMap<>();
        refused.put("context_management", request -> request.json().has("context_management"));
        refused.put("diagnostics", request -> request.json().has("diagnostics"));
        refusing(refused);
        String body = request("\"context_management\":{},\"diagnostics\":{\"a\":1}");
        String[] headers = betas.isEmpty() ? new String[0] : new String[] {"anthropic-beta", betas};
        HttpResponse<String> answer = gateway.post(body, headers);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(3, asked());
        assertEquals("context_management, diagnostics", dropped(answer));
        assertNull(gateway.simulator().requests().get(2).header("anthropic-beta"));

        HttpResponse<String> again = gateway.post(body, headers);
        assertEquals("context_management, diagnostics", dropped(again));
        assertEquals(betas.isEmpty() ? 5 : 4, asked(), "learned only from a request that brought the field's beta");
    }

    @Test
    @DisplayName("F064: a field is cut at the refused path only")
    void theSameNameElsewhereStays() {
        refusing("messages.1.thinking", body -> body.path("messages").path(1).has("thinking"));
        HttpResponse<String> first = gateway.post("{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
                + "{\"role\":\"assistant\",\"content\":\"b\",\"thinking\":\"hm\"},{\"role\":\"user\",\"content\":\"c\"}]}");
        assertEquals(200, first.statusCode(), first.body());
        assertEquals("messages.thinking", dropped(first));

        String adaptive = request("\"thinking\":{\"type\":\"adaptive\"},\"tools\":[{\"name\":\"t\",\"thinking\":1}]");
        HttpResponse<String> second = gateway.post(adaptive);
        assertEquals(adaptive, last());
        assertNull(dropped(second));
    }

    @Test
    @DisplayName("5.17: a block's kind is part of the path")
    void anotherKindOfBlockKeepsAFieldOfThatName() {
        refusing("messages.0.content.0.tool_use.caller", body -> body.at("/messages/0/content/0/type").asText().equals("tool_use")
                && body.at("/messages/0/content/0").has("caller"));
        String use = "{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"t\",\"input\":{\"caller\":1},\"caller\":{\"type\":\"direct\"}}";
        String result = "{\"type\":\"tool_result\",\"tool_use_id\":\"1\",\"caller\":{}}";
        String body = "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"assistant\",\"content\":[" + use + "," + result + "]}]}";
        assertEquals(200, gateway.post(body).statusCode());
        assertEquals(body.replace(",\"caller\":{\"type\":\"direct\"}", ""), last());
    }

    @Test
    @DisplayName("5.17: a request that lacked its field's beta teaches nothing; one that brings another is tried anew")
    void onesSlipIsNotTheOthers() {
        refusing(Map.of("context_management", request -> request.json().has("context_management")
                && !String.valueOf(request.header("anthropic-beta")).contains("context-management-")));
        String body = request("\"context_management\":{\"edits\":[]}");
        assertEquals(200, gateway.post(body).statusCode());
        gateway.simulator().clear();
        HttpResponse<String> other = gateway.post(body, "anthropic-beta", "context-management-2025-06-27");
        assertEquals(body, last());
        assertEquals(1, asked());
        assertNull(dropped(other));
    }

    @Test
    @DisplayName("5.17: what the retry did not heal is not kept")
    void whatDidNotHealIsNotKept() {
        AtomicInteger asked = new AtomicInteger();
        gateway.upstream((request, reply) -> {
            boolean refuses = asked.incrementAndGet() == 1;
            reply.status(refuses ? 400 : 429).header("content-type", "application/json").send(Wire.utf8(
                    "{\"type\":\"error\",\"error\":{\"type\":\"x\",\"message\":\"diagnostics: Extra inputs are not permitted\"}}"));
            return true;
        });
        String body = request("\"diagnostics\":{}");
        assertEquals(429, gateway.post(body).statusCode());
        gateway.upstream(null);
        assertEquals(200, gateway.post(body.replace(model, "databricks-claude-sonnet-4-5")).statusCode());
        refusing("never", node -> false);
        gateway.post(body);
        assertEquals(body, last());
    }

    @Test
    @DisplayName("5.17: a beta that is refused by name goes from requests that bring it, with its field")
    void aBetaGoesByItsName() {
        gateway.upstream((request, reply) -> {
            boolean refuses = String.valueOf(request.header("anthropic-beta")).contains("context-management-");
            reply.status(refuses ? 400 : 200).header("content-type", "application/json").send(Wire.utf8(refuses
                    ? "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Unexpected value(s)"
                            + " `context-management-2025-06-27` for the `anthropic-beta` header.\"}}"
                    : "{\"model\":\"up\"}"));
            return true;
        });
        HttpResponse<String> first = gateway.post(request("\"context_management\":{}"), "anthropic-beta",
                "a-1,context-management-2025-06-27");
        assertEquals("beta:context-management-2025-06-27, context_management", dropped(first));
        String without = request("\"context_management\":{}");
        gateway.post(without, "anthropic-beta", "a-1");
        assertEquals(without, last(), "without the beta the upstream judges by itself");
    }
}
