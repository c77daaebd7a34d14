/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The grammar of a Messages stream, as an acceptor that also puts the message together again. */
public final class MessagesGrammar {

    private static final Map<String, String> MEMBERS = Map.of("text_delta", "text", "thinking_delta", "thinking",
            "signature_delta", "signature", "input_json_delta", "partial_json", "citations_delta", "citation");
    private static final Map<String, Set<String>> DELTAS = Map.of("text", Set.of("text_delta", "citations_delta"),
            "thinking", Set.of("thinking_delta", "signature_delta"), "tool_use", Set.of("input_json_delta"),
            "server_tool_use", Set.of("input_json_delta"));

    private final List<ObjectNode> content = new ArrayList<>();
    private final List<String> toolJson = new ArrayList<>();
    private final Set<String> toolIds = new HashSet<>();
    private JsonNode start;
    private JsonNode end;
    private JsonNode error;
    private StringBuilder json = new StringBuilder();
    private boolean open;
    private boolean signed;
    private boolean stopped;

    private MessagesGrammar() {
    }

    /** Checks a whole stream that ends well. */
    public static MessagesGrammar whole(String sse) {
        MessagesGrammar stream = begun(sse);
        assertTrue(stream.stopped, "no message_stop");
        return stream;
    }

    /** Checks a stream that may break off behind any event. */
    public static MessagesGrammar begun(String sse) {
        MessagesGrammar stream = new MessagesGrammar();
        assertTrue(sse.isEmpty() || sse.endsWith("\n\n"), "the last frame has no blank line");
        for (String frame : sse.split("\n\n")) {
            if (!frame.isEmpty()) {
                stream.frame(frame);
            }
        }
        return stream;
    }

    private void frame(String frame) {
        String[] lines = frame.split("\n");
        assertEquals(2, lines.length, frame);
        assertTrue(lines[0].startsWith("event: ") && lines[1].startsWith("data: "), frame);
        JsonNode event = tree(lines[1].substring(6));
        assertEquals(lines[0].substring(7), event.path("type").asText(), frame);
        assertFalse(stopped || error != null, "behind the end: " + frame);
        switch (event.path("type").asText()) {
            case "ping" -> { }
            case "error" -> error = event.path("error");
            case "message_start" -> messageStart(event.path("message"));
            case "content_block_start" -> blockStart(event);
            case "content_block_delta" -> delta(event);
            case "content_block_stop" -> blockStop(event);
            case "message_delta" -> messageDelta(event);
            case "message_stop" -> {
                assertNotNull(end, "message_stop without message_delta");
                stopped = true;
            }
            default -> throw new AssertionError("unknown event: " + frame);
        }
    }

    private void messageStart(JsonNode message) {
        assertEquals(null, start, "a second message_start");
        start = message;
        assertEquals("message", message.path("type").asText());
        assertEquals("assistant", message.path("role").asText());
        assertTrue(message.path("id").asText().startsWith("msg_"), message.toString());
        assertTrue(message.path("model").isTextual(), message.toString());
        assertTrue(message.path("content").isArray() && message.path("content").isEmpty(), message.toString());
        assertTrue(message.has("stop_reason") && message.path("stop_reason").isNull(), message.toString());
        assertTrue(message.path("usage").path("input_tokens").isIntegralNumber(), message.toString());
        assertTrue(message.path("usage").path("cache_creation").isObject(), message.toString());
    }

    private void blockStart(JsonNode event) {
        assertNotNull(start, "a block before message_start");
        assertEquals(null, end, "a block behind message_delta");
        assertFalse(open, "interleaved: " + event);
        assertEquals(content.size(), event.path("index").asInt(-1), event.toString());
        open = true;
        signed = false;
        json = new StringBuilder();
        ObjectNode block = (ObjectNode) event.path("content_block");
        content.add(block);
        switch (block.path("type").asText()) {
            case "text" -> assertEquals("", block.path("text").asText("missing"));
            case "thinking" -> assertEquals("", block.path("thinking").asText("missing")
                    + block.path("signature").asText("missing"));
            case "tool_use" -> {
                assertTrue(block.path("id").asText().matches("[a-zA-Z0-9_-]+"), block.toString());
                assertTrue(toolIds.add(block.path("id").asText()), "id used twice: " + block);
                assertFalse(block.path("name").asText().isEmpty(), block.toString());
                assertTrue(block.path("input").isObject() && block.path("input").isEmpty(), block.toString());
            }
            default -> { }
        }
    }

    private void delta(JsonNode event) {
        assertTrue(open, "a delta outside a block: " + event);
        assertEquals(content.size() - 1, event.path("index").asInt(-1), event.toString());
        ObjectNode block = content.get(content.size() - 1);
        String type = event.path("delta").path("type").asText();
        assertTrue(DELTAS.getOrDefault(block.path("type").asText(), Set.of()).contains(type), event.toString());
        JsonNode value = event.path("delta").path(MEMBERS.get(type));
        assertFalse(signed, "behind the signature: " + event);
        if (type.equals("citations_delta")) {
            block.withArray("citations").add(value);
            return;
        }
        assertFalse(value.asText().isEmpty(), "an empty delta: " + event);
        signed = type.equals("signature_delta");
        if (type.equals("input_json_delta")) {
            json.append(value.asText());
        } else {
            block.put(MEMBERS.get(type), block.path(MEMBERS.get(type)).asText() + value.asText());
        }
    }

    private void blockStop(JsonNode event) {
        assertTrue(open, event.toString());
        assertEquals(content.size() - 1, event.path("index").asInt(-1), event.toString());
        open = false;
        if (content.get(content.size() - 1).path("type").asText().equals("tool_use")) {
            toolJson.add(json.toString());
        }
    }

    private void messageDelta(JsonNode event) {
        assertFalse(open, "message_delta inside a block");
        assertNotNull(start, "message_delta before message_start");
        end = event;
        assertTrue(event.path("delta").path("stop_reason").isTextual(), event.toString());
        assertTrue(event.path("delta").has("stop_sequence"), event.toString());
        for (String count : List.of("inp"
                + "ut_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")) {
            assertTrue(event.path("usage").path(count).asLong(-1) >= 0, event.toString());
        }
    }

    /** Whether a stop reason has come: what a client takes for the end of the turn. */
    public boolean ended() {
        return end != null;
    }

    /** The {@code error} of the error event, or null. */
    public JsonNode error() {
        return error;
    }

    public String stopReason() {
        return end.path("delta").path("stop_reason").asText();
    }

    /** The usage of {@code message_delta}. */
    public JsonNode usage() {
        return end.path("usage");
    }

    /** The message of {@code message_start}. */
    public JsonNode start() {
        return start;
    }

    /** The JSON text of each closed tool use, in order. */
    public List<String> toolJson() {
        return toolJson;
    }

    /** The blocks put together, tool inputs parsed. */
    public ArrayNode content() {
        ArrayNode blocks = Json.MAPPER.createArrayNode();
        int tool = 0;
        for (ObjectNode block : content) {
            ObjectNode copy = block.deepCopy();
            if (block.path("type").asText().equals("tool_use") && tool < toolJson.size()) {
                String text = toolJson.get(tool++);
                copy.set("input", text.isEmpty() ? Json.MAPPER.createObjectNode() : tree(text));
            }
            blocks.add(copy);
        }
        return blocks;
    }

    private static JsonNode tree(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
