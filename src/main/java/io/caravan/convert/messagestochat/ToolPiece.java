/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A piece of a tool call, or a whole one. What was not said, or is empty, is null.
 *
 * @param index     which call of the answer; null if the upstream does not count them
 * @param arguments JSON text, never null
 */
record ToolPiece(Integer index, String id, String name, String arguments) {

    /** Reads an item of {@code tool_calls}. */
    static ToolPiece read(JsonNode item) {
        return new ToolPiece(item.path("index").isInt() ? item.path("index").intValue() : null,
                said(item.path("id")), said(item.path("function").path("name")),
                arguments(item.path("function").path("arguments")));
    }

    /** Reads a {@code function_call}, which knows one call only. */
    static ToolPiece readFunctionCall(JsonNode call) {
        return new ToolPiece(0, null, said(call.path("name")), arguments(call.path("arguments")));
    }

    private static String arguments(JsonNode node) {
        return node.isTextual() ? node.textValue() : node.isObject() ? node.toString() : "";
    }

    static String said(JsonNode node) {
        String text = node.textValue();
        return text == null || text.isEmpty() ? null : text;
    }
}
