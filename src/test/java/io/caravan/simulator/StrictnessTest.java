/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictnessTest {

    private final Simulator simulator = Simulator.start(SimulatorOptions.defaults().withToken("key"));
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    private String refused(String path, JsonNode body) throws Exception {
        return requests.refusal(path, body);
    }

    private static ObjectNode withMessages(String messages) {
        ObjectNode body = Requests.body("m", "x");
        body.set("messages", Requests.json(messages));
        return body;
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "max_tokens", "messages"})
    void messagesNeedTheirFields(String field) throws Exception {
        ObjectNode body = Requests.body("m", "hi");
        body.remove(field);

        assertEquals(field + ": Field required", refused(Requests.MESSAGES, body));
        assertEquals(field + ": Field required", refused(Requests.NATIVE, body));
    }

    @Test
    void noJsonAndNoObject() throws Exception {
        HttpRequest.Builder broken = requests.request(Requests.MESSAGES, Requests.json("{}"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":"));
        HttpRequest.Builder deep = requests.request(Requests.MESSAGES, Requests.json("{}"))
                .POST(HttpRequest.BodyPublishers.ofString("[".repeat(1_000_000)));

        assertEquals(400, requests.send(broken).statusCode());
        assertEquals(400, requests.send(deep).statusCode());
        assertEquals("Input should be a valid dictionary", refused(Requests.MESSAGES, Requests.json("[]")));
    }

    @Test
    void rolesAndEmptyTexts() throws Exception {
        assertEquals("messages.0.role: Input should be 'user' or 'assistant'",
                refused(Requests.MESSAGES, withMessages("[{\"role\":\"tool\",\"content\":\"x\"}]")));
        assertEquals("messages.0.content.0.text: text content blocks must be non-empty",
                refused(Requests.MESSAGES,
                        withMessages("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\"}]}]")));
        assertEquals(200, requests.post(Requests.MESSAGES, withMessages(
                "[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"system\",\"content\":[]}]")).statusCode());
    }

    @Test
    void toolUsesAndResultsMatch() throws Exception {
        String use = "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"R\",\"input\":{}}]}";
        String result = "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"x\"}]}";
        String user = "{\"role\":\"user\",\"content\":\"go\"}";

        assertTrue(refused(Requests.MESSAGES, withMessages("[" + user + "," + use + "," + user + "]")).startsWith(
                "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1"));
        assertTrue(refused(Requests.MESSAGES, withMessages("[" + result + "]"))
                .startsWith("messages.0.content.0: unexpected `tool_use_id`"));
        assertEquals("messages.3.content.0: `tool_use` ids must be unique", refused(Requests.MESSAGES,
                withMessages("[" + String.join(",", user, use, result, use, result) + "]")));
        assertEquals(200, requests.post(Requests.MESSAGES, withMessages(
                "[" + String.join(",", user, use, "{\"role\":\"system\",\"content\":\"s\"}", result) + "]")).statusCode());
    }

    @Test
    void sizes() throws Exception {
        assertEquals("max_tokens: 128000 > 64000, which is the maximum allowed number of output tokens for a-sonnet",
                refused(Requests.NATIVE, Requests.body("a-sonnet", "x").put("max_tokens", 128_000)));
        ObjectNode thinking = Requests.body("m", "x");
        thinking.putObject("thinking").put("type", "enabled").put("budget_tokens", 4096);
        assertEquals("`max_tokens` must be greater than `thinking.budget_tokens`",
                refused(Requests.MESSAGES, thinking));
        assertEquals(200, requests.send(requests.request(Requests.MESSAGES, thinking)
                .header("anthropic-beta", "interleaved-thinking-2025-05-14")).statusCode());
    }

    @Test
    void nativeRefusesWhatItDoesNotKnow() throws Exception {
        ObjectNode body = Requests.body("m", "x");
        body.putArray("safeguards");
        assertEquals("safeguards: Extra inputs are not permitted", refused(Requests.NATIVE, body));
        assertEquals(200, requests.post(Requests.MESSAGES, body).statusCode());

        assertEquals("messages.0.safeguards: Extra inputs are not permitted", refused(Requests.NATIVE,
                withMessages("[{\"role\":\"user\",\"content\":\"x\",\"safeguards\":[]}]")));

        HttpResponse<String> beta = requests.send(requests.request(Requests.NATIVE, Requests.body("m", "x"))
                .header("anthropic-beta", "effort-2025-11-24, dangerous-tool-use-2026-09-03"));
        assertTrue(beta.body().contains(
                "Unexpected value(s) `dangerous-tool-use-2026-09-03` for the `anthropic-beta` header"));
    }

    @Test
    void nativeTakesContextManagementOnlyWithItsBeta() throws Exception {
        ObjectNode body = Requests.body("m", "x");
        body.putObject("context_management").putArray("edits");

        assertEquals("context_management: Extra inputs are not permitted", refused(Requests.NATIVE, body));
        assertEquals(200, requests.send(requests.request(Requests.NATIVE, body)
                .header("anthropic-beta", "context-management-2025-06-27")).statusCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"metadata\":{}}|metadata",
        "{\"reasoning_effort\":\"low\"}|reasoning_effort",
        "{\"output_config\":{}}|output_config",
        "{\"parallel_tool_calls\":false}|parallel_tool_calls",
        "{\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"}}|thinking.adaptive.display",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"name\":\"n\"}]}|messages.0.name",
        "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"strict\":true}}]}|tools.0.function.strict",
    })
    void databricksChatRefusesUnknownFields(String extra, String path) throws Exception {
        ObjectNode body = Requests.body("m", "x");
        body.setAll((ObjectNode) Requests.json(extra));

        assertEquals(path + ": Extra inputs are not permitted", refused(Requests.DATABRICKS_CHAT, body));
        if (!path.equals("output_config")) {
            assertEquals(200, requests.post(Requests.LITELLM_CHAT, body).statusCode());
        }
    }

    @Test
    void databricksChatRefusesWhatClaudeThereCannotTake() throws Exception {
        assertEquals("`temperature` is not supported for this model",
                refused(Requests.DATABRICKS_CHAT, Requests.body("claude-opus-5-5", "x").put("temperature", 1)));
        assertEquals(200, requests.post(Requests.DATABRICKS_CHAT,
                Requests.body("claude-sonnet-4-5", "x").put("temperature", 1)).statusCode());
        assertEquals("messages.0: text content blocks must be non-empty",
                refused(Requests.DATABRICKS_CHAT, withMessages("[{\"role\":\"user\",\"content\":\"\"}]")));
        assertTrue(refused(Requests.DATABRICKS_CHAT, withMessages("[{\"role\":\"user\",\"content\":"
                + "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\"}}]}]"))
                .startsWith("messages.0.content.0.image"));
        assertTrue(refused(Requests.OPENROUTER_CHAT, withMessages(
                "[{\"role\":\"tool\",\"tool_call_id\":\"t\",\"content\":\"x\"}]")).startsWith("messages.0:"));
    }

    @Test
    void wrongCredentialInEachForm() throws Exception {
        assertEquals("UNAUTHENTICATED", unauthorized(Requests.NATIVE).path("error_code").asText());
        assertEquals(401, unauthorized(Requests.OPENROUTER_CHAT).path("error").path("code").asInt());
        assertEquals("authentication_error", unauthorized(Requests.MESSAGES).path("error").path("type").asText());
        assertEquals("401", unauthorized(Requests.LITELLM_CHAT).path("error").path("code").asText());
    }

    private JsonNode unauthorized(String path) throws Exception {
        HttpResponse<String> response = requests.send(
                requests.request(path, Requests.body("m", "x")).setHeader("authorization", "Bearer wrong"));
        assertEquals(401, response.statusCode());
        return Requests.json(response.body());
    }

    @Test
    void credentialsByDialect() throws Exception {
        String basic = "Basic " + Base64.getEncoder().encodeToString("token:key".getBytes(StandardCharsets.UTF_8));
        assertEquals(200, statusWith(Requests.NATIVE, "authorization", basic));
        assertEquals(401, statusWith(Requests.OPENROUTER_MESSAGES, "authorization", basic));
        assertEquals(200, statusWith(Requests.MESSAGES, "x-api-key", "key"));
        assertEquals(401, statusWith(Requests.MESSAGES, "x-api-key", "client"));
        assertEquals(400, statusWith(Requests.NATIVE, "x-api-key", "key"));
        assertEquals(400, statusWith(Requests.OPENROUTER_MESSAGES, "x-api-key", "key"));
        assertEquals(400, statusWith(Requests.MESSAGES, "cookie", "a=b"));
    }

    private int statusWith(String path, String header, String value) throws Exception {
        return requests.send(requests.request(path, Requests.body("m", "x")).setHeader(header, value)).statusCode();
    }

    @Test
    void theVersionHeaderIsRequired() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(simulator.url().resolve(Requests.MESSAGES))
                .header("x-api-key", "key")
                .POST(HttpRequest.BodyPublishers.ofString(Requests.body("m", "x").toString()));

        assertTrue(requests.send(request).body().contains("anthropic-version: header is required"));
    }

    @Test
    void pathsAndMethods() throws Exception {
        assertEquals(404, requests.post("/nowhere", Requests.body("m", "x")).statusCode());
        assertEquals(404, requests.post("/v1/nothing", Requests.body("m", "x")).statusCode());
        assertEquals(405, requests.send(requests.request(Requests.MESSAGES, Requests.json("{}")).GET()).statusCode());
        for (String list : new String[] {"/v1/models", "/api/v1/models", "/api/2.0/serving-endpoints"}) {
            HttpResponse<String> response = requests.send(requests.request(list, Requests.json("{}")).GET());
            assertEquals(200, response.statusCode());
            assertTrue(Requests.json(response.body()).toString().contains("claude-opus-5-5"));
        }
    }

    @Test
    void leniencyAcceptsAlmostAnything() throws Exception {
        try (Simulator lenient = Simulator.start(SimulatorOptions.defaults().withStrict(false).withRecordLimit(0))) {
            HttpRequest.Builder request = HttpRequest.newBuilder(lenient.url().resolve(Requests.NATIVE))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"foo\":1}"));

            assertEquals(200, requests.send(request).statusCode());
            assertTrue(lenient.requests().isEmpty());
        }
    }
}
