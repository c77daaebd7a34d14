/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The thoughts of one block put together again: members of a message, in the form that a whole answer has. */
final class ThoughtsInForm {

    /** An item of a list, or a text, that may still grow. */
    private static final class Item {

        private final Thought first;
        private final @Nullable String growing;
        private final JsonNode node;
        private final StringBuilder text = new StringBuilder();

        Item(Thought first) {
            this.first = first;
            this.growing = first.growing();
            this.node = first.item().deepCopy();
            text.append(textOf(first));
        }

        private String textOf(Thought thought) {
            if (thought.item().isTextual()) {
                return thought.item().textValue();
            }
            return growing == null ? "" : ToolPiece.words(thought.item().path(growing));
        }

        /** Whether {@code next} is a piece of the same; without an index only the {@code last} item may go on. */
        boolean takes(Thought next, boolean last) {
            if (next.whole() || !next.place().equals(first.place())) {
                return false;
            }
            if (node.isTextual()) {
                return true;
            }
            return growing != null && isOfItsKind(next.item()) && isAtItsPlace(next.item(), last);
        }

        private boolean isOfItsKind(JsonNode other) {
            return other.path("type").equals(node.path("type")) && agrees(other, "id");
        }

        private boolean agrees(JsonNode other, String member) {
            boolean both = other.hasNonNull(member) && node.hasNonNull(member);
            return !both || other.path(member).equals(node.path(member));
        }

        private boolean isAtItsPlace(JsonNode other, boolean last) {
            if (node.hasNonNull("index") && other.hasNonNull("index")) {
                return agrees(other, "index");
            }
            boolean signed = ToolPiece.said(node.path("signature")) != null;
            return last && !signed;
        }

        /** Takes one more piece; returns what is new in its text. */
        String add(Thought piece) {
            String more = textOf(piece);
            boolean again = piece.proven() && more.startsWith(text.toString());
            String news = again ? more.substring(text.length()) : more;
            text.append(news);
            if (node instanceof ObjectNode known) {
                for (Map.Entry<String, JsonNode> member : piece.item().properties()) {
                    complete(known, member.getKey(), member.getValue());
                }
            }
            return news;
        }

        private void complete(ObjectNode known, String name, JsonNode value) {
            if (!name.equals(growing) && !(value.isNull() && known.has(name))) {
                known.set(name, value);
            }
        }

        void putInto(ObjectNode message) {
            JsonNode item = node;
            if (item.isTextual()) {
                item = Json.MAPPER.getNodeFactory().textNode(text.toString());
            } else if (growing != null && !text.isEmpty()) {
                ((ObjectNode) item).put(growing, text.toString());
            }
            first.place().put(item, message);
        }
    }

    private final List<Item> items = new ArrayList<>(1);

    /** Takes the next piece; returns what a client may read of it that it has not read before. */
    String add(Thought thought) {
        for (int i = items.size() - 1; i >= 0; i--) {
            Item item = items.get(i);
            if (item.takes(thought, i == items.size() - 1)) {
                return item.add(thought);
            }
        }
        if (repeats(thought)) {
            return "";
        }
        String known = takeBack(thought);
        items.add(new Item(thought));
        return thought.shown().substring(known.length());
    }

    /** The plain text that was told before and stands again in the list's item {@code thought}, which says more of it. */
    private String takeBack(Thought thought) {
        if (items.size() != 1 || thought.item().isTextual()) {
            return "";
        }
        Item plain = items.get(0);
        String text = plain.text.toString();
        if (!plain.node.isTextual() || !thought.shown().startsWith(text)) {
            return "";
        }
        items.clear();
        return text;
    }

    /** Some upstreams say what is encrypted once more. */
    private boolean repeats(Thought thought) {
        boolean piece = !thought.whole() && thought.growing() == null;
        return piece && items.stream().anyMatch(item -> item.node.equals(thought.item()));
    }

    /** Whether {@code thought} begins something new, be it behind the same text. */
    boolean isSeparate(Thought thought) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).takes(thought, i == items.size() - 1)) {
                return false;
            }
        }
        return true;
    }

    /** The members of a message that hold it all. */
    ObjectNode members() {
        ObjectNode message = Json.MAPPER.createObjectNode();
        items.forEach(item -> item.putInto(message));
        return message;
    }
}
