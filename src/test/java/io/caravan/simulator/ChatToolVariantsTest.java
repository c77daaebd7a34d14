/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms that tool calls come in, in a chat stream. */
class ChatToolVariantsTest {

    private static final String TWO_CALLS =
            "@call T {\"a\":\"0123456789 \u00e9\ud83d\udc2a\"}\n@and T {\"b\":\"0123456789\"}";

    private final Simulator simulator = Simulator.start();
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    private String stream(String fault, String prompt) throws Exception {
        ObjectNode body = Requests.streamed("m!" + fault, prompt);
        Requests.addFunction(body, "T");
        return requests.post(Requests.LITELLM_CHAT, body).body();
    }

    private List<JsonNode> chunks(String fault, String prompt) throws Exception {
        return Requests.chunks(stream(fault, prompt));
    }

    /** Puts the calls together as a careful client does: by index, where there is one, and else by id. */
    private static List<String> assembled(List<JsonNode> chunks) {
        List<StringBuilder> calls = new ArrayList<>();
        String id = null;
        for (JsonNode chunk : chunks) {
            for (JsonNode call : chunk.at("/choices/0/delta/tool_calls")) {
                boolean other = call.has("id") && !call.get("id").asText().equals(id);
                id = call.has("id") ? call.get("id").asText() : id;
                int index = call.has("index") ? call.get("index").asInt() : other ? calls.size() : calls.size() - 1;
                while (calls.size() <= index) {
                    calls.add(new StringBuilder());
                }
                calls.get(index).append(call.at("/function/arguments").asText());
            }
        }
        return calls.stream().map(StringBuilder::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop=tool_use", "tool-in-one-chunk", "repeated-tool-ids", "no-tool-index", "json-pieces=1",
            "interleaved-tools", "late-tool-name", "json-pieces;drip=0", "json-pieces=2;split-utf8", "crlf",
            "text-after-tool", "no-tool-id"})
    void toolCallsAreTheSameInEveryForm(String fault) throws Exception {
        String stream = stream(fault, TWO_CALLS);
        List<JsonNode> chunks = Requests.chunks(stream.replace("\r\n", "\n").replace("data:{", "data: {")
                .replace("data:[", "data: ["));

        assertEquals(List.of("{\"a\":\"0123456789 \u00e9\ud83d\udc2a\"}", "{\"b\":\"0123456789\"}"), assembled(chunks));
        assertTrue(Requests.at(chunks, "/choices/0/finish_reason").contains("tool_calls"));
    }

    @Test
    void formsOfToolCalls() throws Exception {
        List<JsonNode> whole = chunks("tool-in-one-chunk;no-usage", TWO_CALLS);
        JsonNode last = whole.get(whole.size() - 1);
        assertEquals("tool_calls", last.at("/choices/0/finish_reason").asText());
        assertEquals("{\"b\":\"0123456789\"}", last.at("/choices/0/delta/tool_calls/0/function/arguments").asText());

        assertEquals(List.of("{}"), assembled(chunks("leading-braces", "@call T {}")).stream()
                .map(text -> text.substring(2)).toList());
        assertEquals(2, Requests.chunks(stream("late-tool-name", TWO_CALLS)).stream()
                .filter(chunk -> chunk.at("/choices/0/delta/tool_calls/0/function/name").isTextual()
                        && !chunk.at("/choices/0/delta/tool_calls/0").has("id")).count());
        assertTrue(Requests.at(chunks("no-tool-id", TWO_CALLS), "/choices/0/delta/tool_calls/0/id").isEmpty());
        assertTrue(Requests.at(chunks("no-tool-index", TWO_CALLS), "/choices/0/delta/tool_calls/0/index").isEmpty());
        assertTrue(Requests.at(chunks("repeated-tool-ids", TWO_CALLS), "/choices/0/delta/tool_calls/0/id").size() > 4);
        List<JsonNode> small = chunks("json-pieces", "@call T {\"a\":1}");
        assertEquals(List.of("", "{", "\"", "a", "\"", ":", "1", "}"),
                Requests.at(small, "/choices/0/delta/tool_calls/0/function/arguments"));
        List<JsonNode> text = chunks("text-after-tool", "@text 2\n@call T {}");
        assertEquals(List.of("", "the ", "caravan ", "That ", "was ", "called."),
                Requests.at(text, "/choices/0/delta/content"));
        assertTrue(Requests.indexOf(text, "tool_calls") > Requests.indexOf(text, "caravan")
                && Requests.indexOf(text, "tool_calls") < Requests.indexOf(text, "That "));
    }
}
