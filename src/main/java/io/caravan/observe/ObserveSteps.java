/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.call.CallObserver;
import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
import io.caravan.provider.UpstreamSettings;
import io.caravan.routing.ModelRouting;
import io.caravan.settings.GatewaySettings;
import io.caravan.tokens.TokenCounts;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToIntBiFunction;
import java.util.function.UnaryOperator;

/**
 * The room's door: makes what is told of every call, and binds the pages of health and metrics by the names the routes
 * use. Safe for use by many threads.
 */
public final class ObserveSteps {

    private final GatewaySettings settings;
    private final ModelRouting routing;
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final GatewayMetrics metrics;
    private final CallLog log;
    private final CallObserver observer;
    private final List<Consumer<String>> ofUpstreams = new CopyOnWriteArrayList<>();

    /**
     * @param routing the model table, whose aliases the pages check
     * @param counts  learns from what answered calls have cost
     * @param held    the bytes of request bodies in memory, which become a meter
     */
    public ObserveSteps(GatewaySettings settings, ModelRouting routing, TokenCounts counts, LongSupplier held) {
        this.settings = settings;
        this.routing = routing;
        this.metrics = new GatewayMetrics(meters, held);
        this.log = new CallLog(metrics, LogNames.of(settings));
        this.observer = CallObserver.all(log, new LearnTokens(counts, routing));
    }

    /** To be told of every call: writes the log, feeds the meters, and lets token counts learn. */
    public CallObserver observer() {
        return observer;
    }

    /**
     * Shows the states of the circuit breakers: of each upstream one series a state, 1 for the one it is in.
     *
     * @param states all there are, by the names people know
     * @param state  the name of the state an upstream's breaker is in
     */
    public void breakers(Collection<String> states, UnaryOperator<String> state) {
        ofEach(upstream -> states.forEach(one -> metrics.gauge("caravan.breaker.state",
                "The state each upstream's circuit breaker is in", () -> state.apply(upstream).equals(one) ? 1 : 0,
                "upstream", upstream, "state", one)));
    }

    /**
     * Shows the connections to upstreams.
     *
     * @param states in which they are counted
     * @param count  of an upstream's connections in a state
     */
    public <S extends Enum<S>> void connections(Collection<S> states, ToIntBiFunction<String, S> count) {
        ofEach(upstream -> states.forEach(state -> metrics.gauge("caravan.upstream.connections",
                "Connections of the pools to upstreams", () -> count.applyAsInt(upstream, state),
                "upstream", upstream, "state", state.name().toLowerCase(Locale.ROOT))));
    }

    private void ofEach(Consumer<String> shown) {
        ofUpstreams.add(shown);
        settings.backends().all().forEach(backend -> configured(backend).forEach(shown));
    }

    private static List<String> configured(BackendSettings backend) {
        return backend.upstreams().stream().filter(UpstreamSettings::configured).map(UpstreamSettings::id).toList();
    }

    /** A backend is there from now on, or is another than before: it is shown and has its names in the log. */
    public void add(BackendSettings backend) {
        log.know(LogNames.of(backend));
        configured(backend).forEach(upstream -> ofUpstreams.forEach(shown -> shown.accept(upstream)));
    }

    /** An upstream is no more, and is shown no longer. */
    public void remove(String upstream) {
        metrics.forget("upstream", upstream);
    }

    /**
     * Binds the pages, and the registry of their meters.
     *
     * @param registry takes each bean by its name
     * @param version  of the gateway, as it is told
     * @param serves   whether a circuit breaker would let a request through, the fallback's included
     * @param check    asks the backends and upstreams of these ids, all at once and in bounded time, and gives the state
     *                 of each by its id
     */
    public void bind(BiConsumer<String, Object> registry, String version, BooleanSupplier serves,
            Function<Collection<String>, Map<String, Backend.State>> check) {
        registry.accept("metricsRegistry", meters);
        registry.accept("correlatedSteps", new CorrelatedSteps());
        registry.accept("reportHealth", new ReportHealth(settings, version, serves));
        registry.accept("reportDetailedHealth", new ReportDetailedHealth(settings, routing, check));
        registry.accept("reportBackend", new ReportBackend(settings, routing, check, BackendPart::brief));
        registry.accept("reportBackendInDetail", new ReportBackend(settings, routing, check, BackendPart::detailedWithWarnings));
        registry.accept("reportBackendConfig", new ReportBackendConfig(settings));
        registry.accept("scrapeMetrics", new ScrapeMetrics(meters));
    }
}
