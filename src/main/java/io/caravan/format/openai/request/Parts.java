package io.caravan.format.openai.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The content parts of one chat message as they gather. A cache marker whose own part is left out moves to a neighbour. */
final class Parts {

    private final ArrayNode list = Conversion.array();
    private JsonNode homeless;

    /** Adds a text part, unless it is blank: upstreams refuse those. */
    void text(String text, JsonNode mark) {
        if (text.isBlank()) {
            mark(mark);
        } else {
            add(Conversion.object().put("type", "text").put("text", text), mark);
        }
    }

    void add(ObjectNode part, JsonNode mark) {
        list.add(part);
        JsonNode placed = mark == null ? homeless : mark;
        homeless = null;
        if (placed != null) {
            part.set("cache_control", placed);
        }
    }

    /** Adds a part that takes no cache marker. */
    void addUnmarked(ObjectNode part) {
        list.add(part);
    }

    /** Places a marker whose part is not sent: on the part before, else on the next one. */
    void mark(JsonNode mark) {
        if (mark != null && !placeOnLast(list, mark)) {
            homeless = mark;
        }
    }

    /** The marker no part could take, or null. */
    JsonNode homelessMark() {
        return homeless;
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    ArrayNode list() {
        return list;
    }

    /** A string where one says all, null where there is nothing, else the list. */
    JsonNode content() {
        if (list.isEmpty()) {
            return NullNode.instance;
        }
        JsonNode first = list.get(0);
        return list.size() == 1 && isText(first) && !first.has("cache_control") ? first.get("text") : list;
    }

    /** Whether {@code mark} found a place on the last part that takes one; a marker already there stays. */
    static boolean placeOnLast(ArrayNode parts, JsonNode mark) {
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

    static boolean isText(JsonNode part) {
        return part.path("type").asText().equals("text");
    }
}
