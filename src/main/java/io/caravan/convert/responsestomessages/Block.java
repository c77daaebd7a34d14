/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import io.caravan.format.json.Bytes;
import io.caravan.format.messages.MessageEvent;

/** What becomes of one content block of a message. */
interface Block {

    /** One of which the client gets nothing. */
    Block NONE = new Block() {
        @Override
        public void take(MessageEvent event, Bytes out) {
            // nothing to say
        }

        @Override
        public void stop(Bytes out) {
            // nothing to end
        }

        @Override
        public boolean begun() {
            return false;
        }
    };

    /** Takes the start of the block, or a delta in it. */
    void take(MessageEvent event, Bytes out);

    /** The upstream says that the block is whole. What is said twice is heard once. */
    void stop(Bytes out);

    /** The message goes on, or ends for {@code reason}: what {@link #stop} could not end is ended or is a failure. */
    default void end(StopReason reason, Bytes out) {
        // most are whole by then
    }

    /** Whether the client has anything of it. */
    boolean begun();
}
