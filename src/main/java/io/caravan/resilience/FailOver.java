/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.provider.Backend;
import io.caravan.routing.ModelRouting;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;

/**
 * First step of a breaker's fallback: lets the request go on to another backend, which it says in variable
 * {@code fallback} and notes on the call, hop behind hop. That is the backend which the variable names when this step
 * begins or, where that one does not know the model, the next behind it that does; {@code chain} is the next of the settings'
 * chain. Throws again what failed: where failover
 * is off ({@code none}), where the failure is the client's or the client has left, and where no backend is left that knows
 * the model and has not been asked.
 */
public final class FailOver implements Processor {

    private final ModelRouting routing;
    private final Function<String, List<String>> fallbacks;
    private final UnaryOperator<String> names;
    private final CallObserver observer;

    /**
     * @param fallbacks the ids of the backends that take over from a backend, one after another
     * @param names     what people call the backend of an id
     */
    public FailOver(ModelRouting routing, Function<String, List<String>> fallbacks, UnaryOperator<String> names,
            CallObserver observer) {
        this.routing = routing;
        this.fallbacks = fallbacks;
        this.names = names;
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        // What fails once more here is not handled; a doTry around it would else not catch it.
        exchange.removeProperty(ExchangePropertyKey.EXCEPTION_HANDLED);
        Call call = Call.of(exchange);
        String from = exchange.getVariable("backend", String.class);
        Failure failure = failure(exchange, from);
        boolean unanswered = call.life().isUnanswered() && !call.client().isGone() && !call.isCopy();
        String to = next(exchange.getVariable("fallback", String.class), from, call)
                .filter(id -> unanswered && failure.kind().failsOver()).orElseThrow(() -> withCauses(failure, from, call));
        exchange.setVariable("fallback", to);
        call.record().failedOver(from, to, cause(from, failure));
        observer.failedOver(call, from, to, failure);
    }

    /** What the client is told: how each failed that was asked, but of what it did wrong itself nothing else (4.5). */
    private Failure withCauses(Failure last, String from, Call call) {
        List<String> before = call.record().causes();
        if (before.isEmpty() || last.isLastWord()) {
            return last;
        }
        return last.retold(String.join("; ", before) + "; " + cause(from, last));
    }

    private String cause(String backend, Failure failure) {
        return names.apply(backend) + ": " + failure.getMessage();
    }

    /** @param from the backend that has failed */
    private Optional<String> next(String named, String from, Call call) {
        List<String> asked = call.record().asked(from);
        return behind(named, from, asked.get(0)).filter(id -> !asked.contains(id))
                .filter(id -> routing.modelAt(id, call.modelName()).isPresent()).findFirst();
    }

    /**
     * The backends that may take over, one after another.
     *
     * @param named what the page says: one to begin with, {@code none}, or {@code chain}
     * @param first the backend the call was sent to at first, whose chain counts as long as the call goes along it
     */
    private Stream<String> behind(String named, String from, String first) {
        return switch (named) {
            case Backend.NONE -> Stream.empty();
            case Backend.CHAIN -> chain(from, first).stream();
            default -> Stream.concat(Stream.of(named), fallbacks.apply(named).stream());
        };
    }

    private List<String> chain(String from, String first) {
        List<String> ofFirst = fallbacks.apply(first);
        return ofFirst.contains(from) ? ofFirst : fallbacks.apply(from);
    }

    /** Whether a backend that takes over from {@code backend}, where {@code call} is now, knows the model. */
    public boolean mayTakeOver(String backend, Call call) {
        return next(Backend.CHAIN, backend, call).isPresent();
    }

    private static Failure failure(Exchange exchange, String backend) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (cause != null) {
            return Failure.from(cause);
        }
        return Failure.of(Kind.LEFT_ALONE, "The upstream (" + backend + ") has failed too often and is left alone for a while.");
    }
}
