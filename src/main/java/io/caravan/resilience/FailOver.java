package io.caravan.resilience;

import io.caravan.call.CallObserver;
import io.caravan.call.GatewayCall;
import io.caravan.call.UpstreamFault;
import io.caravan.provider.Backend;
import io.caravan.routing.ModelRouting;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * First step of a breaker's fallback: lets the request go on to another backend, which it says in variable
 * {@code fallback} and notes on the call, hop behind hop. That is the backend which the variable names when this step
 * begins or, where that one does not know the model, the next behind it that does. Throws again what failed: where failover
 * is off ({@code none}), where the failure is the client's or the client has left, and where no backend is left that knows
 * the model and has not been asked.
 */
public final class FailOver implements Processor {

    private static final String HOP = "->";

    private final ModelRouting routing;
    private final Function<String, List<String>> fallbacks;
    private final CallObserver observer;

    /** @param fallbacks the ids of the backends that take over from a backend, one after another */
    public FailOver(ModelRouting routing, Function<String, List<String>> fallbacks, CallObserver observer) {
        this.routing = routing;
        this.fallbacks = fallbacks;
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        String from = exchange.getVariable("backend", String.class);
        RuntimeException cause = cause(exchange, from);
        boolean movable = cause instanceof UpstreamFault fault && fault.mayFailOver() && !call.client().isGone();
        String way = call.failover() == null ? from : call.failover();
        String to = next(exchange.getVariable("fallback", String.class), way, call).filter(id -> movable)
                .orElseThrow(() -> cause);
        exchange.setVariable("fallback", to);
        call.failover(way + HOP + to);
        observer.failedOver(call, from, to, cause);
    }

    /** @param way the backends that have been asked */
    private Optional<String> next(String first, String way, GatewayCall call) {
        if (first.equals(Backend.NONE)) {
            return Optional.empty();
        }
        List<String> asked = List.of(way.split(HOP));
        return Stream.concat(Stream.of(first), fallbacks.apply(first).stream()).filter(id -> !asked.contains(id))
                .filter(id -> routing.modelAt(id, call.modelName()).isPresent()).findFirst();
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
