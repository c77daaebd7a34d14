/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;

/** Reading members of a client's body: one that is null is one that is absent, and an absent one is a missing node. */
final class Members {

    private Members() {
    }

    /** Takes a member out of {@code object}. */
    static JsonNode take(ObjectNode object, String name) {
        JsonNode value = object.path(name);
        object.remove(name);
        if (value.isNull()) {
            return MissingNode.getInstance();
        }
        return value;
    }

    /** Takes two members out of {@code object} of which one says it, the first if both are there. */
    static JsonNode takeEither(ObjectNode object, String first, String second) {
        JsonNode one = take(object, first);
        JsonNode other = take(object, second);
        if (one.isMissingNode()) {
            return other;
        }
        return one;
    }

    /** A member that must be a string with something in it. */
    static String string(JsonNode object, String name, String path) {
        if (!object.hasNonNull(name)) {
            throw new MalformedBody(path + "." + name + ": Field required");
        }
        JsonNode value = object.path(name);
        if (!value.isTextual()) {
            throw new MalformedBody(path + "." + name + ": Input should be a valid string");
        }
        if (value.textValue().isEmpty()) {
            throw new MalformedBody(path + "." + name + ": Field required");
        }
        return value.textValue();
    }

    /** What a value says that may be a string; empty if it is none. */
    static String text(JsonNode value) {
        if (value.isTextual()) {
            return value.textValue();
        }
        return "";
    }

    static boolean isOfType(JsonNode object, String type) {
        return object.path("type").asText().equals(type);
    }

    /** Takes a list out of {@code object}; empty if it is absent. */
    static ArrayNode takeList(ObjectNode object, String name) {
        ArrayNode list = list(object, name, name);
        object.remove(name);
        return list;
    }

    /** A member that must be a list if it is there; empty if not. */
    static ArrayNode list(JsonNode object, String name, String path) {
        if (!object.hasNonNull(name)) {
            return Json.MAPPER.createArrayNode();
        }
        if (object.path(name) instanceof ArrayNode list) {
            return list;
        }
        throw new MalformedBody(path + ": Input should be a valid list");
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
        JsonNode last = blocks.path(blocks.size() - 1);
        boolean thinking = last.path("type").asText().endsWith("thinking");
        if (!thinking && last instanceof ObjectNode block) {
            moveCacheMarker(from, block);
        }
    }
}
