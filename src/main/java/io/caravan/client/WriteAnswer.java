/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.CallLife;
import io.caravan.call.CallObserver.Outcome;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Last step of a message's way: gives the upstream's answer to the client, a stream event by event, a message whole.
 * Blocks its worker until the answer is out, so that the exchange is in flight as long as the stream is. The upstream is
 * read to its end or cut.
 */
final class WriteAnswer implements Processor {

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        call.life().relay().ifPresent(CallLife.Relay::run);
        call.life().end(Outcome.ANSWERED);
    }
}
