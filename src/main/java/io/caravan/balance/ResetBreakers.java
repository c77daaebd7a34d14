/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Closes every breaker and zeroes the error counts (4.6). */
final class ResetBreakers implements Processor {

    private final Stats all;

    ResetBreakers(Stats all) {
        this.all = all;
    }

    @Override
    public void process(Exchange exchange) {
        all.reset();
        exchange.getMessage().setBody(Map.of("status", "reset"));
    }
}
