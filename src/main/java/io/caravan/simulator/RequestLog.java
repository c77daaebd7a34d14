/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The newest requests, and which of them nobody has taken yet. Safe for use by several threads. */
final class RequestLog {

    private final int limit;
    private final Deque<RecordedRequest> kept = new ArrayDeque<>();
    private final Deque<RecordedRequest> untaken = new ArrayDeque<>();

    RequestLog(int limit) {
        this.limit = limit;
    }

    void add(RecordedRequest request) {
        if (limit == 0) {
            return;
        }
        synchronized (this) {
            append(kept, request);
            append(untaken, request);
            notifyAll();
        }
    }

    private void append(Deque<RecordedRequest> queue, RecordedRequest request) {
        if (queue.size() == limit) {
            queue.removeFirst();
        }
        queue.addLast(request);
    }

    synchronized List<RecordedRequest> all() {
        return List.copyOf(new ArrayList<>(kept));
    }

    synchronized RecordedRequest take(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (untaken.isEmpty()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new IllegalStateException("no request came within " + atMost.toMillis() + " ms");
            }
            wait(left);
        }
        return untaken.removeFirst();
    }

    synchronized void clear() {
        kept.clear();
        untaken.clear();
    }
}
