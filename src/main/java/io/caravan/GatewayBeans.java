/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.balance.ReportStats;
import io.caravan.balance.ResetBreakers;
import io.caravan.balance.Stats;
import io.caravan.balance.UpstreamBalancer;
import io.caravan.balance.Upstreams;
import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.call.ModelName;
import io.caravan.call.OpenCalls;
import io.caravan.client.BodyBudget;
import io.caravan.client.ClientSteps;
import io.caravan.observe.ObserveSteps;
import io.caravan.observe.Version;
import io.caravan.provider.Backend;
import io.caravan.resilience.Breakers;
import io.caravan.resilience.FailOver;
import io.caravan.routing.ListModels;
import io.caravan.routing.ModelRouting;
import io.caravan.routing.RequireBackend;
import io.caravan.routing.ResolveTarget;
import io.caravan.settings.GatewaySettings;
import io.caravan.tokens.TokenCounts;
import io.caravan.upstream.UpstreamSteps;
import java.time.Clock;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Makes the beans the YAML routes name, once, from the settings. */
final class GatewayBeans {

    private GatewayBeans() {
    }

    /** @param registry takes each bean by the name the routes use */
    static void bind(BiConsumer<String, Object> registry, GatewaySettings settings) {
        BodyBudget budget = new BodyBudget(settings.limits().maxHeldBytes());
        CallWatch watch = new CallWatch();
        ModelRouting routing = new ModelRouting(settings.modelsFile(), settings.backends().ids());
        UpstreamSteps towardsUpstreams = new UpstreamSteps(settings);
        TokenCounts counts = TokenCounts.start();
        ObserveSteps observe = new ObserveSteps(settings, routing, counts, budget::held);
        CallObserver observer = observe.observer();
        Breakers breakers = new Breakers(Clock.systemUTC());
        Upstreams upstreams = new Upstreams(settings, breakers);
        upstreams.all().forEach(upstream -> towardsUpstreams.whenSent(upstream.name(), upstream::sent));
        OpenCalls open = new OpenCalls();
        registry.accept("openCalls", open);
        registry.accept("callWatch", watch);
        registry.accept("circuitBreakerRegistry", breakers.registry());
        breakers.registry().getAllCircuitBreakers().forEach(breaker -> registry.accept(breaker.getName(), breaker));
        settings.backends().ids().forEach(name -> {
            List<String> behind = settings.backends().fallbacksOf(name);
            Predicate<ModelName> fallback = model -> behind.stream().anyMatch(id -> routing.modelAt(id, model).isPresent());
            registry.accept(name + "-failover", breakers.failover(name));
            registry.accept(name + "-balancer", new UpstreamBalancer(upstreams.balancer(name, observer), fallback));
        });
        registry.accept("reportStats", new ReportStats(new Stats(upstreams.of(Backend::apart)),
                new Stats(upstreams.of(backend -> !backend.apart()))));
        registry.accept("resetBreakers", new ResetBreakers(new Stats(upstreams.all())));


        ClientSteps.bind(registry, settings, budget, open, watch, observer);
        towardsUpstreams.bind(registry, routing, watch, observer, counts);
        registry.accept("tokenCounts", counts);
        registry.accept("listModels", new ListModels(settings, routing, towardsUpstreams::models));

        registry.accept("resolveTarget", new ResolveTarget(settings, routing));
        registry.accept("requireBackend", new RequireBackend(settings));
        registry.accept("failOver", new FailOver(routing, settings.backends()::fallbacksOf, observer));

        observe.bind(registry, Version.of(), () -> upstreams.serves(settings.backend())
                || settings.backends().fallbacks().stream().map(Backend::id).anyMatch(upstreams::serves),
                towardsUpstreams::check);
    }
}
