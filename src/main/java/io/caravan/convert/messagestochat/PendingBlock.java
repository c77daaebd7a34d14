/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Bytes;
import io.caravan.format.messages.EventFrames;
import io.caravan.format.messages.EventFrames.Delta;

/** A content block of the answer: what has come of it and was not yet written. */
abstract sealed class PendingBlock permits BoundThinkingBlock, TextBlock, ThinkingBlock,
        ToolUseBlock {

    final StringBuilder waiting = new StringBuilder();
    private boolean begun;

    /**
     * Whether it may appear at the client.
     *
     * @param ends whether all of it has come
     */
    abstract boolean mayBegin(boolean ends);

    /** Whether it may be closed when another block waits behind it. */
    abstract boolean mayEnd();

    /** Whether nothing more can come, so that it is closed at once. */
    boolean mustEnd() {
        return false;
    }

    /** The block as it begins. */
    abstract JsonNode opening();

    /** The whole block for a JSON answer. */
    abstract JsonNode whole();

    abstract Delta delta();

    /** Appends what may be said of it by now. */
    void write(Bytes out, int index, boolean ends) {
        if (!begun && mayBegin(ends)) {
            begun = true;
            EventFrames.blockStart(out, index, opening());
        }
        if (begun) {
            writeWaiting(out, index, ends);
        }
    }

    void writeWaiting(Bytes out, int index, boolean ends) {
        CharSequence sayable = sayable(ends);
        int length = sayable.length();
        if (length > 0) {
            EventFrames.delta(out, index, delta(), sayable);
            waiting.delete(0, length);
        }
    }

    /** What waits, without the first half of a character whose second one is to come. */
    final CharSequence sayable(boolean ends) {
        int last = waiting.length() - 1;
        if (ends || last < 0) {
            return waiting;
        }
        return Character.isHighSurrogate(waiting.charAt(last)) ? waiting.subSequence(0, last) : waiting;
    }

    boolean begun() {
        return begun;
    }
}
