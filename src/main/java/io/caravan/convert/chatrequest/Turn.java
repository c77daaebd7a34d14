/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.MalformedBody;
import java.util.ArrayList;
import java.util.List;

/** Consecutive messages of one side of the conversation, as the content blocks they hold in order. */
record Turn(boolean assistant, List<Block> blocks) {

    /** Whether it is the model's, or brings it a result. */
    boolean isInToolLoop() {
        return assistant || blocks.stream().anyMatch(block -> block.is("tool_result"));
    }

    /** A content block, and where in the client's request it stands. */
    record Block(String path, String type, ObjectNode node) {

        /** The blocks of a content list that stands at {@code path}. */
        static List<Block> list(JsonNode content, String path) {
            List<Block> blocks = new ArrayList<>(content.size());
            for (int i = 0; i < content.size(); i++) {
                blocks.add(of(content.get(i), path + "." + i));
            }
            return blocks;
        }

        private static Block of(JsonNode given, String path) {
            if (!(given instanceof ObjectNode node)) {
                throw new MalformedBody(path + ": Input should be a valid dictionary");
            }
            if (!node.path("type").isTextual()) {
                throw Nodes.missing(path + ".type");
            }
            return new Block(path, node.get("type").textValue(), node);
        }

        boolean is(String wanted) {
            return type.equals(wanted);
        }

        /** The text of a block of type {@code text}. */
        String text() {
            return Nodes.required(node, "text", path + ".text");
        }

        /** What a model can read of it. */
        String words() {
            return is("text") ? text() : Spoken.of(node);
        }
    }
}
