/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The input of a tool use from a call's arguments (case M62). Slips of spelling are mended; arguments that are cut short
 * are not: a half-written call must not run.
 */
final class ToolArguments {

    private static final ObjectReader STRICT = Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final ObjectReader LENIENT = STRICT.withFeatures(JsonReadFeature.ALLOW_TRAILING_COMMA,
            JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES,
            JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS, JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER);

    private static final Set<String> NOTHING = Set.of("", "null");

    private ToolArguments() {
    }

    /** Always an object: {@code {}} for none, {@code {"__raw_arguments": …}} for what cannot be read as one. */
    static ObjectNode input(String arguments) {
        String text = withoutLoneStart(arguments.strip());
        if (NOTHING.contains(text)) {
            return Json.MAPPER.createObjectNode();
        }
        ObjectNode input = read(STRICT, text);
        if (input == null) {
            input = read(LENIENT, text);
        }
        if (input == null) {
            input = Json.MAPPER.createObjectNode().put("__raw_arguments", arguments);
        }
        return input;
    }

    /** Databricks puts an empty object before the real one. */
    private static String withoutLoneStart(String text) {
        if (text.startsWith("{}")) {
            return text.substring(2).strip();
        }
        return text;
    }

    private static @Nullable ObjectNode read(ObjectReader reader, String text) {
        try {
            JsonNode node = reader.readTree(text);
            return node instanceof ObjectNode object ? object : null;
        } catch (IOException e) {
            return null;
        }
    }
}
