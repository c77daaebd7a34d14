package io.caravan.client;

import io.caravan.call.CallWatch;
import io.caravan.call.GatewayCall;
import io.caravan.settings.StreamSettings;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Stands inside the circuit breaker: waits until a stream brings its first content, at most
 * {@link StreamSettings#commitAfter()}, before anything goes to the client. A 200 whose first event is an error, or that
 * dies before any content, is so still a failure that another upstream can make good. Blocks; leaves a whole message
 * alone.
 */
public final class FirstEventGate implements Processor {

    private final StreamSettings settings;
    private final CallWatch watch;

    public FirstEventGate(StreamSettings settings, CallWatch watch) {
        this.settings = settings;
        this.watch = watch;
    }

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        if (call.answer().message() == null) {
            StreamRelay relay = new StreamRelay(call, call.answer(), settings, watch);
            call.relay(relay);
            call.whenOver(relay::close);
            relay.open();
        }
    }
}
