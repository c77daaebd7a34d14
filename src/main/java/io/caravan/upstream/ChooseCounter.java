package io.caravan.upstream;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Says in variable {@code counter} who counts a request's tokens: {@code upstream}, at the URL in variable
 * {@code countUrl}, where the backend can and has not said otherwise lately, else {@code estimate}.
 */
final class ChooseCounter implements Processor {

    private final Backends backends;

    ChooseCounter(Backends backends) {
        this.backends = backends;
    }

    @Override
    public void process(Exchange exchange) {
        Backend backend = backends.get(exchange.getVariable("backend", String.class));
        boolean counts = backend.counts() && backend.settings().configured();
        exchange.setVariable("counter", counts ? "upstream" : "estimate");
        if (counts) {
            exchange.setVariable("countUrl", backend.settings().countUrl().toString());
        }
    }
}
