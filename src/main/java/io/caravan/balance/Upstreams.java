/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.CallObserver;
import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
import io.caravan.resilience.Breakers;
import io.caravan.resilience.RetryBudget;
import io.caravan.resilience.RetryBudget.Backoff;
import io.caravan.settings.GatewaySettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** The upstreams of every backend, and how they have been doing. Made once, at start. */
final class Upstreams {

    private final Map<String, List<Workspace>> byBackend = new LinkedHashMap<>();
    private final GatewaySettings settings;
    private final RetryBudget budget = new RetryBudget();

    Upstreams(GatewaySettings settings, Breakers breakers) {
        this.settings = settings;
        for (BackendSettings backend : settings.backends().all()) {
            BackendSettings.Balance balance = backend.balance();
            byBackend.put(backend.backend().id(), backend.upstreams().stream()
                    .map(upstream -> new Workspace(upstream.id(), balance.weights().getOrDefault(upstream.id(), 1),
                            breakers.of(upstream.id(), balance.threshold(), balance.timeout()))).toList());
        }
    }

    /** A backend's upstreams, in their file's order. */
    List<Workspace> of(String backend) {
        return byBackend.getOrDefault(backend, List.of());
    }

    /** The upstreams of the backends that {@code which} holds for. */
    List<Workspace> of(Predicate<Backend> which) {
        return settings.backends().all().stream().map(BackendSettings::backend).filter(which)
                .flatMap(backend -> of(backend.id()).stream()).toList();
    }

    /** All upstreams. */
    List<Workspace> all() {
        return byBackend.values().stream().flatMap(List::stream).toList();
    }

    /** Whether a request to a backend would be let through to one of its upstreams. */
    boolean serves(String backend) {
        return of(backend).stream().anyMatch(upstream -> upstream.admits() || upstream.recovers());
    }

    /** The balancer of a backend; {@code observer} is told what it does. */
    Balancer balancer(String backend, CallObserver observer) {
        int maxRetries = settings.limits().maxRetries();
        Strategy strategy = Strategy.named(settings.backends().get(backend).balance().strategy().setting());
        return new Balancer(of(backend), strategy, budget,
                () -> new Backoff(maxRetries, () -> ThreadLocalRandom.current().nextDouble()), Pause.real(), observer);
    }
}
