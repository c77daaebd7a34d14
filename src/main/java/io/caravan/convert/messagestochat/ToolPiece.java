/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a tool call, or a whole one. What was not said, or is empty, is null.
 *
 * @param index     which call of the answer; null if the upstream does not count them
 * @param arguments JSON text, never null
 */
record ToolPiece(@Nullable Integer index, @Nullable String id, @Nullable String name, String arguments) {

    /** Reads an item of {@code tool_calls}. */
    static ToolPiece read(JsonNode item) {
        JsonNode index = item.path("index");
        JsonNode function = item.path("function");
        return new ToolPiece(index.isInt() ? index.intValue() : null, said(item.path("id")), said(function.path("name")),
                arguments(function.path("arguments")));
    }

    /** Reads a {@code function_call}, which knows one call only. */
    static ToolPiece readFunctionCall(JsonNode call) {
        return new ToolPiece(0, null, said(call.path("name")), arguments(call.path("arguments")));
    }

    boolean saysSomething() {
        return id != null || name != null || !arguments.isBlank();
    }

    private static String arguments(JsonNode node) {
        return node.isObject() ? node.toString() : words(node);
    }

    /** The string {@code node} is; null if it is none, or empty. */
    static @Nullable String said(JsonNode node) {
        String words = words(node);
        return words.isEmpty() ? null : words;
    }

    /** The string {@code node} is; empty if it is none. */
    static String words(JsonNode node) {
        return Objects.requireNonNullElse(node.textValue(), "");
    }
}
