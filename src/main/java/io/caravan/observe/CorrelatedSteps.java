/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.call.Call;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.logging.log4j.CloseableThreadContext;

/**
 * Gives what a {@code log} step of a page writes the correlation id of the exchange's call, on whichever thread it runs: a copy's
 * (wireTap, seda, multicast) too, and behind the answer. Camel finds it in the registry; other steps cost nothing.
 */
final class CorrelatedSteps implements InterceptStrategy {

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode definition, Processor target, Processor next) {
        return logs(definition) ? new Correlated(target) : target;
    }

    private static boolean logs(NamedNode step) {
        return step instanceof LogDefinition
                || step instanceof EndpointRequiredDefinition to && to.getEndpointUri().startsWith("log:");
    }

    private static final class Correlated extends DelegateAsyncProcessor {

        Correlated(Processor step) {
            super(step);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Optional<Call> call = Call.find(exchange);
            if (call.isEmpty()) {
                return super.process(exchange, callback);
            }
            try (CloseableThreadContext.Instance until = CloseableThreadContext.put(CallLog.CORRELATION, call.get().correlationId())) {
                return super.process(exchange, callback);
            }
        }
    }
}
