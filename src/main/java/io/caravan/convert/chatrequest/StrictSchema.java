/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rewrites a schema with plain keywords only; what those cannot say goes into the description (E10). */
final class StrictSchema {

    private static final Set<String> SPOKEN = Set.of("pattern", "format", "propertyNames", "patternProperties", "if",
            "then", "else", "exclusiveMinimum", "exclusiveMaximum");
    private static final Set<String> LABELS = Set.of("$defs", "definitions", "$schema", "$id", "$comment", "$anchor");
    private static final String PROPERTIES = "properties";
    private static final Set<String> NESTING = Set.of(PROPERTIES, "items", "additionalProperties", "not", "contains",
            "anyOf", "oneOf", "allOf", "prefixItems");
    private static final String REF = "#/$defs/";
    private static final BigInteger SAFE_INTEGER = BigInteger.ONE.shiftLeft(53).subtract(BigInteger.ONE);
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
        List<String> lost = new ArrayList<>();
        for (String choice : new String[] {"anyOf", "oneOf", "allOf"}) {
            if (plain.has(choice)) {
                lost.add(said(choice, plain.remove(choice)));
            }
        }
        describe(plain, lost);
        return plain;
    }

    private JsonNode schema(JsonNode node) {
        if (node instanceof ArrayNode list) {
            ArrayNode copy = Nodes.array();
            list.forEach(element -> copy.add(schema(element)));
            return copy;
        }
        if (node instanceof ObjectNode object) {
            return object(object);
        }
        return node;
    }

    private ObjectNode object(ObjectNode given) {
        ObjectNode plain = Nodes.object();
        if (++nodes > MOST_NODES) {
            return plain;
        }
        List<String> lost = new ArrayList<>();
        for (var member : given.properties()) {
            if (isAffordable(member.getKey(), member.getValue())) {
                member(member.getKey(), member.getValue(), plain, lost);
            }
        }
        describe(plain, lost);
        return plain;
    }

    private void member(String key, JsonNode value, ObjectNode plain, List<String> lost) {
        if (SPOKEN.contains(key)) {
            lost.add(said(key, value));
        } else if (!LABELS.contains(key)) {
            keyword(key, value, plain);
        }
    }

    private void keyword(String key, JsonNode value, ObjectNode plain) {
        switch (key) {
            case "$ref" -> inline(value.asText(), plain);
            case "const" -> plain.putArray("enum").add(value);
            case "minimum", "maximum" -> bound(key, value, plain);
            case PROPERTIES -> plain.set(key, properties(value));
            default -> plain.set(key, NESTING.contains(key) ? schema(value) : value);
        }
    }

    private JsonNode properties(JsonNode given) {
        if (!given.isObject()) {
            return given;
        }
        ObjectNode copy = Nodes.object();
        given.properties().forEach(property -> copy.set(property.getKey(), schema(property.getValue())));
        return copy;
    }

    /** The bounds every number has that a double holds exactly say nothing. */
    private static void bound(String key, JsonNode value, ObjectNode plain) {
        boolean says = !value.isIntegralNumber() || value.bigIntegerValue().abs().compareTo(SAFE_INTEGER) < 0;
        if (says) {
            plain.set(key, value);
        }
    }

    private void inline(String reference, ObjectNode plain) {
        if (!reference.startsWith(REF)) {
            return;
        }
        String name = reference.substring(REF.length());
        if (definitions.get(name) instanceof ObjectNode target && inlining.add(name)) {
            ObjectNode inlined = object(target);
            inlining.remove(name);
            for (var member : inlined.properties()) {
                plain.putIfAbsent(member.getKey(), member.getValue());
            }
        }
    }

    /** What is inlined again and again must not grow without bound: a small request would become a huge one. */
    private boolean isAffordable(String key, JsonNode value) {
        boolean copies = !inlining.isEmpty() && !NESTING.contains(key);
        if (copies) {
            copied += key.length() + text(value).length();
        }
        return copied < MOST_COPIED;
    }

    private static String said(String key, JsonNode value) {
        return key + ": " + text(value);
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    private static void describe(ObjectNode plain, List<String> lost) {
        if (lost.isEmpty()) {
            return;
        }
        String words = "(" + String.join("; ", lost) + ")";
        String description = plain.path("description").asText("");
        if (!description.isEmpty()) {
            words = description + " " + words;
        }
        plain.put("description", words);
    }
}
