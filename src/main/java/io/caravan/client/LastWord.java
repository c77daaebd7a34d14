/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of what failed in a page that is served, once its route is done: a call's client, in its format, or whoever asked. Not an
 * error handler of Camel's, which would stand around each step and end a failure before a load balancer or a doTry has seen it,
 * and takes what another has looked at for dealt with.
 */
final class LastWord extends RoutePolicySupport {

    private final Processor ofCall;
    private final Processor ofPage;

    /**
     * @param ofCall tells a client whose call was accepted
     * @param ofPage tells any other
     */
    LastWord(Processor ofCall, Processor ofPage) {
        this.ofCall = ofCall;
        this.ofPage = ofPage;
    }

    /** Sets of pages share it, and one that ends does not end it for the others. */
    @Override
    public boolean isRunAllowed() {
        return true;
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        Exception untold = exchange.getException();
        if (untold == null) {
            return;
        }
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, untold);
        exchange.setException(null);
        exchange.getExchangeExtension().setRedeliveryExhausted(false);
        try {
            Processor teller = Call.find(exchange).isPresent() ? ofCall : ofPage;
            teller.process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
    }

    /** Logs what failed in a route behind a page, on a copy of a call (wireTap) whose failure nobody else would learn of. */
    static final class OfCopies extends RoutePolicySupport {

        private static final Logger LOG = LoggerFactory.getLogger(LastWord.class);

        @Override
        public boolean isRunAllowed() {
            return true;
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            Exception failed = exchange.getException();
            boolean untold = failed != null && Call.find(exchange).filter(call -> !call.isOwn(exchange)).isPresent();
            if (untold) {
                LOG.warn("The page {} failed on a copy of a call: {}", route.getRouteId(), String.valueOf(failed));
            }
        }
    }
}
