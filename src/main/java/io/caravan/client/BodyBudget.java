/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the request-body bytes all calls together hold at once (6.4). Any thread. */
final class BodyBudget {

    private final long most;
    private final AtomicLong held = new AtomicLong();

    BodyBudget(long most) {
        this.most = most;
    }

    /** Takes {@code bytes} of the budget; false, and nothing taken, if that many are not left. */
    boolean take(long bytes) {
        if (held.addAndGet(bytes) > most) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes held right now. */
    long held() {
        return held.get();
    }
}
