/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Reply;
import io.caravan.simulator.Responder;
import java.util.List;
import java.util.concurrent.Semaphore;

/** An upstream that sends each piece of its stream, the head first, only when the test says so. Serves one request. */
final class PacedUpstream implements Responder {

    private final Semaphore permits = new Semaphore(0);
    private final List<String> pieces;

    PacedUpstream(List<String> pieces) {
        this.pieces = pieces;
    }

    /** Lets the next piece go. */
    void next() {
        permits.release();
    }

    /** Lets all go that is left. */
    void rest() {
        permits.release(pieces.size() + 2);
    }

    @Override
    public boolean handle(RecordedRequest request, Reply reply) throws Exception {
        permits.acquire();
        reply.startStream();
        for (String piece : pieces) {
            permits.acquire();
            Wire.write(reply, piece);
        }
        permits.acquire();
        reply.endStream();
        return true;
    }
}
