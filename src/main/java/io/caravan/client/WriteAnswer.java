/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.CallLife;
import io.caravan.call.CallObserver.Outcome;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Last step of a message's way: gives the upstream's answer to the client, a stream event by event, a message whole.
 * Blocks its worker until the answer is out, so that the exchange is in flight as long as the stream is. The upstream is
 * read to its end or cut. A whole answer that a page has changed is the message's body as it is now.
 */
final class WriteAnswer implements Processor {

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        call.life().relay().ifPresent(relay -> run(relay, call, exchange));
        PageVariables.ofEnd(call, Outcome.ANSWERED, exchange);
        call.life().end(Outcome.ANSWERED);
    }

    private static void run(CallLife.Relay relay, Call call, Exchange exchange) {
        Optional<byte[]> message = relay.message();
        boolean changed = message.isPresent() && exchange.getMessage().getBody() != message.get();
        if (changed) {
            relay.message(call.answer(exchange));
        }
        relay.run();
    }
}
