/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.provider.Backend;
import io.caravan.resilience.Breakers;
import io.caravan.resilience.FailOver;
import io.caravan.settings.GatewaySettings;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The room's door: the upstreams of every backend, how they have been doing, and the beans by which the routes choose among
 * them: {@code <backend>-balancer}, {@code reportStats} and {@code resetBreakers}. Made once, at start; any thread.
 */
public final class BalanceSteps {

    private final GatewaySettings settings;
    private final Upstreams upstreams;

    /** @param breakers has a circuit breaker for each upstream */
    public BalanceSteps(GatewaySettings settings, Breakers breakers) {
        this.settings = settings;
        this.upstreams = new Upstreams(settings, breakers);
    }

    /**
     * Gives each upstream's name, and what is to be told of the call whenever a request is on its way to it, so that it is counted.
     *
     * @param sent takes the pairs
     */
    public void whenSent(BiConsumer<String, Consumer<Call>> sent) {
        upstreams.all().forEach(upstream -> sent.accept(upstream.name(), upstream::sent));
    }

    /**
     * Gives each upstream's name, and what is to be run whenever the head of an answer has come from it.
     *
     * @param answered takes the pairs
     */
    public void whenAnswered(BiConsumer<String, Runnable> answered) {
        upstreams.all().forEach(upstream -> answered.accept(upstream.name(), upstream::answered));
    }

    /**
     * Binds the steps.
     *
     * @param registry takes each bean by its name
     * @param failOver knows which backends take over from one that fails
     * @param observer is told of retries and of moves to another upstream
     */
    public void bind(BiConsumer<String, Object> registry, FailOver failOver, CallObserver observer) {
        settings.backends().ids().forEach(backend -> registry.accept(backend + "-balancer", new UpstreamBalancer(
                upstreams.balancer(backend, observer), new CopyBalancer(upstreams.of(backend)), model -> failOver.mayTakeOver(backend, model))));
        registry.accept("reportStats", new ReportStats(new Stats(upstreams.of(Backend::apart)),
                new Stats(upstreams.of(backend -> !backend.apart()))));
        registry.accept("resetBreakers", new ResetBreakers(new Stats(upstreams.all())));
    }

    /** Whether a request to {@code backend} would be let through to one of its upstreams now. */
    public boolean serves(String backend) {
        return upstreams.serves(backend);
    }
}
