/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Set;

/** Makes a tool's JSON schema one that chat upstreams take (protocol 3.3; cases M39, M41). The given tree stays as it is. */
public final class ToolSchema {

    private static final Set<String> LABELS = Set.of("$schema", "$id", "$comment", "definitions", "$defs");
    private static final String OLD_REF = "#/definitions/";
    private static final String NEW_REF = "#/$defs/";

    private ToolSchema() {
    }

    /** {@code schema}, or the schema of no arguments if it is no object; {@code strict}: plain keywords only. */
    public static ObjectNode of(JsonNode schema, boolean strict) {
        ObjectNode top = JsonNodeFactory.instance.objectNode();
        if (schema instanceof ObjectNode given) {
            JsonNode renamed = given.has("definitions") ? renamed(given) : given;
            for (var member : renamed.properties()) {
                if (!LABELS.contains(member.getKey())) {
                    top.set(member.getKey(), member.getValue());
                }
            }
            ObjectNode definitions = JsonNodeFactory.instance.objectNode();
            for (String name : new String[] {"definitions", "$defs"}) {
                if (renamed.get(name) instanceof ObjectNode some) {
                    definitions.setAll(some);
                }
            }
            if (!definitions.isEmpty()) {
                top.set("$defs", definitions);
            }
        }
        ObjectNode plain = strict ? StrictSchema.of(top) : top;
        plain.put("type", "object");
        if (!plain.path("properties").isObject()) {
            plain.putObject("properties");
        }
        return plain;
    }

    /** {@code node} with its references to {@code definitions} turned to {@code $defs}; what has none is not copied. */
    private static JsonNode renamed(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = null;
            for (var member : object.properties()) {
                JsonNode value = member.getValue();
                JsonNode changed = member.getKey().equals("$ref") && value.asText().startsWith(OLD_REF)
                        ? TextNode.valueOf(NEW_REF + value.asText().substring(OLD_REF.length())) : renamed(value);
                if (changed != value) {
                    copy = copy == null ? JsonNodeFactory.instance.objectNode().setAll(object) : copy;
                    copy.set(member.getKey(), changed);
                }
            }
            return copy == null ? object : copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = null;
            for (int i = 0; i < array.size(); i++) {
                JsonNode changed = renamed(array.get(i));
                if (changed != array.get(i)) {
                    copy = copy == null ? JsonNodeFactory.instance.arrayNode().addAll(array) : copy;
                    copy.set(i, changed);
                }
            }
            return copy == null ? array : copy;
        }
        return node;
    }
}
