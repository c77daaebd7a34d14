/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.CallRecord;
import io.caravan.failure.Failure;
import io.caravan.settings.GatewaySettings;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * First step of the route of variable {@code backend}, however a page came there: reads the request and the model where no step
 * has, and notes on the call that this backend takes over where another has failed, which Camel's own failover does without a
 * word. What the client itself got wrong, and what was answered already, ends here: nobody else is asked.
 */
final class EnterBackend implements Processor {

    private static final String BACKEND = "backend";

    private final GatewaySettings settings;
    private final Processor resolveTarget;
    private final CallObserver observer;

    EnterBackend(GatewaySettings settings, Processor resolveTarget, CallObserver observer) {
        this.settings = settings;
        this.resolveTarget = resolveTarget;
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Call call = Call.of(exchange);
        CallRecord record = call.record();
        String backend = exchange.getVariable(BACKEND, String.class);
        Optional<Failure> failed = record.lastFailure();
        boolean isLast = failed.filter(failure -> failure.isTheClients() || !call.life().isUnanswered()).isPresent();
        if (isLast) {
            throw failed.orElseThrow();
        }
        if (!call.hasModelName()) {
            resolveTarget.process(exchange);
        }
        List<String> asked = record.asked(backend);
        String from = asked.get(asked.size() - 1);
        if (failed.isPresent() && !from.equals(backend)) {
            record.failedOver(from, backend, name(from) + ": " + failed.get().getMessage());
            observer.failedOver(call, from, backend, failed.get());
        }
    }

    private String name(String backend) {
        return settings.backends().get(backend).backend().name();
    }
}
