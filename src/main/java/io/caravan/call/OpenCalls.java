/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The calls under way, so that a gateway that stops can wait for them. Any thread. */
public final class OpenCalls {

    private final Set<CallLife> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** Counts {@code call} until it is over; ends it at once behind {@link #stopAll}. */
    public void add(CallLife call) {
        open.add(call);
        call.whenOver(outcome -> {
            open.remove(call);
            synchronized (this) {
                notifyAll();
            }
        });
        if (stopped) {
            call.stop();
        }
    }

    public int count() {
        return open.size();
    }

    /** Waits until no call is open; whether that came true within {@code limit}. */
    public synchronized boolean awaitNone(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!open.isEmpty()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** Ends every open call, and those still to come, with an error; their own threads write it. */
    public void stopAll() {
        stopped = true;
        open.forEach(CallLife::stop);
    }
}
