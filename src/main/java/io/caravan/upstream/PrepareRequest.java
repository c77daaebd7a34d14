/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.call.UpstreamAnswer;
import io.caravan.convert.Translator;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.WireFormat;
import io.caravan.format.json.MalformedBody;
import io.caravan.learning.Learned.Mending;
import io.caravan.provider.UpstreamSettings;
import io.caravan.provider.UpstreamSettings.Safeguards;
import io.caravan.review.ToolReview;
import io.caravan.routing.ModelRouting;
import io.caravan.routing.ModelRouting.Match;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the attempt at an upstream (variable {@code upstream}): the request in its format, under its name for the model,
 * without what it refuses. Does not block, but where an image is fetched. A backend without its settings is a final 503.
 */
final class PrepareRequest implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(PrepareRequest.class);

    private final UpstreamCatalog upstreams;
    private final ModelRouting routing;
    private final @Nullable UnaryOperator<String> images;
    private final CallWatch watch;
    private final CallObserver observer;
    private final ToolReview.Steps reviews;
    private final Map<String, List<String>> transformers;
    private @Nullable ProducerTemplate sender;

    /**
     * @param images       gives an image's public URL back as a data URL, or throws {@link MalformedBody}; null: none is fetched
     * @param transformers for a backend whose upstreams name none, the routes that see each event of its streams
     */
    PrepareRequest(UpstreamCatalog upstreams, ModelRouting routing, @Nullable UnaryOperator<String> images,
            CallWatch watch, CallObserver observer, ToolReview.Steps reviews, Map<String, List<String>> transformers) {
        this.upstreams = upstreams;
        this.routing = routing;
        this.images = images;
        this.watch = watch;
        this.observer = observer;
        this.reviews = reviews;
        this.transformers = transformers;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        Upstream upstream = upstreams.get(exchange.getVariable("upstream", String.class),
                exchange.getProperty(UpstreamAnswer.ROUTE, String.class));
        UpstreamSettings settings = upstream.settings();
        if (!settings.configured()) {
            throw Failure.of(Kind.NOT_CONFIGURED, settings.unconfigured());
        }
        Match match = routing.matchAt(settings.backend().id(), call.modelName())
                .orElseThrow(() -> Failure.of(Kind.UNKNOWN_MODEL, "model: " + call.request().model()));
        String model = settings.dialect().model(match.model());
        if (match.byDefault()) {
            LOG.info("No row of the model table is for {}: {} of {} is asked by default", call.request().model(), model,
                    settings.backend().setting());
        }
        Mending mending = mending(exchange, call, upstream, model);
        String path = upstream.path(model);
        ModelAnswer purpose = new ModelAnswer(translator(call, upstream, model, mending), mending, upstream.withQuery(path),
                call.request().stream());
        Attempt attempt = new Attempt(call, upstream, model, purpose, watch);
        attempt.begin(exchange);
        LOG.debug("{} is sent {} as {}", settings.urls().requests(), model, settings.dialect().word());
        observer.routed(call, attempt, path);
    }

    /** That of the attempt before where this one is to mend it. */
    private static Mending mending(Exchange exchange, Call call, Upstream upstream, String model) {
        if (LearnRefusal.repeats(exchange)) {
            return Attempt.of(exchange).purpose().mending();
        }
        return upstream.mending(call, model);
    }

    private Translator transformed(Translator translator, Call call, Upstream upstream) {
        List<String> own = upstream.settings().transformers();
        List<String> routes = own.isEmpty() ? transformers.getOrDefault(upstream.settings().backend().id(), List.of()) : own;
        if (routes.isEmpty() || !call.request().stream()) {
            return translator;
        }
        return translator.through(client -> new EventRoutes(routes, sender(call), call, client), true);
    }

    private synchronized ProducerTemplate sender(Call call) {
        ProducerTemplate made = sender;
        if (made == null) {
            made = call.exchange().getContext().createProducerTemplate();
            sender = made;
        }
        return made;
    }

    private Translator translator(Call call, Upstream upstream, String model, Mending mending) {
        WireFormat.Pair pair = new WireFormat.Pair(call.format(), upstream.format());
        try {
            Translator translator =
                    Translator.open(pair, call.request(), upstream.terms(model, routing.traits(model), call, images, mending));
            if (call.isCopy()) {
                return translator;
            }
            if (upstream.settings().safeguards() != Safeguards.OFF) {
                translator = reviews.over(translator, call);
            }
            return transformed(translator, call, upstream);
        } catch (MalformedBody e) {
            throw Failure.of(Kind.MALFORMED_REQUEST, e.getMessage());
        }
    }
}
