/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A body with all that Claude Code's main call has, before upstreams that refuse what they do not know. */
@DisplayName("Claude Code's body in the converting lane (M03, M05, M07, M10, M27, M36, M44, M47)")
class ConvertedClaudeCodeTest {

    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        Gateway.CHAT.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend)));
    }

    @AfterAll
    static void close() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    private static ObjectNode body(String prompt) {
        return (ObjectNode) json("{\"model\":\"claude-opus-5-5\",\"messages\":[{\"role\":\"user\","
                + "\"content\":[{\"type\":\"text\","
                + "\"text\":\"<system-reminder>\\nthe rules\\n</system-reminder>\"},{\"type\":\"text\",\"text\":\""
                        + prompt + "\"}]},"
                + "{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"the environment\",\"cache_control\":"
                + "{\"type\":\"ephemeral\"}}],\"output_config\":{\"effort\":\"medium\"}}],"
                + "\"system\":[{\"type\":\"text\",\"text\":\"x-anthropic-billing-header: cc_version=2.1.329;\"},"
                + "{\"type\":\"text\",\"text\":\"You are an agent.\",\"cache_control\":{\"type\":\"ephemeral\"}}],"
                + "\"tools\":[{\"name\":\"Read\",\"description\":\"reads\",\"input_schema\":{\"$schema\":"
                + "\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
                        + "\"properties\":{\"limit\":{\"type\":\"integer\","
                + "\"exclusiveMinimum\":0,\"maximum\":9007199254740991}},\"additionalProperties\":false},"
                        + "\"eager_input_streaming\":true},"
                + "{\"name\":\"Later\",\"input_schema\":{\"type\":\"object\"},\"defer_loading\":true},"
                + "{\"name\":\"DeferredToolPlaceholder\",\"input_schema\":{\"type\":\"object\"},\"defer_loading\":true}],"
                + "\"metadata\":{\"user_id\":\"{\\\"device_id\\\":\\\"d\\\"}\"},\"max_tokens\":128000,"
                + "\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"},"
                        + "\"context_management\":{\"edits\":[{\"type\":"
                + "\"clear_thinking_20251015\",\"keep\":\"all\"}]},\"safeguards\":[{\"type\":\"dangerous_tool_use\"}],"
                + "\"output_config\":{\"effort\":\"high\"},\"stream\":true}");
    }

    private static JsonNode ask(Gateway gateway, ObjectNode body) {
        HttpResponse<String> answer = gateway.post(body.toString(), "anthropic-beta",
                "context-management-2025-06-27,effort-2025-11-24");
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(header(answer, "x-caravan-dropped").contains("context_management"), answer.headers().toString());
        return StreamedMessage.of(answer.body());
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    void aLoopOfItGoesRound(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream(null);
        ObjectNode body = body("@call Read {\\\"limit\\\":1}");
        JsonNode first = ask(gateway, body);
        assertEquals("tool_use", first.path("stop_reason").asText(), first.toString());
        JsonNode sent = gateway.received().json();
        String text = sent.toString();
        for (String kept : new String[] {"the environment", "the rules", "You are an agent."}) {
            assertTrue(text.contains(kept), text);
        }
        for (String gone : new String[] {"billing", "context_management", "safeguards", "output_config", "\"metadata\"",
            "defer_loading", "Later", "DeferredToolPlaceholder", "eager_input_streaming"}) {
            assertFalse(text.contains(gone), gone + " in " + text);
        }
        assertEquals(backend.equals("LITELLM_OPENROUTER"), text.contains("\"display\""), text);
        assertEquals(1, sent.path("tools").size());
        assertEquals(backend.equals("OPENROUTER_CHAT") ? "medium" : null, sent.at("/reasoning/effort").textValue(), text);

        ArrayNode messages = body.withArray("messages");
        ((ObjectNode) messages.get(1)).put("content", "the environment"); // M07: a bare string in later turns
        messages.addObject().put("role", "assistant").set("content", first.get("content"));
        ArrayNode results = messages.addObject().put("role", "user").putArray("content");
        results.addObject().put("type", "tool_result").put("is_error", true).put("content", "no such file")
                .set("tool_use_id", first.at("/content/" + (first.path("content").size() - 1) + "/id"));
        JsonNode second = ask(gateway, body);
        assertEquals("end_turn", second.path("stop_reason").asText());
        assertTrue(second.toString().contains("no such file"), second.toString());
        JsonNode again = gateway.received().json();
        assertEquals(unmarked(sent), unmarked(again), "the prompt cache is hit");
    }

    private static String unmarked(JsonNode sent) {
        return sent.path("messages").get(1).toString().replace(",\"cache_control\":{\"type\":\"ephemeral\"}", "");
    }

    // M47: the title call beside it
    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    void itsTitleCallIsAnswered(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream(null);
        HttpResponse<String> answer = gateway.post("{\"model\":\"claude-haiku-4-5\",\"max_tokens\":500,\"stream\":true,"
                + "\"tools\":[],"
                + "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\","
                        + "\"properties\":{\"title\":"
                + "{\"type\":\"string\"}},\"required\":[\"title\"],\"additionalProperties\":false}}},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"name it\"}]}");
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode message = StreamedMessage.of(answer.body());
        assertTrue(json(message.at("/content/0/text").asText()).path("title").isTextual(), message.toString());
        assertEquals("end_turn", message.path("stop_reason").asText());
    }
}
