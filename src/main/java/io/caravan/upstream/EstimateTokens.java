/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.MalformedBody;
import io.caravan.routing.ModelRouting;
import io.caravan.tokens.TokenCounts;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Sets the body to an estimate of the request's tokens, where no upstream counts them, and says so in variable
 * {@code tokenCount}. What an upstream that was asked says of the request itself is thrown again instead.
 */
final class EstimateTokens implements Processor {

    private final TokenCounts counts;
    private final ModelRouting routing;

    EstimateTokens(TokenCounts counts, ModelRouting routing) {
        this.counts = counts;
        this.routing = routing;
    }

    @Override
    public void process(Exchange exchange) {
        Failure failed = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Failure.class);
        if (failed != null && failed.isLastWord()) {
            throw failed;
        }
        Call call = Call.of(exchange);
        String backend = exchange.getVariable("backend", String.class);
        String model = routing.modelAt(backend, call.modelName()).orElseThrow();
        try {
            long tokens = counts.count(backend, model, call.request().body(), routing.traits(model).newTokenizer());
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setBody("{\"input_tokens\":" + tokens + "}");
        } catch (MalformedBody e) {
            throw Failure.of(Kind.MALFORMED_REQUEST, e.getMessage());
        }
        exchange.setVariable("tokenCount", "estimated");
    }
}
