package io.caravan.routing;

import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Decides which backend serves a request, by {@code PROXY_BACKEND} and the model table, and says so in variable
 * {@code backend}. A model that no row of the table matches is a 404 (case E34).
 */
public final class ResolveTarget implements Processor {

    private final String backend;
    private final ModelRouting routing;

    public ResolveTarget(String backend, ModelRouting routing) {
        this.backend = backend;
        this.routing = routing;
    }

    @Override
    public void process(Exchange exchange) {
        String model = GatewayCall.of(exchange).request().model();
        if (routing.resolve(backend, model).isEmpty()) {
            throw new GatewayFault(404, "not_found_error", "model: " + model);
        }
        exchange.setVariable("backend", backend);
    }
}
