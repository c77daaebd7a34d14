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
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what changes in the backends of {@code config.yaml} while the gateway runs. What a backend had before is kept
 * until nothing is under way to it. One thread at a time.
 */
final class LiveBackends {

    private static final Logger LOG = LoggerFactory.getLogger(LiveBackends.class);
    /** A request may be between the choice of its backend and that backend's route. */
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** All that has something of each backend. */
    record Rooms(BiConsumer<String, Object> registry, ModelRouting routing, UpstreamSteps upstreams, BalanceSteps balance,
            FailOver failOver, ObserveSteps observe) {}

    /** A route that nothing is sent to any more. */
    private record Retired(String route, String upstream, long since) {}

    private final Backends backends;
    private final Supplier<List<CamelContext>> contexts;
    private final Rooms rooms;
    private final List<Retired> retired = new ArrayList<>();
    private final Runnable look;

    /** @param contexts gives those in which routes serve, or in which something is still under way */
    LiveBackends(Backends backends, Supplier<List<CamelContext>> contexts, Rooms rooms) {
        this.backends = backends;
        this.contexts = contexts;
        this.rooms = rooms;
        this.look = backends.watch(this::prepare, this::settle);
    }

    /** Takes over what has changed since, if the file was not looked at within the last second. */
    void look() {
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
            try {
                UpstreamRoutes.requireTransformers(contexts.get().get(0), backend);
                rooms.upstreams().add(backend);
                Runnable take = rooms.balance().add(rooms.registry(), rooms.failOver(), backend);
                for (CamelContext context : contexts.get()) {
                    UpstreamRoutes.addUpstreams(context, backend);
                }
                take.run();
                retired.removeIf(old -> old.route().equals(UpstreamRoutes.id(backend)));
                for (CamelContext context : contexts.get()) {
                    UpstreamRoutes.addBackend(context, backend.backend().id());
                }
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
                || contexts.get().stream().anyMatch(context -> context.getInflightRepository().size(old.route()) > 0);
        if (waits || !rooms.balance().forget(old.upstream())) {
            return false;
        }
        rooms.upstreams().forget(old.upstream());
        contexts.get().forEach(context -> remove(context, old.route()));
        return true;
    }

    private static void remove(CamelContext context, String route) {
        try {
            context.getRouteController().stopRoute(route);
            context.removeRoute(route);
        } catch (Exception e) {
            LOG.warn("The route {} could not be removed: {}", route, e.getMessage());
        }
    }
}
