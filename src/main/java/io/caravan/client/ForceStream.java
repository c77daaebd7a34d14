package io.caravan.client;

import io.caravan.call.GatewayCall;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the request one for a stream, whatever it says (ledger 3.5). Does not block. */
public final class ForceStream implements Processor {

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        call.request(call.request().streamed());
    }
}
