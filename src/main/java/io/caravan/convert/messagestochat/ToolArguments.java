/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.Optional;

/**
 * The input of a tool use from a call's arguments (case M62). Slips of spelling are mended; arguments that are cut short
 * are not: a half-written call must not run.
 */
final class ToolArguments {

    private static final ObjectReader STRICT = Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final ObjectReader LENIENT = STRICT.withFeatures(JsonReadFeature.ALLOW_TRAILING_COMMA,
            JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES,
            JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS, JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER);

    private ToolArguments() {
    }

    /** The object that {@code arguments} are, which are one or none. */
    static ObjectNode input(String arguments) {
        if (arguments.isBlank()) {
            return Json.MAPPER.createObjectNode();
        }
        return read(STRICT, arguments).orElseThrow();
    }

    /** {@code arguments} without their slips of spelling; empty if they are no object even so. */
    static Optional<String> mended(String arguments) {
        return read(LENIENT, arguments.strip()).map(ObjectNode::toString);
    }

    private static Optional<ObjectNode> read(ObjectReader reader, String text) {
        try {
            return Optional.of(reader.readTree(text)).filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
