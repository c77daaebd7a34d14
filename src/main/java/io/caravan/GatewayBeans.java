/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.balance.BalanceSteps;
import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.call.OpenCalls;
import io.caravan.client.ClientSteps;
import io.caravan.observe.ObserveSteps;
import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
import io.caravan.resilience.Breakers;
import io.caravan.resilience.FailOver;
import io.caravan.review.ToolReview;
import io.caravan.routing.ModelRouting;
import io.caravan.settings.GatewaySettings;
import io.caravan.tokens.TokenCounts;
import io.caravan.upstream.UpstreamSteps;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;

/** Makes the beans the YAML routes name, once, from the settings. */
final class GatewayBeans {

    private GatewayBeans() {
    }

    /**
     * What there is before the beans.
     *
     * @param client  towards the client
     * @param counts  estimates tokens
     * @param watched gives who is told of calls, in the place of the log and the meters if need be
     */
    record Parts(ClientSteps client, TokenCounts counts, UnaryOperator<CallObserver> watched) {
    }

    /**
     * @param registry takes each bean by the name the routes use
     * @param contexts gives those in which routes serve, the newest first, or in which something is still under way
     * @return what has something of each backend, for whoever keeps that up to date
     */
    static LiveBackends.Rooms bind(BiConsumer<String, Object> registry, GatewaySettings settings, Supplier<List<CamelContext>> contexts,
            Parts parts) {
        ClientSteps client = parts.client();
        CallWatch watch = new CallWatch();
        ModelRouting routing = new ModelRouting(settings.modelsFile(), settings.backends());
        UpstreamSteps towardsUpstreams = new UpstreamSteps(settings);
        TokenCounts counts = parts.counts();
        ObserveSteps observe = new ObserveSteps(settings, routing, counts, client::heldBytes);
        CallObserver observer = parts.watched().apply(observe.observer());
        Breakers breakers = new Breakers(Clock.systemUTC());
        FailOver failOver = new FailOver(routing, settings.backends()::fallbacksOf,
                id -> name(settings, id), observer);
        BalanceSteps balance = new BalanceSteps(settings, breakers, observer);
        balance.whenSent(towardsUpstreams::whenSent);
        balance.whenAnswered(towardsUpstreams::whenAnswered);
        OpenCalls open = new OpenCalls();
        registry.accept("openCalls", open);
        registry.accept("pageRules", new PageRules());
        registry.accept("callWatch", watch);
        registry.accept("circuitBreakerRegistry", breakers.registry());
        balance.bind(registry, failOver);
        client.bind(registry, open, watch, observer);
        ToolReview.Steps reviews = new ToolReview.Steps(settings.toolReviewFile(), settings.toolReviewTime(), watch, observer);
        reviews.bind(registry);
        towardsUpstreams.bind(registry, routing, watch, observer, counts, reviews);
        registry.accept("tokenCounts", counts);
        routing.bind(registry, settings, towardsUpstreams::models, observer);
        registry.accept("failOver", failOver);

        observe.breakers(Breakers.states(), breakers::state);
        observe.connections(EnumSet.allOf(UpstreamSteps.Connections.class),
                (upstream, state) -> contexts.get().stream().mapToInt(context -> towardsUpstreams.connections(context, upstream, state)).sum());
        observe.bind(registry, Version.of(), () -> balance.serves(settings.backend())
                || settings.backends().fallbacks().stream().map(Backend::id).anyMatch(balance::serves),
                towardsUpstreams::check);
        return new LiveBackends.Rooms(registry, routing, towardsUpstreams, balance, failOver, observe);
    }

    /** What people call a backend; one that is no more by its id. */
    private static String name(GatewaySettings settings, String id) {
        return settings.backends().all().stream().map(BackendSettings::backend).filter(backend -> backend.id().equals(id))
                .map(Backend::name).findFirst().orElse(id);
    }
}
