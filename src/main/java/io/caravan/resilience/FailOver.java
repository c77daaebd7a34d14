package io.caravan.resilience;

import io.caravan.call.CallObserver;
import io.caravan.call.GatewayCall;
import io.caravan.call.UpstreamFault;
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
        GatewayCall call = GatewayCall.of(exchange);
        String from = exchange.getVariable("backend", String.class);
        String to = exchange.getVariable("fallback", String.class);
        RuntimeException cause = cause(exchange, from);
        boolean movable = cause instanceof UpstreamFault fault && fault.mayFailOver() && !call.client().isGone();
        if (!movable || to.equals("none") || routing.modelAt(to, call.modelName()).isEmpty()) {
            throw cause;
        }
        call.failover(from + "->" + to);
        observer.failedOver(call, from, to, cause);
    }

    private static RuntimeException cause(Exchange exchange, String backend) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (cause == null) {
            return (RuntimeException) UpstreamFault.unavailable(503, "api_error", "The upstream (" + backend
                    + ") has failed too often and is left alone for a while.").retryAfter("5");
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }
}
