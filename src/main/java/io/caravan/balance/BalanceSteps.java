/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
import io.caravan.resilience.Breakers;
import io.caravan.resilience.FailOver;
import io.caravan.settings.GatewaySettings;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The room's door: the upstreams of every backend, how they have been doing, and the beans by which the routes choose among
 * them: {@code <backend>-balancer}, {@code <upstream>-breaker}, {@code reportStats} and {@code resetBreakers}. Backends come and go by one thread; all
 * else may be used by any.
 */
public final class BalanceSteps {

    private final GatewaySettings settings;
    private final Upstreams upstreams;

    /**
     * @param breakers has a circuit breaker for each upstream
     * @param observer is told of retries and of moves to another upstream
     */
    public BalanceSteps(GatewaySettings settings, Breakers breakers, CallObserver observer) {
        this.settings = settings;
        this.upstreams = new Upstreams(settings, breakers, observer);
    }

    /**
     * Gives each upstream's name, and what is to be told of the call whenever a request is on its way to it, so that it is counted.
     *
     * @param sent takes the pairs
     */
    public void whenSent(BiConsumer<String, Consumer<Call>> sent) {
        all().forEach(upstream -> sent.accept(upstream.name(), upstream::sent));
    }

    /**
     * Gives each upstream's name, and what is to be run whenever the head of an answer has come from it.
     *
     * @param answered takes the pairs
     */
    public void whenAnswered(BiConsumer<String, Runnable> answered) {
        all().forEach(upstream -> answered.accept(upstream.name(), upstream::answered));
    }

    private List<Workspace> all() {
        return upstreams.of(backend -> true);
    }

    /**
     * Binds the steps.
     *
     * @param registry takes each bean by its name
     * @param failOver knows which backends take over from one that fails
     */
    public void bind(BiConsumer<String, Object> registry, FailOver failOver) {
        all().forEach(upstream -> bindBreaker(registry, upstream));
        settings.backends().ids().forEach(backend -> bind(registry, failOver, backend));
        registry.accept("reportStats", new ReportStats(new Stats(() -> upstreams.of(Backend::apart)),
                new Stats(() -> upstreams.of(backend -> !backend.apart()))));
        registry.accept("resetBreakers", new ResetBreakers(new Stats(this::all)));
    }

    private void bind(BiConsumer<String, Object> registry, FailOver failOver, String backend) {
        registry.accept(backend + "-balancer", new UpstreamBalancer(() -> upstreams.balancer(backend),
                new CopyBalancer(() -> upstreams.of(backend)),
                call -> failOver.mayTakeOver(backend, call)));
    }

    /**
     * Makes the upstreams of a backend that is to be there, or to be another than before, and binds their breakers, which
     * their routes need.
     *
     * @return lets them take the place of those before, and binds the backend's balancer
     */
    public Runnable add(BiConsumer<String, Object> registry, FailOver failOver, BackendSettings backend) {
        Runnable take = upstreams.add(backend, upstream -> bindBreaker(registry, upstream));
        return () -> {
            take.run();
            bind(registry, failOver, backend.backend().id());
        };
    }

    private static void bindBreaker(BiConsumer<String, Object> registry, Workspace upstream) {
        registry.accept(upstream.route() + "-breaker", upstream.breaker());
    }

    /** A backend is no more: nothing begins there. */
    public void remove(BackendSettings backend) {
        upstreams.remove(backend);
    }

    /** Forgets an upstream by its name in routes, once nothing is under way to it; whether that is so. */
    public boolean forget(String route) {
        return upstreams.forget(route);
    }

    /** Whether a request to {@code backend} would be let through to one of its upstreams now. */
    public boolean serves(String backend) {
        return upstreams.serves(backend);
    }
}
