/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Last step inside a circuit breaker: moves the completions of the breaker's copy of the exchange to the exchange itself.
 * Otherwise the breaker would read the answer to its end when its block ends, and nothing would be streamed.
 */
final class KeepStreamOpen implements Processor {

    @Override
    public void process(Exchange exchange) {
        Exchange original = Call.of(exchange).exchange();
        if (original != exchange && original.getUnitOfWork() != exchange.getUnitOfWork()) {
            exchange.getUnitOfWork().handoverSynchronization(original);
        }
    }
}
