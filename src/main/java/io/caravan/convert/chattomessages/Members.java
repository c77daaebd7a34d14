/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.MalformedBody;

/** Reading members of a client's body: one that is null is one that is absent. */
final class Members {

    private Members() {
    }

    /** Takes a member out of {@code object}; null if it is absent or null. */
    static JsonNode take(ObjectNode object, String name) {
        JsonNode value = object.remove(name);
        return value == null || value.isNull() ? null : value;
    }

    /** A member that must be a string with something in it. */
    static String string(JsonNode object, String name, String path) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull() || value.isTextual() && value.textValue().isEmpty()) {
            throw new MalformedBody(path + "." + name + ": Field required");
        }
        if (!value.isTextual()) {
            throw new MalformedBody(path + "." + name + ": Input should be a valid string");
        }
        return value.textValue();
    }

    /** A value that must be a list, if there is one; null if not. */
    static ArrayNode list(JsonNode value, String path) {
        if (value == null || value.isNull() || value.isMissingNode()) {
            return null;
        }
        if (!value.isArray()) {
            throw new MalformedBody(path + ": Input should be a valid list");
        }
        return (ArrayNode) value;
    }

    /** Puts the cache marker of {@code from}, if it bears one, on {@code to}. */
    static void moveCacheMarker(JsonNode from, ObjectNode to) {
        JsonNode marker = from.path("cache_control");
        if (marker.isObject()) {
            to.set("cache_control", marker);
        }
    }

    /** Puts the cache marker of {@code from} on the last of {@code blocks} that can bear one. */
    static void moveCacheMarkerToLast(JsonNode from, ArrayNode blocks) {
        if (!blocks.isEmpty() && !blocks.get(blocks.size() - 1).path("type").asText().endsWith("thinking")) {
            moveCacheMarker(from, (ObjectNode) blocks.get(blocks.size() - 1));
        }
    }
}
