/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Rewrites a schema with plain keywords only; what those cannot say goes into the description (E10). */
final class StrictSchema {

    private static final Set<String> SPOKEN = Set.of("pattern", "format", "propertyNames", "patternProperties", "if",
            "then", "else", "exclusiveMinimum", "exclusiveMaximum");
    private static final Set<String> LABELS = Set.of("$defs", "definitions", "$schema", "$id", "$comment", "$anchor");
    private static final Set<String> SCHEMAS = Set.of("items", "additionalProperties", "not", "contains", "anyOf",
            "oneOf", "allOf", "prefixItems");
    private static final String REF = "#/$defs/";
    private static final long SAFE_INTEGER = 1L << 53;
    private static final int MOST_NODES = 5000;
    private static final int MOST_COPIED = 256 * 1024;

    private final JsonNode definitions;
    private final Set<String> inlining = new HashSet<>();
    private int nodes;
    private int copied;

    private StrictSchema(JsonNode definitions) {
        this.definitions = definitions;
    }

    /** A rewritten copy. References are inlined; a recursive one, or one too many, becomes the schema of anything. */
    static ObjectNode of(ObjectNode schema) {
        StrictSchema strict = new StrictSchema(schema.path("$defs"));
        ObjectNode plain = strict.object(schema);
        StringBuilder lost = new StringBuilder();
        for (String choice : new String[] {"anyOf", "oneOf", "allOf"}) {
            if (plain.has(choice)) {
                say(choice, plain.remove(choice), lost);
            }
        }
        describe(plain, lost);
        return plain;
    }

    private JsonNode schema(JsonNode node) {
        if (node instanceof ArrayNode list) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            list.forEach(element -> copy.add(schema(element)));
            return copy;
        }
        return node instanceof ObjectNode object ? object(object) : node;
    }

    private ObjectNode object(ObjectNode given) {
        ObjectNode plain = JsonNodeFactory.instance.objectNode();
        if (++nodes > MOST_NODES) {
            return plain;
        }
        StringBuilder lost = new StringBuilder();
        for (Map.Entry<String, JsonNode> member : given.properties()) {
            member(member.getKey(), member.getValue(), plain, lost);
        }
        describe(plain, lost);
        return plain;
    }

    private void member(String key, JsonNode value, ObjectNode plain, StringBuilder lost) {
        if (!isAffordable(key, value)) {
            return;
        }
        if (key.equals("$ref")) {
            inline(value.asText(), plain);
        } else if (key.equals("const")) {
            plain.putArray("enum").add(value);
        } else if (key.equals("properties") && value instanceof ObjectNode properties) {
            ObjectNode copy = plain.putObject(key);
            properties.properties().forEach(property -> copy.set(property.getKey(), schema(property.getValue())));
        } else if (SPOKEN.contains(key)) {
            say(key, value, lost);
        } else if (SCHEMAS.contains(key)) {
            plain.set(key, schema(value));
        } else if (!LABELS.contains(key) && !isNoBound(key, value)) {
            plain.set(key, value);
        }
    }

    private void inline(String reference, ObjectNode plain) {
        String name = reference.startsWith(REF) ? reference.substring(REF.length()) : "";
        if (definitions.get(name) instanceof ObjectNode target && inlining.add(name)) {
            ObjectNode inlined = object(target);
            inlining.remove(name);
            for (var member : inlined.properties()) {
                if (!plain.has(member.getKey())) {
                    plain.set(member.getKey(), member.getValue());
                }
            }
        }
    }

    /** What is inlined again and again must not grow without bound: a small request would become a huge one. */
    private boolean isAffordable(String key, JsonNode value) {
        if (!inlining.isEmpty() && !key.equals("properties") && !SCHEMAS.contains(key)) {
            copied += key.length() + (value.isContainerNode() ? value.toString().length() : value.asText().length());
        }
        return copied < MOST_COPIED;
    }

    /** The bounds every number has that a double holds exactly say nothing. */
    private static boolean isNoBound(String key, JsonNode value) {
        return (key.equals("minimum") || key.equals("maximum")) && value.isIntegralNumber()
                && (!value.canConvertToLong() || Math.abs(value.longValue()) >= SAFE_INTEGER - 1);
    }

    private static void say(String key, JsonNode value, StringBuilder lost) {
        lost.append(lost.isEmpty() ? "" : "; ").append(key).append(": ")
                .append(value.isTextual() ? value.textValue() : value.toString());
    }

    private static void describe(ObjectNode plain, StringBuilder lost) {
        if (!lost.isEmpty()) {
            String description = plain.path("description").asText("");
            plain.put("description", description + (description.isEmpty() ? "(" : " (") + lost + ")");
        }
    }
}
