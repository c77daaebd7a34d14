/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Bytes;
import io.caravan.format.messages.EventFrames;
import io.caravan.format.messages.EventFrames.Delta;

/**
 * Thinking of a model that is not Claude. Its signature, or its data where nothing is shown, is all that was said of it,
 * bound to the model.
 */
final class BoundThinkingBlock extends PendingBlock {

    private static final String BETWEEN = "\n\n";

    private final AnswerContext context;
    private final ThoughtsInForm thoughts = new ThoughtsInForm();
    private boolean thought;
    private boolean proven;

    BoundThinkingBlock(AnswerContext context) {
        this.context = context;
    }

    void add(Thought next) {
        boolean separate = thought && thoughts.isSeparate(next);
        String news = thoughts.add(next);
        proven |= next.proven();
        if (news.isEmpty()) {
            return;
        }
        thought = true;
        if (context.thinkingOmitted()) {
            return;
        }
        if (separate && news.length() == next.shown().length()) {
            waiting.append(BETWEEN);
        }
        waiting.append(news);
    }

    private boolean isShown() {
        return thought && context.thinkingAsked();
    }

    /** What is not shown is there only where the model needs it back. */
    @Override
    boolean mayBegin(boolean ends) {
        return isShown() || ends && proven;
    }

    @Override
    boolean mayEnd() {
        return true;
    }

    @Override
    void writeWaiting(Bytes out, int index, boolean ends) {
        if (isShown()) {
            super.writeWaiting(out, index, ends);
            if (ends) {
                EventFrames.delta(out, index, Delta.SIGNATURE_DELTA, bound());
            }
        }
    }

    private String bound() {
        return context.thinker().bound(thoughts.members());
    }

    @Override
    JsonNode opening() {
        return isShown() ? ThinkingBlock.thinking("", "") : ThinkingBlock.redacted(bound());
    }

    @Override
    JsonNode whole() {
        return isShown() ? ThinkingBlock.thinking(waiting.toString(), bound()) : ThinkingBlock.redacted(bound());
    }

    @Override
    Delta delta() {
        return Delta.THINKING_DELTA;
    }
}
