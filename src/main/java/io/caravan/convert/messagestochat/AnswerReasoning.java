/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.chat.ThinkingHistory;
import java.util.ArrayList;
import java.util.List;

/** The thinking in messages and deltas, in whichever of the spellings it has: Claude's, or that of the model that thinks. */
final class AnswerReasoning {

    private final AnswerBlocks blocks;
    private final ThinkingHistory.Thinker thinker;

    AnswerReasoning(AnswerBlocks blocks, ThinkingHistory.Thinker thinker) {
        this.blocks = blocks;
        this.thinker = thinker;
    }

    /** Takes what stands in a message's own members. */
    void beside(JsonNode message, boolean whole) {
        List<ReasoningPiece> pieces = new ArrayList<>(1);
        List<Thought> thoughts = new ArrayList<>(1);
        Thought.Place place = Thought.listIn(message);
        for (JsonNode item : place.in(message)) {
            if (thinker.binds(item)) {
                thoughts.add(Thought.of(place, item, whole));
            } else {
                ReasoningPiece.read(item, pieces);
            }
        }
        if (thoughts.stream().allMatch(thought -> thought.shown().isEmpty())) {
            plain(message, pieces, thoughts);
        }
        pieces.forEach(blocks::reasoning);
        blocks.thoughts(thoughts);
    }

    /** Adds the text that came plainly, if none is known from a list. */
    private void plain(JsonNode message, List<ReasoningPiece> pieces, List<Thought> thoughts) {
        for (String member : ThinkingHistory.TEXTS) {
            String text = ToolPiece.words(message.path(member));
            if (text.isEmpty()) {
                continue;
            }
            if (!thinker.binds()) {
                ReasoningPiece.addPlain(pieces, text);
            } else if (pieces.isEmpty()) {
                thoughts.add(0, Thought.plain(member, text));
            }
            return;
        }
    }

    /** Takes an item of the content. */
    void item(JsonNode item, boolean whole) {
        if (thinker.binds(item) && Thought.isReasoning(item)) {
            blocks.thoughts(Thought.ofContent(item, whole));
            return;
        }
        List<ReasoningPiece> pieces = new ArrayList<>(1);
        ReasoningPiece.read(item, pieces);
        pieces.forEach(blocks::reasoning);
    }
}
