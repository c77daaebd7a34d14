/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatStreamTest {

    private final Simulator simulator = Simulator.start();
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {Requests.DATABRICKS_CHAT, Requests.OPENROUTER_CHAT, Requests.LITELLM_CHAT,
            "/chat/completions", "/serving-endpoints/databricks-claude-opus-5-5/invocations"})
    void streamsChunks(String path) throws Exception {
        ObjectNode body = Requests.streamed("claude-opus-5-5", "hello");
        body.putObject("stream_options").put("include_usage", true);
        if (path.endsWith("/invocations")) {
            body.remove("model");
        }

        List<Requests.Event> events = Requests.events(requests.post(path, body).body());

        assertEquals("assistant", events.get(0).json().at("/choices/0/delta/role").asText());
        assertEquals("Hi! You said: hello", Requests.chatText(events));
        assertEquals("[DONE]", events.get(events.size() - 1).data());
        JsonNode usage = events.get(events.size() - 2).json();
        assertTrue(usage.path("choices").isEmpty());
        assertTrue(usage.at("/usage/prompt_tokens").asInt() > 0);
        assertEquals("stop", events.get(events.size() - 3).json().at("/choices/0/finish_reason").asText());
    }

    @Test
    void noUsageChunkUnlessAsked() throws Exception {
        String stream = requests.post(Requests.LITELLM_CHAT, Requests.streamed("m", "hello")).body();

        assertFalse(stream.contains("prompt_tokens"));
    }

    @Test
    void eachDialectSpellsReasoning() throws Exception {
        ObjectNode databricks = Requests.body("claude-opus-4-6", "hi");
        databricks.putObject("thinking").put("type", "enabled").put("budget_tokens", 1024);
        JsonNode item = requests.answer(Requests.DATABRICKS_CHAT, databricks).at("/choices/0/message/content/0");
        assertEquals("reasoning", item.path("type").asText());
        assertTrue(item.at("/summary/0").has("signature"));

        ObjectNode openRouter = Requests.body("m", "hi");
        openRouter.putObject("reasoning").put("effort", "high");
        JsonNode details = requests.answer(Requests.OPENROUTER_CHAT, openRouter).at("/choices/0/message/reasoning_details");
        assertEquals("reasoning.text", details.path(0).path("type").asText());

        JsonNode message = requests.answer(Requests.LITELLM_CHAT, Requests.body("m", "hi").put("reasoning_effort", "low"))
                .at("/choices/0/message");
        assertTrue(message.has("reasoning_content"));
        assertTrue(message.at("/thinking_blocks/0").has("signature"));
    }

    @Test
    void streamsReasoningBeforeText() throws Exception {
        ObjectNode body = Requests.streamed("claude-opus-4-6", "hi");
        body.putObject("thinking").put("type", "enabled").put("budget_tokens", 1024);

        String stream = requests.post(Requests.DATABRICKS_CHAT, body).body();

        int signature = stream.indexOf("\"signature\"");
        assertTrue(stream.indexOf("summary_text") < signature);
        assertTrue(signature < stream.indexOf("Hi! "));
    }

    @Test
    void streamsToolCallsAndTakesTheirResults() throws Exception {
        ObjectNode body = Requests.streamed("m", "@call Read {\"path\":\"some/longer/path\"}");
        Requests.addFunction(body, "Read");

        StringBuilder arguments = new StringBuilder();
        List<Requests.Event> events = Requests.events(requests.post(Requests.OPENROUTER_CHAT, body).body());
        String id = null;
        for (Requests.Event event : events.subList(0, events.size() - 1)) {
            JsonNode call = event.json().at("/choices/0/delta/tool_calls/0");
            id = call.has("id") ? call.path("id").asText() : id;
            arguments.append(call.at("/function/arguments").asText());
        }
        assertEquals("{\"path\":\"some/longer/path\"}", arguments.toString());
        assertEquals("tool_calls", events.get(events.size() - 2).json().at("/choices/0/finish_reason").asText());

        ObjectNode call = body.put("stream", false).withArray("messages").addObject().put("role", "assistant");
        call.putArray("tool_calls").addObject().put("id", id).put("type", "function")
                .putObject("function").put("name", "Read").put("arguments", arguments.toString());
        body.withArray("messages").addObject().put("role", "tool").put("tool_call_id", id).put("content", "text of it");
        body.withArray("messages").addObject().put("role", "user").put("content", "[image 1 follows]");

        assertEquals("Done: 1 tool results.\n1: text of it",
                requests.answer(Requests.OPENROUTER_CHAT, body).at("/choices/0/message/content").asText());
    }

    @Test
    void openRouterSendsComments() throws Exception {
        String stream = requests.post(Requests.OPENROUTER_CHAT, Requests.streamed("m", "hi")).body();

        assertTrue(stream.startsWith(": OPENROUTER PROCESSING\n\n"));
    }

    @Test
    void errorsInStreamAreSpelledByTheDialect() throws Exception {
        String databricks = requests.post(Requests.DATABRICKS_CHAT, Requests.streamed("m!error-mid=overloaded_error", "hello you"))
                .body();
        assertTrue(databricks.contains("\"error_code\""));
        assertFalse(databricks.contains("[DONE]"));

        String openRouter = requests.post(Requests.OPENROUTER_CHAT, Requests.streamed("m!error-mid=overloaded_error", "hello"))
                .body();
        assertTrue(openRouter.contains("\"finish_reason\":\"error\""));
        assertTrue(openRouter.contains("\"code\":529"));
    }

    @Test
    void theEndpointInThePathCarriesFaults() throws Exception {
        ObjectNode body = Requests.body("", "hi");
        body.remove("model");
        assertEquals(429, requests.post("/serving-endpoints/claude%21status=429/invocations", body).statusCode());
    }
}
