/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An answer made up at random, as the chat stream of some dialect and as the content it must become. */
final class RandomAnswer {

    private static final String[] SCRAPS = {"a", " ", "ü", "\"", "\\", "\n", "{", "}", "😀", "漢", "wor"
            + "d", "{}", "[DONE]", "\t", "null"};

    final ArrayNode content = Json.MAPPER.createArrayNode();
    final List<String> toolJson = new ArrayList<>();
    private final Random random;
    private final int dialect;
    private final StringBuilder sse = new StringBuilder();
    private int finished;

    RandomAnswer(long seed) {
        random = new Random(seed);
        dialect = random.nextInt(3);
        if (random.nextBoolean()) {
            thinking(words(), words());
        }
        if (random.nextBoolean()) {
            String text = words();
            content.addObject().put("type", "text").put("text", text);
            pieces(text).forEach(piece -> chunk(object().put("content", piece)));
        }
        tools(random.nextInt(4));
        chunk("{}", toolJson.isEmpty() ? "\"stop\"" : "\"tool_calls\"");
        finished = bytes().length;
        sse.append("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}\n\ndata: [DONE]\n\n");
    }

    /** Half a surrogate pair, at the end of a piece, can only be said as an escape. */
    byte[] bytes() {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < sse.length(); i++) {
            int c = sse.codePointAt(i);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                escaped.append(String.format("\\u%04x", c));
            } else {
                escaped.appendCodePoint(c);
                i += Character.charCount(c) - 1;
            }
        }
        return escaped.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** How many bytes there are up to the end of the finish reason's event. */
    int finished() {
        return finished;
    }

    private void thinking(String text, String signature) {
        content.addObject().put("type", "thinking").put("thinking", text).put("signature", signature);
        for (String piece : pieces(text)) {
            reasoning(piece, null);
        }
        reasoning("", signature);
    }

    private void reasoning(String text, String signature) {
        ObjectNode delta = object();
        ObjectNode item = object();
        switch (dialect) {
            case 0 -> {
                ObjectNode block = delta.putArray("content").addObject().put("type", "reasoning");
                block.putArray("summary").add(item.put("type", "summary_text").put("text", text));
            }
            case 1 -> {
                delta.put("reasoning", text);
                delta.putArray("rea"
                        + "soning_details").add(item.put("type", "reasoning.text").put("text", text).put("index", 0));
            }
            default -> {
                delta.put("reasoning_content", text);
                delta.putArray("thinking_blocks").add(item.put("type", "thinking").put("thinking", text));
            }
        }
        item.put("signature", signature);
        chunk(delta);
    }

    private void tools(int count) {
        boolean interleaved = random.nextBoolean();
        List<List<String>> left = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ObjectNode input = object();
            for (int k = random.nextInt(3); k >= 0; k--) {
                input.put(words(), words()).putObject(words()).put(words(), random.nextInt());
            }
            content.addObject().put("type", "tool_use").put("id", "call_" + i).put("name", "tool" + i).set("input", input);
            toolJson.add(input.toString());
            left.add(new ArrayList<>(pieces(input.toString())));
            if (!interleaved) {
                begin(i);
                for (String piece : left.get(i)) {
                    chunk(calls(piece(i, piece)));
                }
            }
        }
        for (int i = 0; interleaved && i < count; i++) {
            begin(i);
        }
        while (interleaved && left.stream().anyMatch(pieces -> !pieces.isEmpty())) {
            int first = random.nextInt(count);
            int second = random.nextInt(count);
            ArrayNode items = Json.MAPPER.createArrayNode();
            for (int i : first == second ? new int[] {first} : new int[] {first, second}) {
                if (!left.get(i).isEmpty()) {
                    items.add(piece(i, left.get(i).remove(0)));
                }
            }
            chunk(object().set("tool_calls", items));
        }
    }

    private void begin(int index) {
        ObjectNode item = piece(index, "").put("id", "call_" + index);
        ((ObjectNode) item.get("function")).put("name", "tool" + index);
        chunk(calls(item));
    }

    private static ObjectNode piece(int index, String arguments) {
        ObjectNode item = object().put("index", index);
        item.putObject("function").put("arguments", arguments);
        return item;
    }

    private static ObjectNode calls(ObjectNode item) {
        ObjectNode delta = object();
        delta.putArray("tool_calls").add(item);
        return delta;
    }

    private void chunk(ObjectNode delta) {
        if (random.nextInt(8) == 0) {
            sse.append(": comment\n\n");
            chunk("{\"role\":\"assistant\",\"content\":" + (random.nextBoolean() ? "null" : "\"\"") + "}", "null");
        }
        chunk(delta.toString(), "null");
    }

    private void chunk(String delta, String finish) {
        sse.append("data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":").append(delta).append(",\"finish_reason\":")
                .append(finish).append("}]}\n\n");
    }

    private List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(6));
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }

    private String words() {
        StringBuilder words = new StringBuilder("x");
        for (int i = random.nextInt(8); i >= 0; i--) {
            words.append(SCRAPS[random.nextInt(SCRAPS.length)]);
        }
        return words.toString();
    }

    private static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }
}
