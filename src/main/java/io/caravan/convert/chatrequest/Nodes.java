/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RawText;
import io.caravan.format.json.RequestTree;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Reads and makes the JSON of a request, and refuses what must be there and is not. */
final class Nodes {

    private static final String MISSING = "Field required";
    private static final Set<JsonNodeType> ABSENT = EnumSet.of(JsonNodeType.NULL, JsonNodeType.MISSING);

    private Nodes() {
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** Whether a member is there and not null. */
    static boolean isGiven(JsonNode value) {
        return !ABSENT.contains(value.getNodeType());
    }

    /** Whether {@code node} is a string, be it one that is kept undecoded. */
    static boolean isText(JsonNode node) {
        return node.isTextual() || RawText.of(node) != null;
    }

    /** Whether {@code node} says of itself that it is a {@code type}. */
    static boolean isOfType(JsonNode node, String type) {
        return node.path("type").asText().equals(type);
    }

    /** A list that may be left out; empty if it is. */
    static JsonNode list(JsonNode given, String path) {
        if (isGiven(given) && !given.isArray()) {
            throw new MalformedBody(path + ": Input should be a valid list");
        }
        return given;
    }

    /** A text the block must have; it may be empty. */
    static String required(JsonNode block, String member, String path) {
        String text = RawText.text(block.get(member));
        if (text == null) {
            throw unfit(path + "." + member, isGiven(block.path(member)), "Input should be a valid string");
        }
        return text;
    }

    /** Refuses an empty text. */
    static void checkFilled(String text, String path) {
        if (text.isEmpty()) {
            throw new MalformedBody(path + ": String should have at least 1 character");
        }
    }

    /**
     * The refusal of a member that is not what it should be.
     *
     * @param there  whether it is there at all
     * @param should what is said of it if it is
     */
    static MalformedBody unfit(String path, boolean there, String should) {
        return new MalformedBody(path + ": " + (there ? should : MISSING));
    }

    /** The refusal of a member that is not there. */
    static MalformedBody missing(String path) {
        return unfit(path, false, MISSING);
    }

    /** Adds {@code more} to an object: lists and texts of the same name are joined. */
    static void addTo(ObjectNode object, ObjectNode more) {
        for (Map.Entry<String, JsonNode> member : more.properties()) {
            JsonNode value = member.getValue();
            JsonNode before = object.path(member.getKey());
            if (before instanceof ArrayNode list && value.isArray()) {
                value.forEach(list::add);
            } else if (before instanceof ObjectNode inner && value instanceof ObjectNode within) {
                addTo(inner, within);
            } else {
                object.set(member.getKey(), before.isTextual() ? textNode(before, value) : value);
            }
        }
    }

    private static JsonNode textNode(JsonNode before, JsonNode value) {
        return JsonNodeFactory.instance.textNode(before.textValue() + value.asText());
    }

    /** {@code json} as a text. */
    static String written(JsonNode json) {
        return new String(RequestTree.write(json, 512), StandardCharsets.UTF_8);
    }
}
