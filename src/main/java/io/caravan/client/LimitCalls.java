/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Answers 503 at once where all request workers are relaying, instead of letting a call wait for one unseen. Where each
 * request has a virtual thread there is no such limit.
 */
final class LimitCalls implements Processor {

    private final int most;
    private final AtomicInteger running = new AtomicInteger();

    /** @param workers how many platform threads relay calls (proxy.worker-threads) */
    LimitCalls(int workers) {
        this.most = RequestWorkers.most(workers);
    }

    @Override
    public void process(Exchange exchange) {
        if (running.incrementAndGet() > most) {
            running.decrementAndGet();
            throw Failure.of(Kind.BUSY, "All " + most
                    + " request workers are busy (proxy.worker-threads); try again in a moment.");
        }
        Call.of(exchange).life().whenOver(running::decrementAndGet);
    }
}
