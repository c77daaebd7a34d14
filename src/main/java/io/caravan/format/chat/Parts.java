/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The content parts of one chat message as they gather. A cache marker whose own part is left out moves to a neighbour. */
public final class Parts {

    /** What stands for a tool result that says nothing. */
    public static final String NO_OUTPUT = "(no output)";
    private final ArrayNode list = JsonNodeFactory.instance.arrayNode();
    private JsonNode homeless;

    /** Adds a text part, unless it is blank: upstreams refuse those. */
    public void text(String text, JsonNode mark) {
        if (text.isBlank()) {
            mark(mark);
        } else {
            add(JsonNodeFactory.instance.objectNode().put("type", "text").put("text", text), mark);
        }
    }

    public void add(ObjectNode part, JsonNode mark) {
        list.add(part);
        JsonNode placed = mark == null ? homeless : mark;
        homeless = null;
        if (placed != null) {
            part.set("cache_control", placed);
        }
    }

    /** An image, or what an upstream takes as one. */
    public static ObjectNode image(JsonNode url) {
        ObjectNode part = JsonNodeFactory.instance.objectNode().put("type", "image_url");
        part.putObject("image_url").set("url", url);
        return part;
    }

    /** Adds a part that takes no cache marker. */
    public void addUnmarked(ObjectNode part) {
        list.add(part);
    }

    /** Places a marker whose part is not sent: on the part before, else on the next one. */
    public void mark(JsonNode mark) {
        if (mark != null && !placeOnLast(list, mark)) {
            homeless = mark;
        }
    }

    /** The marker no part could take, or null. */
    public JsonNode homelessMark() {
        return homeless;
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }

    public ArrayNode list() {
        return list;
    }

    /** A string where one says all, null where there is nothing, else the list. */
    public JsonNode content() {
        if (list.isEmpty()) {
            return NullNode.instance;
        }
        JsonNode first = list.get(0);
        return list.size() == 1 && isText(first) && !first.has("cache_control") ? first.get("text") : list;
    }

    /** All of it as one string; images, and markers, go to {@code rest}. */
    public String flat(String callId, Parts rest) {
        StringBuilder text = new StringBuilder();
        int images = 0;
        for (JsonNode part : list) {
            text.append(text.isEmpty() ? "" : "\n");
            JsonNode mark = part.get("cache_control");
            if (isText(part)) {
                text.append(part.get("text").textValue());
                rest.mark(mark);
            } else {
                images++;
                text.append("[image ").append(images).append(" of tool call ").append(callId).append(" follows]");
                rest.add((ObjectNode) part, mark);
            }
        }
        return text.toString();
    }

    /** Whether {@code mark} found a place on the last part that takes one; a marker already there stays. */
    public static boolean placeOnLast(ArrayNode parts, JsonNode mark) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof ObjectNode part && !part.path("type").asText().equals("reasoning")) {
                if (!part.has("cache_control")) {
                    part.set("cache_control", mark);
                }
                return true;
            }
        }
        return false;
    }

    public static boolean isText(JsonNode part) {
        return part.path("type").asText().equals("text");
    }
}
