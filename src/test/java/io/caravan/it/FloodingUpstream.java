/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Reply;
import io.caravan.simulator.Responder;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** An upstream that writes text deltas as fast as they are taken from it, and counts what it got rid of in all. */
final class FloodingUpstream implements Responder {

    /** One delta, about 4 KB on the wire. */
    static final String DELTA = Wire.text("x".repeat(4000));

    private final long deltas;
    private final AtomicLong written = new AtomicLong();
    private final CountDownLatch cut = new CountDownLatch(1);

    /** @param deltas how many it writes before it ends its message */
    FloodingUpstream(long deltas) {
        this.deltas = deltas;
    }

    /** The bytes of deltas that it could write so far. */
    long written() {
        return written.get() * DELTA.length();
    }

    /** Waits until nothing more is taken from it, which shows by two looks at some distance. */
    void awaitBlocked() {
        AtomicLong last = new AtomicLong(-1);
        await().atMost(Gateway.PATIENCE).pollInterval(Duration.ofMillis(400)).until(() -> {
            long now = written.get();
            return now > 0 && last.getAndSet(now) == now;
        });
    }

    void awaitCut(Duration atMost) throws InterruptedException {
        assertTrue(cut.await(atMost.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public boolean handle(RecordedRequest request, Reply reply) throws IOException {
        byte[] delta = Wire.utf8(DELTA);
        try {
            Wire.open(reply, Wire.START, Wire.BLOCK_START);
            for (long i = 0; i < deltas; i++) {
                reply.chunk(delta);
                written.incrementAndGet();
            }
            Wire.write(reply, Wire.BLOCK_STOP, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP);
            reply.endStream();
            return true;
        } catch (IOException e) {
            cut.countDown();
            throw e;
        }
    }
}
