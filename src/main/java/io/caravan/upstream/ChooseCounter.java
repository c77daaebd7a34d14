/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Says in variable {@code counter} who counts a request's tokens: {@code upstream}, at the URL in variable
 * {@code countUrl}, where the backend can and has not said otherwise lately, else {@code estimate}.
 */
final class ChooseCounter implements Processor {

    /** The exchange's property that holds the upstream whose URL was chosen: another may have its name by now. */
    static final String PROPERTY = "caravan.counter";

    private final UpstreamCatalog upstreams;

    ChooseCounter(UpstreamCatalog upstreams) {
        this.upstreams = upstreams;
    }

    @Override
    public void process(Exchange exchange) {
        Upstream upstream = upstreams.get(exchange.getVariable("backend", String.class));
        boolean counts = upstream.counts() && upstream.settings().configured();
        exchange.setVariable("counter", counts ? "upstream" : "estimate");
        exchange.setProperty(PROPERTY, upstream);
        if (counts) {
            exchange.setVariable("countUrl", upstream.settings().urls().counts().orElseThrow().toString());
        }
    }
}
