/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Messages requests of any shape, with white space wherever JSON allows it; the same seed gives the same one. */
final class RandomRequests {

    private static final String[] KEYS = {"messages", "tools", "content", "output_config", "effort", "strict",
        "defer_loading", "cache_control", "scope", "type", "input", "input_schema", "safeguards", "max_tokens", "model",
        "stream", "ünïcode", "quo\"te", "back\\slash", "", "model ", "x"};
    private static final String[] SPACES = {"", "", "", " ", "\n  ", "\t", "\r\n"};

    private final Random random;

    RandomRequests(long seed) {
        random = new Random(seed);
    }

    byte[] next() {
        ObjectNode root = Json.MAPPER.createObjectNode();
        int before = random.nextInt(4);
        for (int i = 0; i < before; i++) {
            root.set(key(), value(4));
        }
        root.put("model", "claude-sonnet-4-5");
        for (int i = 0; i < random.nextInt(6); i++) {
            String key = key();
            if (!key.equals("model")) {
                root.set(key, value(5));
            }
        }
        StringBuilder text = new StringBuilder();
        write(root, text);
        return (space() + text + space()).getBytes(StandardCharsets.UTF_8);
    }

    private String key() {
        return KEYS[random.nextInt(KEYS.length)];
    }

    private JsonNode value(int depth) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        switch (depth == 0 ? 3 + random.nextInt(4) : random.nextInt(7)) {
            case 0, 1 -> {
                ObjectNode object = nodes.objectNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set(key(), value(depth - 1));
                }
                return object;
            }
            case 2 -> {
                var array = nodes.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(depth - 1));
                }
                return array;
            }
            case 3 -> {
                return nodes.textNode("text \"quoted\" \\ ü 😀 \u0000 " + random.nextInt(100));
            }
            case 4 -> {
                return nodes.numberNode(random.nextInt(2_000_000) - 1000);
            }
            case 5 -> {
                return nodes.numberNode(random.nextDouble() * 1e10);
            }
            default -> {
                return random.nextBoolean() ? nodes.nullNode() : nodes.booleanNode(random.nextBoolean());
            }
        }
    }

    private String space() {
        return SPACES[random.nextInt(SPACES.length)];
    }

    private void write(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            out.append('{').append(space());
            String comma = "";
            for (var field : node.properties()) {
                out.append(comma).append(space()).append(Json.MAPPER.getNodeFactory().textNode(field.getKey()))
                        .append(space()).append(':').append(space());
                write(field.getValue(), out);
                out.append(space());
                comma = ",";
            }
            out.append('}');
        } else if (node.isArray()) {
            out.append('[').append(space());
            String comma = "";
            for (JsonNode element : node) {
                out.append(comma).append(space());
                write(element, out);
                out.append(space());
                comma = ",";
            }
            out.append(']');
        } else {
            out.append(node);
        }
    }
}
