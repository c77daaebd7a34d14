/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects one request's body into one array, within a limit and a budget. The event loop fills, the worker waits. */
final class IncomingBody {

    private static final int FIRST_SIZE = 16 * 1024;
    private static final int MEGABYTE = 1024 * 1024;

    private final BodyBudget budget;
    private final long limit;
    private byte[] bytes = {};
    private int length;
    private long taken;
    private long arrivedAt;
    private boolean done;
    private boolean broken;
    private @Nullable Failure fault;

    IncomingBody(BodyBudget budget, long limit) {
        this.budget = budget;
        this.limit = limit;
    }

    /**
     * Reads the body to its end; blocks.
     *
     * @param idle how long no byte may come before the request is given up with 408
     * @throws Failure if it is over the limit or beyond the budget, if it stalls, or if the client leaves
     */
    byte[] read(HttpServerRequest request, Context context, long announced, Duration idle) {
        if (announced > limit) {
            throw tooLarge();
        }
        take(Math.max(0, announced));
        bytes = new byte[announced < 0 ? FIRST_SIZE : (int) announced];
        boolean goOn = "100-continue".equalsIgnoreCase(request.getHeader("expect"));
        context.runOnContext(loop -> {
            request.handler(this::append);
            request.endHandler(end -> finish());
            request.exceptionHandler(failure -> fail());
            if (goOn) {
                request.response().writeContinue();
            }
            request.resume();
        });
        synchronized (this) {
            arrivedAt = System.nanoTime();
            while (!done) {
                long left = idle.toMillis() - (System.nanoTime() - arrivedAt) / 1_000_000;
                if (left <= 0) {
                    throw Failure.of(Kind.BODY_STALLED, "The request body stalled for " + idle.toSeconds() + " s.");
                }
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw Failure.clientGone();
                }
            }
            if (broken) {
                throw Failure.clientGone();
            }
            if (fault != null) {
                throw fault;
            }
            if (length < bytes.length) {
                bytes = Arrays.copyOf(bytes, length);
            }
            return bytes;
        }
    }

    /** Gives back what was taken of the budget; harmless if repeated. */
    synchronized void release() {
        budget.giveBack(taken);
        taken = 0;
    }

    private void append(Buffer buffer) {
        synchronized (this) {
            if (done) {
                return;
            }
            try {
                makeRoom(length + (long) buffer.length());
                buffer.getBytes(0, buffer.length(), bytes, length);
                length += buffer.length();
                arrivedAt = System.nanoTime();
            } catch (Failure e) {
                fault = e;
                done = true;
                notifyAll();
            }
        }
    }

    private void makeRoom(long needed) {
        if (needed > limit) {
            throw tooLarge();
        }
        if (needed > bytes.length) {
            int size = (int) Math.min(limit, Math.max(needed, 2L * bytes.length));
            bytes = Arrays.copyOf(bytes, size);
        }
        if (needed > taken) {
            take(bytes.length - taken);
        }
    }

    private synchronized void take(long more) {
        if (!budget.take(more)) {
            throw Failure.of(Kind.BUSY,
                    "The gateway holds as many request bytes as it may; try again in a moment.");
        }
        taken += more;
    }

    private Failure tooLarge() {
        String most = limit + " bytes";
        if (limit % MEGABYTE == 0) {
            most = limit / MEGABYTE + " MB";
        }
        return Failure.of(Kind.BODY_TOO_LARGE,
                "Request too large (max " + most + "); the limit is set by proxy.max-body-bytes.");
    }

    private synchronized void finish() {
        done = true;
        notifyAll();
    }

    /** The rest is not waited for. Any thread; harmless once all is there. */
    synchronized void stop(Failure cause) {
        if (!done) {
            fault = cause;
            done = true;
            notifyAll();
        }
    }

    /** The rest will not come. Any thread; harmless once all is there. */
    synchronized void fail() {
        broken = !done;
        done = true;
        notifyAll();
    }
}
