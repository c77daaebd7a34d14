/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.CallObserver;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
import io.caravan.resilience.Breakers;
import io.caravan.resilience.RetryBudget;
import io.caravan.resilience.RetryBudget.Backoff;
import io.caravan.settings.GatewaySettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The upstreams of every backend, and how they have been doing. Backends come and go by one thread; all else may be asked by
 * any.
 */
final class Upstreams {

    /** One backend's: its upstreams in their file's order, and who chooses among them. */
    private record Served(List<Workspace> upstreams, Balancer balancer) {}

    private final Map<String, Served> byBackend = new ConcurrentHashMap<>();
    private final Map<String, Workspace> byRoute = new ConcurrentHashMap<>();
    private final GatewaySettings settings;
    private final Breakers breakers;
    private final CallObserver observer;
    private final RetryBudget budget = new RetryBudget();

    /** @param observer is told what is done about failures */
    Upstreams(GatewaySettings settings, Breakers breakers, CallObserver observer) {
        this.settings = settings;
        this.breakers = breakers;
        this.observer = observer;
        settings.backends().all().forEach(backend -> add(backend, made -> { }).run());
    }

    /**
     * Makes the upstreams of a backend that is to be there, or to be another than before.
     *
     * @return lets them take the place of those before
     */
    Runnable add(BackendSettings backend, Consumer<Workspace> made) {
        BackendSettings.Balance balance = backend.balance();
        List<Workspace> upstreams = backend.upstreams().stream()
                .map(upstream -> new Workspace(upstream.id(), backend.routeName(upstream),
                        balance.weights().getOrDefault(upstream.id(), 1),
                        breakers.of(upstream.id(), balance.threshold(), balance.timeout()))).toList();
        Served served = new Served(upstreams, balancer(upstreams, balance));
        upstreams.forEach(made);
        return () -> {
            String id = backend.backend().id();
            List<String> names = upstreams.stream().map(Workspace::name).toList();
            of(id).stream().map(Workspace::name).filter(name -> !names.contains(name)).forEach(breakers::remove);
            upstreams.forEach(upstream -> byRoute.put(upstream.route(), upstream));
            byBackend.put(id, served);
        };
    }

    private Balancer balancer(List<Workspace> upstreams, BackendSettings.Balance balance) {
        int maxRetries = settings.limits().maxRetries();
        return new Balancer(upstreams, Strategy.named(balance.strategy().setting()), budget,
                () -> new Backoff(maxRetries, () -> ThreadLocalRandom.current().nextDouble()), Pause.real(), observer);
    }

    /** A backend is no more. */
    void remove(BackendSettings backend) {
        byBackend.remove(backend.backend().id());
        backend.upstreams().forEach(upstream -> breakers.remove(upstream.id()));
    }

    /** Forgets an upstream that nothing is under way to any more; false while something is. */
    boolean forget(String route) {
        Workspace upstream = byRoute.get(route);
        boolean quiet = upstream == null || upstream.active() == 0;
        if (quiet) {
            byRoute.remove(route);
        }
        return quiet;
    }

    /** A backend's upstreams, in their file's order. */
    List<Workspace> of(String backend) {
        Served served = byBackend.get(backend);
        return served == null ? List.of() : served.upstreams();
    }

    /** The upstreams of the backends that {@code which} holds for, in the order in which backends are listed. */
    List<Workspace> of(Predicate<Backend> which) {
        return settings.backends().all().stream().map(BackendSettings::backend).filter(which)
                .flatMap(backend -> of(backend.id()).stream()).toList();
    }

    /** Whether a request to a backend would be let through to one of its upstreams. */
    boolean serves(String backend) {
        return of(backend).stream().anyMatch(upstream -> upstream.admits() || upstream.recovers());
    }

    /**
     * The balancer of a backend as it is now.
     *
     * @throws Failure if there is no such backend any more
     */
    Balancer balancer(String backend) {
        Served served = byBackend.get(backend);
        if (served == null) {
            throw Failure.of(Kind.NOT_CONFIGURED, "The backend " + backend + " is no longer configured.");
        }
        return served.balancer();
    }
}
