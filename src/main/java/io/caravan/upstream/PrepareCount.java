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

    private final UpstreamCatalog upstreams;
    private final ModelRouting routing;
    private final CallWatch watch;

    public PrepareCount(UpstreamCatalog upstreams, ModelRouting routing, CallWatch watch) {
        this.upstreams = upstreams;
        this.routing = routing;
        this.watch = watch;
    }

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        Upstream upstream = upstreams.get(exchange.getVariable("backend", String.class));
        String model = routing.modelAt(upstream.settings().id(), call.modelName()).orElseThrow();
        PreparedRequest request = PreparedRequest.ofCount(upstream.refusals(model).apply(call.request(), model));
        Attempt attempt = new Attempt(call, upstream, model, request, LIMIT, watch);
        call.target(new Target(upstream.settings().id(), model));
        call.answer(attempt);
        exchange.setProperty(Attempt.PROPERTY, attempt);
        exchange.getMessage().setBody(new AttemptEntity(attempt));
    }
}
