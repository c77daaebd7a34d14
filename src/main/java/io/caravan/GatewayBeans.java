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
import io.caravan.upstream.UpstreamSteps;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.function.BiConsumer;

/** Makes the beans the YAML routes name, once, from the settings. */
final class GatewayBeans {

    private GatewayBeans() {
    }

    /** @param registry takes each bean by the name the routes use */
    static void bind(BiConsumer<String, Object> registry, GatewaySettings settings) {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ClientSteps client = new ClientSteps(settings);
        CallWatch watch = new CallWatch();
        ModelRouting routing = new ModelRouting(settings.modelsFile(), settings.backends().ids());
        TokenCounts counts = new TokenCounts(warmingUp(new TokenEstimator()), new Calibration());
        CallObserver observer = CallObserver.all(new CallLog(new GatewayMetrics(meters, client::heldBytes)),
                new LearnTokens(counts, routing));
        UpstreamSteps towardsUpstreams = new UpstreamSteps(settings);
        Breakers breakers = new Breakers(Clock.systemUTC());
        FailOver failOver = new FailOver(routing, settings.backends()::fallbacksOf, observer);
        BalanceSteps balance = new BalanceSteps(settings, breakers);
        balance.whenSent(towardsUpstreams::whenSent);
        OpenCalls open = new OpenCalls();
        registry.accept("openCalls", open);
        registry.accept("metricsRegistry", meters);
        registry.accept("callWatch", watch);
        registry.accept("circuitBreakerRegistry", breakers.registry());
        breakers.registry().getAllCircuitBreakers().forEach(breaker -> registry.accept(breaker.getName(), breaker));
        settings.backends().ids().forEach(name -> registry.accept(name + "-failover", breakers.failover(name)));
        balance.bind(registry, failOver, observer);
        client.bind(registry, open, watch, observer);
        towardsUpstreams.bind(registry, routing, watch, observer, counts);
        registry.accept("tokenCounts", counts);
        RoutingSteps.bind(registry, settings, routing, towardsUpstreams::models);
        registry.accept("failOver", failOver);

        registry.accept("reportHealth", new ReportHealth(settings, Version.of(), () ->
                balance.serves(settings.backend())
                        || settings.backends().fallbacks().stream().map(Backend::id).anyMatch(balance::serves)));
        registry.accept("reportDetailedHealth", new ReportDetailedHealth(settings, routing, towardsUpstreams::check));
        registry.accept("reportBackend", new ReportBackend(settings, routing, towardsUpstreams::check, false));
        registry.accept("reportBackendInDetail", new ReportBackend(settings, routing, towardsUpstreams::check, true));
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
