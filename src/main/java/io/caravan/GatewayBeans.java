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
import io.caravan.call.CallObservers;
import io.caravan.call.CallWatch;
import io.caravan.call.ModelName;
import io.caravan.call.OpenCalls;
import io.caravan.client.BodyBudget;
import io.caravan.client.ClientSteps;
import io.caravan.observe.CallLog;
import io.caravan.observe.GatewayMetrics;
import io.caravan.observe.LearnTokens;
import io.caravan.observe.ReportBackend;
import io.caravan.observe.ReportBackendConfig;
import io.caravan.observe.ReportDetailedHealth;
import io.caravan.observe.ReportHealth;
import io.caravan.observe.ScrapeMetrics;
import io.caravan.provider.Backend;
import io.caravan.resilience.Breakers;
import io.caravan.resilience.FailOver;
import io.caravan.routing.ModelRouting;
import io.caravan.routing.RoutingSteps;
import io.caravan.settings.GatewaySettings;
import io.caravan.tokens.Calibration;
import io.caravan.tokens.TokenCounts;
import io.caravan.tokens.TokenEstimator;
import io.caravan.upstream.Discovery;
import io.caravan.upstream.UpstreamCatalog;
import io.caravan.upstream.UpstreamSteps;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
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
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        BodyBudget budget = new BodyBudget(settings.limits().maxHeldBytes());
        CallWatch watch = new CallWatch();
        ModelRouting routing = new ModelRouting(settings.modelsFile(), settings.backends().ids());
        TokenCounts counts = new TokenCounts(warmingUp(new TokenEstimator()), new Calibration());
        CallObserver observer = new CallObservers(new CallLog(new GatewayMetrics(meters, budget::held)),
                new LearnTokens(counts, routing));
        UpstreamCatalog catalog = new UpstreamCatalog(settings);
        Discovery discovery = new Discovery(settings, catalog);
        Breakers breakers = new Breakers(Clock.systemUTC());
        Upstreams upstreams = new Upstreams(settings, breakers);
        upstreams.all().forEach(upstream -> catalog.get(upstream.name()).whenSent(upstream::sent));
        OpenCalls open = new OpenCalls();
        registry.accept("openCalls", open);
        registry.accept("metricsRegistry", meters);
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

        registry.accept("tokenCounts", counts);
        ClientSteps.bind(registry, settings, budget, open, watch, observer);
        RoutingSteps.bind(registry, settings, routing, discovery::models);
        UpstreamSteps.bind(registry, settings, catalog, routing, watch, observer, counts);
        registry.accept("failOver", new FailOver(routing, settings.backends()::fallbacksOf, observer));

        registry.accept("reportHealth", new ReportHealth(settings, Version.of(), () ->
                upstreams.serves(settings.backend())
                        || settings.backends().fallbacks().stream().map(Backend::id).anyMatch(upstreams::serves)));
        registry.accept("reportDetailedHealth", new ReportDetailedHealth(settings, routing, discovery::check));
        registry.accept("reportBackend", new ReportBackend(settings, routing, discovery::check, false));
        registry.accept("reportBackendInDetail", new ReportBackend(settings, routing, discovery::check, true));
        registry.accept("reportBackendConfig", new ReportBackendConfig(settings));
        registry.accept("scrapeMetrics", new ScrapeMetrics(meters));
    }

    /** Has the estimator warm up beside the start. */
    private static TokenEstimator warmingUp(TokenEstimator estimator) {
        Thread warmUp = new Thread(estimator::warmUp, "caravan-token-warm-up");
        warmUp.setDaemon(true);
        warmUp.setPriority(Thread.MIN_PRIORITY);
        warmUp.start();
        return estimator;
    }
}
