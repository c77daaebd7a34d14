package io.caravan.upstream;

import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import io.caravan.call.Target;
import io.caravan.format.Edit;
import io.caravan.routing.ModelRouting;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes the attempt at a backend (variable {@code backend}): the client's bytes with this backend's name for the model
 * spliced in and what it refuses cut out. Does not block. A backend without its settings is a 503 (ledger 1.4).
 */
public final class PrepareRequest implements Processor {

    private final Backends backends;
    private final ModelRouting routing;
    private final CallWatch watch;
    private final CallObserver observer;

    public PrepareRequest(Backends backends, ModelRouting routing, CallWatch watch, CallObserver observer) {
        this.backends = backends;
        this.routing = routing;
        this.watch = watch;
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        Backend backend = backends.get(exchange.getVariable("backend", String.class));
        if (!backend.settings().configured()) {
            throw unconfigured(backend);
        }
        String asked = call.request().model();
        String model = routing.resolve(backend.settings().id(), asked)
                .orElseThrow(() -> new GatewayFault(404, "not_found_error", "model: " + asked)).model();
        List<Edit.Slice> body = backend.refusals(model).apply(call.request(), model);
        Attempt attempt = new Attempt(call, backend, model, body, watch);
        Target target = new Target(backend.settings().id(), model);
        call.target(target);
        call.answer(attempt);
        exchange.setProperty(Attempt.PROPERTY, attempt);
        exchange.getMessage().setBody(new AttemptEntity(attempt));
        observer.routed(call, target, backend.settings().url().getPath());
    }

    private static GatewayFault unconfigured(Backend backend) {
        String words = backend.settings().id().equals("databricks")
                ? "Azure Databricks host and token must be configured"
                : "The backend " + backend.settings().setting() + " is not configured; missing: "
                        + String.join(", ", backend.settings().missing());
        return new GatewayFault(503, "api_error", words).last();
    }
}
