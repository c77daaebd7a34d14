/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.ThinkingHistory;
import io.caravan.format.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of thinking that is not in Claude's words, as it came: an item of a list, or a text.
 *
 * @param place  where in a message it stood
 * @param whole  whether nothing more of it can come
 * @param shown  what a client may read of it
 * @param proven whether the model needs it back even where it is not shown
 */
record Thought(Place place, JsonNode item, boolean whole, String shown, boolean proven) {

    /** A member of a message, or of one beside it if {@code parent} is not empty. */
    record Place(String parent, String name) {

        static final Place CONTENT = new Place("", "content");
        /** The parts inside an item of the content. */
        static final Place SUMMARY = new Place("content", "summary");

        JsonNode in(JsonNode message) {
            JsonNode holder = parent.isEmpty() ? message : message.path(parent);
            return holder.path(name);
        }

        void put(JsonNode item, ObjectNode message) {
            if (item.isTextual()) {
                message.set(name, item);
            } else if (equals(SUMMARY)) {
                summary(message).withArray(name).add(item);
            } else {
                ObjectNode holder = parent.isEmpty() ? message : message.withObject("/" + parent);
                holder.withArray(name).add(item);
            }
        }

        private static ObjectNode summary(ObjectNode message) {
            JsonNode last = message.withArray("content").path(message.path("content").size() - 1);
            if (last instanceof ObjectNode reasoning) {
                return reasoning;
            }
            return message.withArray("content").addObject().put("type", "reasoning");
        }
    }

    /** An item of {@code place}. */
    static Thought of(Place place, JsonNode item, boolean whole) {
        List<ReasoningPiece> pieces = new ArrayList<>(1);
        ReasoningPiece.read(item, pieces);
        StringBuilder shown = new StringBuilder();
        boolean proven = pieces.isEmpty() && isOpaque(item);
        for (ReasoningPiece piece : pieces) {
            shown.append(piece.text());
            proven |= piece.isProven();
        }
        return new Thought(place, item, whole, shown.toString(), proven);
    }

    /** Whether it is of a kind that no text is known of. */
    private static boolean isOpaque(JsonNode item) {
        return switch (item.path("type").asText()) {
            case "reasoning", "summary_text", "reasoning.text", "reasoning.summary", "thinking", "summary_encrypted_text",
                    "reasoning.encrypted", "redacted_thinking" -> false;
            default -> !item.isEmpty();
        };
    }

    /** All that stands beside the content as one text. */
    static Thought plain(String member, String text) {
        return new Thought(new Place("", member), Json.MAPPER.getNodeFactory().textNode(text), false, text, false);
    }

    /** The parts of an item of the content that comes in pieces. */
    static List<Thought> ofContent(JsonNode item, boolean whole) {
        JsonNode parts = item.path("summary");
        if (whole || !parts.isArray()) {
            return List.of(of(Place.CONTENT, item, whole));
        }
        List<Thought> thoughts = new ArrayList<>(1);
        parts.forEach(part -> thoughts.add(of(Place.SUMMARY, part, false)));
        return thoughts;
    }

    /** The first list of {@code message} that holds any thinking; LiteLLM has some beside its own members. */
    static Place listIn(JsonNode message) {
        for (String parent : new String[] {"", ThinkingHistory.BESIDE}) {
            for (String list : ThinkingHistory.LISTS) {
                Place place = new Place(parent, list);
                JsonNode items = place.in(message);
                if (items.isArray() && !items.isEmpty()) {
                    return place;
                }
            }
        }
        return new Place("", ThinkingHistory.LISTS.get(0));
    }

    /** Whether {@code item} of a content is thinking in the form that chat has for it. */
    static boolean isReasoning(JsonNode item) {
        return item.path("type").asText().equals("reasoning");
    }

    /** Whether there is anything in it for client or model. */
    boolean says() {
        return proven || !shown.isEmpty();
    }

    /** The member that goes on from piece to piece, or null if none does. */
    @Nullable String growing() {
        return switch (item.path("type").asText()) {
            case "reasoning.text", "summary_text" -> "text";
            case "reasoning.summary" -> "summary";
            case "thinking" -> "thinking";
            default -> null;
        };
    }
}
