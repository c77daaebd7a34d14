package io.caravan.upstream;

import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import io.caravan.call.Target;
import io.caravan.format.json.MalformedBody;
import io.caravan.routing.ModelRouting;
import io.caravan.tokens.TokenCounts;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Sets the body to an estimate of the request's tokens, where no upstream counts them; {@code call} says so. */
public final class EstimateTokens implements Processor {

    private final TokenCounts counts;
    private final ModelRouting routing;

    public EstimateTokens(TokenCounts counts, ModelRouting routing) {
        this.counts = counts;
        this.routing = routing;
    }

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        String backend = exchange.getVariable("backend", String.class);
        String model = routing.modelAt(backend, call.modelName()).orElseThrow();
        call.target(new Target(backend, model));
        try {
            long tokens = counts.count(backend, model, call.request().body(), routing.traits(model).newTokenizer());
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setBody("{\"input_tokens\":" + tokens + "}");
        } catch (MalformedBody e) {
            throw new GatewayFault(400, "invalid_request_error", e.getMessage());
        }
        call.tokenCount("estimated");
    }
}
