/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the request one for a stream, whatever it says (3.5). Does not block. */
final class ForceStream implements Processor {

    @Override
    public void process(Exchange exchange) {
        Call asked = Call.of(exchange).asking(exchange);
        Call call = asked.asking(asked.request().streamed()).putInto(exchange);
        exchange.getMessage().setBody(call.request().body());
        exchange.setVariable("caravanStream", call.request().stream());
    }
}
