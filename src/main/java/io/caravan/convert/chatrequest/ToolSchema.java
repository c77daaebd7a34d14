/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a tool's JSON schema one that chat upstreams take (cases M39, M41). The given tree stays as it is. */
final class ToolSchema {

    private static final Set<String> LABELS = Set.of("$schema", "$id", "$comment", "definitions", "$defs");
    private static final String OLD_REF = "#/definitions/";
    private static final String NEW_REF = "#/$defs/";

    private ToolSchema() {
    }

    /** {@code schema}, or the schema of no arguments if it is no object; {@code strict}: plain keywords only. */
    static ObjectNode of(@Nullable JsonNode schema, boolean strict) {
        ObjectNode sent = Nodes.object();
        if (schema instanceof ObjectNode given) {
            copy(given, sent);
        }
        if (strict) {
            sent = StrictSchema.of(sent);
        }
        sent.put("type", "object");
        if (!sent.path("properties").isObject()) {
            sent.putObject("properties");
        }
        return sent;
    }

    private static void copy(ObjectNode given, ObjectNode sent) {
        JsonNode renamed = given;
        if (given.has("definitions")) {
            renamed = renamed(given);
        }
        for (var member : renamed.properties()) {
            if (!LABELS.contains(member.getKey())) {
                sent.set(member.getKey(), member.getValue());
            }
        }
        ObjectNode definitions = Nodes.object();
        for (String name : new String[] {"definitions", "$defs"}) {
            if (renamed.get(name) instanceof ObjectNode some) {
                definitions.setAll(some);
            }
        }
        if (!definitions.isEmpty()) {
            sent.set("$defs", definitions);
        }
    }

    /** A copy of {@code node} whose references to {@code definitions} lead to {@code $defs}. */
    private static JsonNode renamed(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = Nodes.object();
            for (var member : object.properties()) {
                copy.set(member.getKey(), renamed(member.getKey(), member.getValue()));
            }
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = Nodes.array();
            array.forEach(element -> copy.add(renamed(element)));
            return copy;
        }
        return node;
    }

    private static JsonNode renamed(String key, JsonNode value) {
        if (key.equals("$ref") && value.asText().startsWith(OLD_REF)) {
            return TextNode.valueOf(NEW_REF + value.asText().substring(OLD_REF.length()));
        }
        return renamed(value);
    }
}
