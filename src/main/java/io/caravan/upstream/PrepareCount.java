/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.CallWatch;
import io.caravan.convert.Translator;
import io.caravan.format.WireFormat;
import io.caravan.learning.Learned.Mending;
import io.caravan.routing.ModelRouting;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the attempt to have the backend of variable {@code backend} count a Messages request's tokens. Does not block. */
final class PrepareCount implements Processor {

    private final UpstreamCatalog upstreams;
    private final ModelRouting routing;
    private final CallWatch watch;

    PrepareCount(UpstreamCatalog upstreams, ModelRouting routing, CallWatch watch) {
        this.upstreams = upstreams;
        this.routing = routing;
        this.watch = watch;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        Upstream upstream = Optional.ofNullable(exchange.getProperty(ChooseCounter.PROPERTY, Upstream.class))
                .orElseGet(() -> upstreams.get(exchange.getVariable("backend", String.class)));
        String model = routing.modelAt(upstream.settings().id(), call.modelName())
                .map(upstream.settings().dialect()::model).orElseThrow();
        Mending mending = upstream.mending(call, model);
        Translator translator = Translator.open(new WireFormat.Pair(call.format(), upstream.format()), call.request(),
                upstream.terms(model, routing.traits(model), call, null, mending));
        new Attempt(call, upstream, model, new TokenCountRequest(translator, mending, upstream.countPath()), watch).begin(exchange);
    }
}
