/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.RouteFiles.Found;
import io.caravan.RouteFiles.Page;
import io.caravan.call.CallWatch;
import io.caravan.client.ClientSteps;
import io.caravan.client.StartGate;
import io.caravan.settings.GatewaySettings;
import io.caravan.tokens.TokenCounts;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.spi.ExecutorServiceManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The set of route pages that serves, and those before it in which something is still under way. The first has the HTTP
 * server, and its context lives as long as the gateway. Safe for use by many threads.
 */
final class ServingRoutes implements RouteReload.Sets {

    private static final Logger LOG = LoggerFactory.getLogger(ServingRoutes.class);
    private static final String RELOAD = "camel.main.routes-reload-enabled";

    private final StartGate gate;
    private final GatewaySettings settings;
    private final RouteFiles files;
    private final LiveBackends backends;
    private final RouteSet.Shared shared;
    private final Rehearsal rehearsal;
    private final RouteSet first;
    private final List<RouteSet> leaving = new ArrayList<>();
    private volatile RouteSet serving;
    private volatile @Nullable ScheduledExecutorService watch;

    ServingRoutes(StartGate gate, GatewaySettings settings) {
        this.gate = gate;
        this.settings = settings;
        this.files = new RouteFiles(settings.workingDirectory());
        this.shared = new RouteSet.Shared(settings.backends(), settings.transformers().values(),
                LibraryJars.over(Caravan.class.getClassLoader(), settings.workingDirectory()));
        Found found = files.read();
        this.first = RouteSet.first(found.pages(), gate, properties(settings), shared);
        this.serving = first;
        GatewayBeans.Parts parts = new GatewayBeans.Parts(new ClientSteps(settings), TokenCounts.start(), UnaryOperator.identity());
        this.backends = new LiveBackends(settings.backends(), this::contexts,
                GatewayBeans.bind(gate::share, settings, this::contexts, parts));
        this.rehearsal = new Rehearsal(new Rehearsal.House(settings, parts.client(), parts.counts(), shared.classes()));
        gate.share(Rehearsal.STEP, (Processor) exchange -> exchange.getMessage().setBody(rehearseNext()));
    }

    /** Starts the first set, and looks for edits from then on. */
    void start() throws Exception {
        for (RouteFault fault : files.read().refused()) {
            throw fault;
        }
        try {
            first.init();
            first.context().addService(gate.lookupByNameAndType("callWatch", CallWatch.class));
            first.start();
        } catch (RouteFault | Caravan.StartFailure e) {
            throw e;
        } catch (Exception e) {
            throw RouteFault.among(first.pages().values(), e);
        }
        watch = watch(first.context().getExecutorServiceManager());
    }

    /** One thread for all that is edited live: no two edits are taken up at once. */
    private ScheduledExecutorService watch(ExecutorServiceManager threads) {
        ScheduledExecutorService thread = threads.newSingleThreadScheduledExecutor(this, "LiveEdits");
        thread.scheduleWithFixedDelay(backends::look, 1, 1, TimeUnit.SECONDS);
        if (!"false".equals(settings.camelProperties().get(RELOAD))) {
            RouteReload reload = new RouteReload(files, this, gate.lookupByNameAndType("metricsRegistry", MeterRegistry.class));
            thread.scheduleWithFixedDelay(reload::look, RouteReload.EVERY_MILLIS, RouteReload.EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
        return thread;
    }

    /** What is wrong with the pages. Serves nothing. */
    List<String> faults() {
        Found found = files.read();
        List<String> faults = new ArrayList<>(found.refused().stream().map(RouteFault::getMessage).toList());
        RouteSet tried = RouteSet.beside(found.pages(), gate, properties(settings), shared);
        try {
            tried.init();
            tried.startBeside();
        } catch (RouteFault e) {
            faults.add(e.getMessage());
        } catch (Exception e) {
            faults.add(RouteFault.among(found.pages().values(), e).getMessage());
        } finally {
            tried.stop();
        }
        return faults;
    }

    /** Rehearses the pages that {@code routes/} and {@code routes.next/} have now; what came of it, or their fault. */
    private Map<String, Object> rehearseNext() throws Exception {
        Found next = files.readNext();
        try {
            for (RouteFault fault : next.refused()) {
                throw fault;
            }
            return rehearsal.of(serving(), next.pages()).view();
        } catch (RouteFault e) {
            return Map.of("fault", files.shownNext(e));
        } catch (Caravan.StartFailure e) {
            return Map.of("fault", String.valueOf(e.getMessage()));
        }
    }

    CamelContext context() {
        return serving.context();
    }

    /** All in which something may be under way, the one that serves first. */
    private synchronized List<CamelContext> contexts() {
        return Stream.concat(Stream.of(serving), leaving.stream()).map(RouteSet::context).toList();
    }

    @Override
    public Map<String, Page> serving() {
        return serving.pages();
    }

    @Override
    public synchronized void serve(Map<String, Page> pages) throws Exception {
        RouteSet next = RouteSet.beside(pages, gate, properties(settings), shared);
        try {
            next.init();
            next.startBeside();
        } catch (Exception e) {
            next.stop();
            throw e;
        }
        gate.serve(next.paths());
        RouteSet before = serving;
        serving = next;
        leaving.add(before);
        handOver(before, next);
        rehearsal.edited(before.pages(), pages);
    }

    /** Of routes that act on their own no two may do so at once. */
    private static void handOver(RouteSet before, RouteSet next) {
        try {
            before.stopSources();
            next.startSources();
        } catch (Exception e) {
            LOG.error("A route that acts on its own could not be started anew", e);
        }
    }

    @Override
    public synchronized void endIdle() {
        for (RouteSet set : List.copyOf(leaving)) {
            if (set.isIdle()) {
                leaving.remove(set);
                end(set);
            }
        }
    }

    private void end(RouteSet set) {
        try {
            if (set == first) {
                set.stopRoutes();
            } else {
                set.stop();
            }
        } catch (Exception e) {
            LOG.warn("Routes that no longer serve could not be ended", e);
        }
    }

    /** What is still under way when the routes stop is not waited for any longer than this. */
    synchronized void waitNoLonger(Duration limit) {
        List<RouteSet> all = new ArrayList<>(leaving);
        all.add(serving);
        all.add(first);
        all.forEach(set -> set.context().getShutdownStrategy().setTimeout(limit.toSeconds()));
    }

    /** Ends all sets, the first one last. */
    void stop() {
        ScheduledExecutorService thread = watch;
        if (thread != null) {
            first.context().getExecutorServiceManager().shutdownGraceful(thread);
        }
        rehearsal.stop();
        stopAll();
    }

    private synchronized void stopAll() {
        leaving.remove(first);
        leaving.forEach(RouteSet::stop);
        leaving.clear();
        if (serving != first) {
            serving.stop();
        }
        first.stop();
    }

    /** What Camel is to be told. */
    static Properties properties(GatewaySettings settings) {
        Properties properties = new Properties();
        properties.putAll(settings.camelProperties());
        properties.put(RELOAD, "false"); // Camel's own stops the routes first
        properties.put("camel.server.port", String.valueOf(settings.port()));
        properties.put("camel.server.host", settings.host());
        long connectMillis = settings.stream().connectTimeout().toMillis();
        for (String component : new String[] {"http", "https"}) {
            properties.put("camel.component." + component + ".connect-timeout", String.valueOf(connectMillis));
            properties.put("camel.component." + component + ".http-client-configurer", "#bean:upstreamClient");
        }
        if (settings.outgoing().caFile() != null) {
            properties.put("camel.component.https.ssl-context-parameters", "#bean:upstreamTls");
        }
        UpstreamRoutes.put(properties, settings.backends());
        return properties;
    }
}
