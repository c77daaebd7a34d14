/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A small JSON value that a schema allows. */
final class Sample {

    private static final int DEEPEST = 16;

    private final JsonNode root;

    private Sample(JsonNode root) {
        this.root = root;
    }

    /** An object with a value for each required property, for each property where none is required. */
    static String of(JsonNode schema) {
        return new Sample(schema).object(schema, 0);
    }

    private String object(JsonNode schema, int depth) {
        List<String> members = new ArrayList<>();
        JsonNode properties = schema.path("properties");
        for (Iterator<String> names = properties.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            boolean wanted = schema.path("required").isEmpty();
            for (JsonNode required : schema.path("required")) {
                wanted |= required.asText().equals(name);
            }
            if (wanted && depth < DEEPEST) {
                members.add(Json.quote(name) + ":" + value(properties.get(name), depth + 1));
            }
        }
        return "{" + String.join(",", members) + "}";
    }

    private String value(JsonNode given, int depth) {
        JsonNode schema = resolved(given);
        if (schema.has("const")) {
            return schema.get("const").toString();
        }
        if (!schema.path("enum").isEmpty()) {
            return schema.get("enum").get(0).toString();
        }
        for (String either : new String[] {"anyOf", "oneOf", "allOf"}) {
            if (!schema.path(either).isEmpty() && depth < DEEPEST) {
                return value(schema.get(either).get(0), depth + 1);
            }
        }
        return switch (type(schema)) {
            case "integer", "number" -> number(schema);
            case "boolean" -> "false";
            case "null" -> "null";
            case "array" -> array(schema, depth);
            case "object" -> object(schema, depth);
            default -> string(schema.path("minLength").asInt());
        };
    }

    /** What a reference within the schema refers to. */
    private JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        if (!reference.startsWith("#/")) {
            return schema;
        }
        JsonNode target = root.at(reference.substring(1));
        return target.isMissingNode() ? schema : target;
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        String only = type.isArray() ? type.path(0).asText() : type.asText();
        return only.isEmpty() && schema.has("properties") ? "object" : only;
    }

    private static String number(JsonNode schema) {
        if (schema.path("exclusiveMinimum").isNumber()) {
            return String.valueOf(schema.get("exclusiveMinimum").asLong() + 1);
        }
        long least = schema.path("minimum").isNumber() ? (long) Math.ceil(schema.get("minimum").asDouble()) : 0;
        long most = schema.path("maximum").isNumber() ? (long) Math.floor(schema.get("maximum").asDouble()) : 0;
        boolean zero = least <= 0 && (!schema.has("maximum") || most >= 0);
        return String.valueOf(zero ? 0 : schema.has("minimum") ? least : most);
    }

    private String array(JsonNode schema, int depth) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < Math.min(schema.path("minItems").asInt(), DEEPEST) && depth < DEEPEST; i++) {
            items.add(value(schema.path("items"), depth + 1));
        }
        return "[" + String.join(",", items) + "]";
    }

    private static String string(int least) {
        String text = "demo";
        return Json.quote(text.repeat(Math.max(1, (Math.min(least, 4096) + text.length() - 1) / text.length())));
    }
}
