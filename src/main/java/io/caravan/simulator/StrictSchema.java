/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/** A validator of tool schemas that takes the plain keywords only; names of properties are no keywords. */
final class StrictSchema {

    private static final Set<String> REFUSED = Set.of(
            "pattern", "$ref", "const", "format", "propertyNames", "patternProperties", "if", "then", "else",
            "exclusiveMinimum");
    private static final Set<String> BOUNDS = Set.of("minimum", "maximum");
    private static final Set<String> NAMED_SCHEMAS = Set.of("properties", "$defs", "definitions", "dependentSchemas");
    private static final Set<String> DATA = Set.of("enum", "default", "examples");
    private static final double LARGEST_BOUND = 9.007199254740991E15;

    private StrictSchema() {}

    static void check(JsonNode tools) throws Refusal {
        for (int i = 0; i < tools.size(); i++) {
            JsonNode tool = tools.get(i);
            JsonNode schema = tool.has("function") ? tool.path("function").path("parameters") : tool.path("input_schema");
            if (!isPlain(schema)) {
                throw Refusal.badRequest("tools." + i + ".custom.input_schema: JSON schema is invalid. "
                        + "It must match JSON Schema draft 2020-12");
            }
        }
    }

    private static boolean isPlain(JsonNode schema) {
        if (schema.isArray()) {
            for (JsonNode item : schema) {
                if (!isPlain(item)) {
                    return false;
                }
            }
            return true;
        }
        for (Iterator<Map.Entry<String, JsonNode>> members = schema.fields(); members.hasNext(); ) {
            Map.Entry<String, JsonNode> member = members.next();
            String name = member.getKey();
            JsonNode value = member.getValue();
            boolean tooLarge = BOUNDS.contains(name) && Math.abs(value.asDouble()) >= LARGEST_BOUND;
            if (REFUSED.contains(name) || tooLarge || !DATA.contains(name) && !arePlain(name, value)) {
                return false;
            }
        }
        return true;
    }

    private static boolean arePlain(String name, JsonNode value) {
        if (!NAMED_SCHEMAS.contains(name)) {
            return isPlain(value);
        }
        for (JsonNode schema : value) {
            if (!isPlain(schema)) {
                return false;
            }
        }
        return true;
    }
}
