/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.Call;
import io.caravan.call.CallLife;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits before a retry. */
@FunctionalInterface
interface Pause {

    /**
     * Blocks for {@code wait}.
     *
     * @throws io.caravan.failure.Failure as soon as the client of {@code call} leaves, or the gateway's stopping ends it
     */
    void await(Duration wait, Call call);

    /** Waits on the clock; an interrupt is taken as the gateway's end. */
    static Pause real() {
        return (wait, call) -> {
            CountDownLatch over = new CountDownLatch(1);
            call.client().whenGone(over::countDown);
            call.life().whenStopped(over::countDown);
            try {
                if (over.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw call.life().ended().orElseThrow();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw CallLife.stopping();
            }
        };
    }
}
