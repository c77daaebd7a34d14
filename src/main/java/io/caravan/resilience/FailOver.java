package io.caravan.resilience;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.routing.ModelRouting;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * First step of a breaker's fallback: lets the request go on to the backend in variable {@code fallback}, and notes it
 * on the call, or throws again what failed: where failover is off ({@code none}), where the failure is the client's or
 * the client has left, and where the fallback does not know the model.
 */
public final class FailOver implements Processor {

    private final ModelRouting routing;
    private final CallObserver observer;

    public FailOver(ModelRouting routing, CallObserver observer) {
        this.routing = routing;
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        String from = exchange.getVariable("backend", String.class);
        String to = exchange.getVariable("fallback", String.class);
        Failure failure = failure(exchange, from);
        boolean movable = failure.kind().failsOver() && !call.client().started() && !call.client().isGone();
        if (!movable || to.equals("none") || routing.modelAt(to, call.modelName()).isEmpty()) {
            throw failure;
        }
        call.record().failedOver(from, to);
        observer.failedOver(call, from, to, failure);
    }

    private static Failure failure(Exchange exchange, String backend) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return cause != null ? Failure.from(cause) : Failure.of(Kind.LEFT_ALONE,
                "The upstream (" + backend + ") has failed too often and is left alone for a while.");
    }
}
