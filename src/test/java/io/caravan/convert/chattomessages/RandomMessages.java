/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A message of random content blocks, whole and as the events of a stream. */
public final class RandomMessages {

    private static final String[] TEXTS = {"a", "Grüß dich", "\"quoted\" \\ back", "😀 x", "\n\t", "{\"json\": true}",
        "漢字", " "};
    private static final String[] REASONS = {"end_turn", "max_tokens", "stop_sequence", "refusal", "pause_turn"};

    private final Random random;
    private final ObjectNode message = Json.MAPPER.createObjectNode();
    private final StringBuilder events = new StringBuilder();
    private final int finishedAt;

    public RandomMessages(long seed) {
        random = new Random(seed);
        message.put("id", "msg_" + (seed & 0xffff)).put("type", "message").put("role", "assistant").put("model", "up");
        ArrayNode content = message.putArray("content");
        ObjectNode start = message.deepCopy();
        start.putObject("usage").put("input_tokens", 7).put("output_tokens", 1);
        event(of("message_start").set("message", start));
        boolean tools = false;
        int blocks = random.nextInt(6);
        for (int i = 0; i < blocks; i++) {
            if (random.nextBoolean()) {
                event(of("ping"));
            }
            switch (random.nextInt(4)) {
                case 0 -> thinking(content, i);
                case 1 -> {
                    tools = true;
                    tool(content, i);
                }
                case 2 -> whole(content, i, of("redacted_thinking").put("data", "R" + i));
                default -> text(content, i);
            }
        }
        String reason = tools ? "tool_use" : REASONS[random.nextInt(REASONS.length)];
        message.put("stop_reason", reason).putObject("usage").put("input_tokens", 7).put("output_tokens", 9);
        ObjectNode delta = of("message_delta");
        delta.putObject("delta").put("stop_reason", reason);
        delta.putObject("usage").put("output_tokens", 9);
        event(delta);
        finishedAt = events.toString().getBytes(StandardCharsets.UTF_8).length;
        event(of("message_stop"));
    }

    public byte[] whole() {
        return message.toString().getBytes(StandardCharsets.UTF_8);
    }

    public byte[] events() {
        return events.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** How many bytes of the events make the message complete. */
    public int finishedAt() {
        return finishedAt;
    }

    private void thinking(ArrayNode content, int index) {
        String text = someText();
        start(index, of("thinking").put("thinking", "").put("signature", ""));
        for (String piece : pieces(text)) {
            delta(index, "thinking_delta", "thinking", piece);
        }
        delta(index, "signature_delta", "signature", "S" + index + "+/==");
        stop(index);
        content.add(of("thinking").put("thinking", text).put("signature", "S" + index + "+/=="));
    }

    private void text(ArrayNode content, int index) {
        String text = someText();
        start(index, of("text").put("text", ""));
        for (String piece : pieces(text)) {
            delta(index, "text_delta", "text", piece);
        }
        stop(index);
        content.add(of("text").put("text", text));
    }

    private void tool(ArrayNode content, int index) {
        ObjectNode input = Json.MAPPER.createObjectNode();
        for (int i = random.nextInt(3); i > 0; i--) {
            input.put("k" + i, someText());
        }
        ObjectNode tool = of("tool_use").put("id", "toolu_" + index).put("name", "t" + random.nextInt(3));
        start(index, tool.deepCopy().set("input", Json.MAPPER.createObjectNode()));
        delta(index, "input_json_delta", "partial_json", "");
        if (!input.isEmpty()) {
            for (String piece : pieces(input.toString())) {
                delta(index, "input_json_delta", "partial_json", piece);
            }
        }
        stop(index);
        content.add(tool.set("input", input));
    }

    private void whole(ArrayNode content, int index, ObjectNode block) {
        start(index, block);
        stop(index);
        content.add(block);
    }

    private String someText() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i >= 0; i--) {
            text.append(TEXTS[random.nextInt(TEXTS.length)]);
        }
        return text.toString();
    }

    /** The text in pieces of whole characters, some of them empty. */
    private String[] pieces(String text) {
        int[] points = text.codePoints().toArray();
        String[] pieces = new String[1 + random.nextInt(4)];
        int at = 0;
        for (int i = 0; i < pieces.length; i++) {
            int to = i == pieces.length - 1 ? points.length : at + random.nextInt(points.length - at + 1);
            pieces[i] = new String(points, at, to - at);
            at = to;
        }
        return pieces;
    }

    private void start(int index, JsonNode block) {
        event(of("content_block_start").put("index", index).set("content_block", block));
    }

    private void delta(int index, String type, String member, String piece) {
        event(of("content_block_delta").put("index", index).set("delta", of(type).put(member, piece)));
    }

    private void stop(int index) {
        event(of("content_block_stop").put("index", index));
    }

    private static ObjectNode of(String type) {
        return Json.MAPPER.createObjectNode().put("type", type);
    }

    private void event(JsonNode event) {
        events.append("event: ").append(event.path("type").asText()).append("\ndata: ").append(event).append("\n\n");
    }
}
