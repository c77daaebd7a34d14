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
        Call call = Call.of(exchange);
        call.asking(call.request().streamed()).putInto(exchange);
    }
}
