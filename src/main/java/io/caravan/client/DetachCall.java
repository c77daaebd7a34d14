/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.OpenCalls;
import io.caravan.failure.Failure;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code onPrepare} of a wireTap or multicast whose copies are to ask an upstream: gives the copy a call of its own, which
 * asks the same, answers nobody, and is counted apart (5.18). It is over when the copy's exchange is done. Where the gateway has
 * no memory left for the copy's body, the copy ends here and the call it was made from goes on.
 */
final class DetachCall implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(DetachCall.class);

    private final BodyBudget budget;
    private final OpenCalls open;
    private final CallObserver observer;

    DetachCall(BodyBudget budget, OpenCalls open, CallObserver observer) {
        this.budget = budget;
        this.open = open;
        this.observer = observer;
    }

    @Override
    public void process(Exchange copy) {
        Optional<Call> call = Call.find(copy).filter(Call::hasRequest);
        if (call.isPresent()) {
            requireCopy(call.get(), copy);
            detach(call.get(), copy);
        }
    }

    private static void requireCopy(Call call, Exchange exchange) {
        if (call.exchange() == exchange) {
            throw new IllegalStateException("detachCall is no step: a wireTap or multicast names it as its onPrepare.");
        }
    }

    private void detach(Call call, Exchange copy) {
        long bytes = call.request().body().length;
        if (!budget.take(bytes)) {
            LOG.warn("A copy of the call {} was not made: the gateway holds as many request bytes as it may", call.correlationId());
            copy.setRouteStop(true);
            return;
        }
        Call own = call.copyFor(copy).putInto(copy);
        own.life().whenOver(() -> budget.giveBack(bytes));
        observer.accepted(own);
        own.life().whenOver(outcome -> observer.completed(own, outcome));
        open.add(own.life());
        copy.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                end(own, done);
            }
        });
    }

    private void end(Call own, Exchange done) {
        own.life().cut();
        Optional<Failure> failure = Optional.ofNullable(done.getException()).map(Failure::from);
        failure.ifPresent(told -> {
            own.life().upstreamEnded(failure);
            observer.failed(own, told);
        });
        own.life().end(failure.isPresent() ? Outcome.FAILED : Outcome.ANSWERED);
    }
}
