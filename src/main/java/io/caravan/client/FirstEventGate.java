/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.CallLife;
import io.caravan.call.UpstreamAnswer;
import io.caravan.client.relay.AnswerRelays;
import io.caravan.settings.GatewaySettings;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Stands inside the circuit breaker: waits until a stream brings its first content, at most
 * {@link GatewaySettings.Stream#commitAfter()}, before anything goes to the client. A 200 whose first event is an error, or that
 * dies before any content, is so still a failure that another upstream can make good. Blocks. A whole answer passes, and is the
 * message's body from here on; of a stream there is none.
 */
final class FirstEventGate implements Processor {

    private final AnswerRelays relays;

    FirstEventGate(AnswerRelays relays) {
        this.relays = relays;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        call.life().takeClient();
        UpstreamAnswer answer = call.life().attempt().orElseThrow();
        relays.begin(call, answer, () -> AnswerHeaders.of(call, answer));
        PageVariables.ofAnswer(answer, exchange);
        exchange.getMessage().setBody(call.life().relay().flatMap(CallLife.Relay::message).orElse(null));
    }
}
