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
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The content parts of one chat message as they gather. A part may come with a cache marker; the marker of one that is left
 * out moves to a neighbour. A marker that is null is none.
 */
public final class Parts {

    /** What stands for a tool result that says nothing. */
    public static final String NO_OUTPUT = "(no output)";

    private static final String MARK = "cache_control";

    private final ArrayNode list = JsonNodeFactory.instance.arrayNode();
    private @Nullable JsonNode homeless;

    /** Adds a text part, unless it is blank: upstreams refuse those. */
    public void text(String text) {
        text(text, null);
    }

    /** Adds a text part with its marker, unless it is blank. */
    public void text(String text, @Nullable JsonNode mark) {
        if (text.isBlank()) {
            mark(mark);
        } else {
            add(JsonNodeFactory.instance.objectNode().put("type", "text").put("text", text), mark);
        }
    }

    /** Adds a part with its marker. */
    public void add(ObjectNode part, @Nullable JsonNode mark) {
        list.add(part);
        if (mark != null) {
            homeless = mark;
        }
        if (homeless != null) {
            part.set(MARK, homeless);
            homeless = null;
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
    public void mark(@Nullable JsonNode mark) {
        if (mark != null && !placeOnLast(list, mark)) {
            homeless = mark;
        }
    }

    /** The marker no part could take, or null. */
    public @Nullable JsonNode homelessMark() {
        return homeless;
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }

    /** The parts themselves, which may still be changed. */
    public ArrayNode list() {
        return list;
    }

    /** A string where one says all, null where there is nothing, else the list. */
    public JsonNode content() {
        if (list.isEmpty()) {
            return NullNode.instance;
        }
        JsonNode first = list.get(0);
        if (list.size() == 1 && isPlainText(first)) {
            return first.get("text");
        }
        return list;
    }

    /** All of it as one string; images, and markers, go to {@code rest}. */
    public String flat(String callId, Parts rest) {
        StringJoiner text = new StringJoiner("\n");
        int images = 0;
        for (JsonNode part : list) {
            JsonNode mark = part.get(MARK);
            if (isText(part)) {
                text.add(part.get("text").textValue());
                rest.mark(mark);
            } else {
                images++;
                text.add("[image " + images + " of tool call " + callId + " follows]");
                rest.add((ObjectNode) part, mark);
            }
        }
        return text.toString();
    }

    /** Whether {@code mark} found a place on the last part that takes one; a marker already there stays. */
    public static boolean placeOnLast(ArrayNode parts, JsonNode mark) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof ObjectNode part && !part.path("type").asText().equals("reasoning")) {
                part.putIfAbsent(MARK, mark);
                return true;
            }
        }
        return false;
    }

    /** Whether a part is text. */
    public static boolean isText(JsonNode part) {
        return part.path("type").asText().equals("text");
    }

    /** Whether a part is text and has no cache marker, so that a string says the same. */
    public static boolean isPlainText(JsonNode part) {
        return isText(part) && !part.has(MARK);
    }
}
