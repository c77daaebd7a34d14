/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Consecutive messages of one side of the conversation, as the content blocks they hold in order. */
record Turn(boolean assistant, List<Block> blocks) {

    /** A content block, and where in the client's request it stands. */
    record Block(String path, String type, ObjectNode node) {
    }
}
