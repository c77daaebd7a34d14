package io.caravan.upstream;

import io.caravan.call.CallWatch;
import io.caravan.call.GatewayCall;
import io.caravan.call.Target;
import io.caravan.routing.ModelRouting;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the attempt to have the backend of variable {@code backend} count a Messages request's tokens. Does not block. */
public final class PrepareCount implements Processor {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Backends backends;
    private final ModelRouting routing;
    private final CallWatch watch;

    public PrepareCount(Backends backends, ModelRouting routing, CallWatch watch) {
        this.backends = backends;
        this.routing = routing;
        this.watch = watch;
    }

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        Backend backend = backends.get(exchange.getVariable("backend", String.class));
        String model = routing.modelAt(backend.settings().id(), call.modelName()).orElseThrow();
        PreparedRequest request = PreparedRequest.ofCount(backend.refusals(model).apply(call.request(), model));
        Attempt attempt = new Attempt(call, backend, model, request, LIMIT, watch);
        call.target(new Target(backend.settings().id(), model));
        call.answer(attempt);
        exchange.setProperty(Attempt.PROPERTY, attempt);
        exchange.getMessage().setBody(new AttemptEntity(attempt));
    }
}
