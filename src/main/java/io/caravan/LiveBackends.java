/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.balance.BalanceSteps;
import io.caravan.observe.ObserveSteps;
import io.caravan.provider.BackendSettings;
import io.caravan.provider.Backends;
import io.caravan.resilience.FailOver;
import io.caravan.routing.ModelRouting;
import io.caravan.settings.value.SettingsException;
import io.caravan.upstream.UpstreamSteps;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what changes in the backends of {@code config.yaml} while the gateway runs: looks at the file once a second, on
 * a thread of its own. What a backend had before is kept until nothing is under way to it.
 */
final class LiveBackends extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger(LiveBackends.class);
    private static final long EVERY_SECONDS = 1;
    /** A request may be between the choice of its backend and that backend's route. */
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** All that has something of each backend. */
    record Rooms(BiConsumer<String, Object> registry, ModelRouting routing, UpstreamSteps upstreams, BalanceSteps balance,
            FailOver failOver, ObserveSteps observe) {}

    /** A route that nothing is sent to any more. */
    private record Retired(String route, String upstream, long since) {}

    private final Backends backends;
    private final Supplier<CamelContext> context;
    private final Rooms rooms;
    private final List<Retired> retired = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "caravan-backends");
        thread.setDaemon(true);
        return thread;
    });

    LiveBackends(Backends backends, Supplier<CamelContext> context, Rooms rooms) {
        this.backends = backends;
        this.context = context;
        this.rooms = rooms;
    }

    @Override
    protected void doStart() {
        Runnable look = backends.watch(this::prepare, this::settle);
        clock.scheduleWithFixedDelay(() -> run(look), EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    protected void doStop() {
        clock.shutdownNow();
    }

    private void run(Runnable look) {
        try {
            look.run();
            retired.removeIf(this::removed);
        } catch (RuntimeException e) {
            LOG.error("The list of backends stays as it was: {}", e.toString());
        }
    }

    /** Makes what is new, so that it serves as soon as it counts. */
    private void prepare(Backends.Change change) {
        ModelRouting.check(change.models(), change.routes());
        change.come().forEach(rooms.upstreams()::check);
        for (BackendSettings backend : change.come()) {
            rooms.upstreams().add(backend);
            try {
                Runnable take = rooms.balance().add(rooms.registry(), rooms.failOver(), backend);
                UpstreamRoutes.addUpstreams(context.get(), backend);
                take.run();
                retired.removeIf(old -> old.route().equals(UpstreamRoutes.id(backend)));
                UpstreamRoutes.addBackend(context.get(), backend.backend().id());
            } catch (Exception e) {
                throw new SettingsException("the backend " + backend.backend().id() + " could not be made: " + e.getMessage());
            }
            rooms.observe().add(backend);
        }
        rooms.balance().whenSent(rooms.upstreams()::whenSent);
        rooms.balance().whenAnswered(rooms.upstreams()::whenAnswered);
    }

    private void settle(Backends.Change change) {
        change.notes().forEach(LOG::warn);
        rooms.routing().backendsChanged();
        Set<String> there = backends.ids();
        for (BackendSettings backend : change.gone()) {
            backend.upstreams().forEach(upstream -> retire("upstream-" + backend.routeName(upstream),
                    backend.routeName(upstream)));
            if (!there.contains(backend.backend().id())) {
                rooms.balance().remove(backend);
                retire(UpstreamRoutes.id(backend), "");
                LOG.info("The backend {} is gone", backend.backend().id());
            }
        }
        Set<String> names = backends.upstreams().stream().map(upstream -> upstream.id()).collect(Collectors.toSet());
        change.gone().stream().flatMap(backend -> backend.upstreams().stream()).map(upstream -> upstream.id())
                .filter(upstream -> !names.contains(upstream)).forEach(rooms.observe()::remove);
        change.come().forEach(backend -> LOG.info("The backend {} is there, at {}", backend.backend().id(),
                backend.upstreams().stream().map(upstream -> upstream.host()).collect(Collectors.joining(", "))));
    }

    private void retire(String route, String upstream) {
        retired.add(new Retired(route, upstream, System.nanoTime()));
    }

    /** Removes a route that nothing is under way on; its connections close with it. */
    private boolean removed(Retired old) {
        boolean waits = System.nanoTime() - old.since() < LEAST_NANOS
                || context.get().getInflightRepository().size(old.route()) > 0;
        if (waits || !rooms.balance().forget(old.upstream())) {
            return false;
        }
        rooms.upstreams().forget(old.upstream());
        try {
            context.get().getRouteController().stopRoute(old.route());
            context.get().removeRoute(old.route());
        } catch (Exception e) {
            LOG.warn("The route {} could not be removed: {}", old.route(), e.getMessage());
        }
        return true;
    }
}
