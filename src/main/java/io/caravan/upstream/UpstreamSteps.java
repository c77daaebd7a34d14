/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
import io.caravan.review.ToolReview;
import io.caravan.routing.ModelRouting;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.SettingsException;
import io.caravan.tokens.TokenCounts;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * The room's door: has the upstreams of the settings, binds the steps towards them by the names the routes use, and asks
 * them what they have. Starts nothing by itself and holds nothing that would have to be closed. Safe for use by many
 * threads once its steps are bound.
 */
public final class UpstreamSteps {

    private static final int LONGEST_ERROR_BODY = 1024 * 1024;

    private final GatewaySettings settings;
    private final UpstreamCatalog upstreams;
    private final Discovery discovery;

    /**
     * Makes the upstreams. Asks none of them.
     *
     * @throws SettingsException if the file of certificates cannot be read, or an upstream's rules name one there is not
     */
    public UpstreamSteps(GatewaySettings settings) {
        this.settings = settings;
        this.upstreams = new UpstreamCatalog(settings);
        this.discovery = new Discovery(settings, upstreams);
    }

    /**
     * Binds all steps.
     *
     * @param registry takes each bean by its name
     * @param routing  which model a backend is asked for
     * @param watch    looks at the time limits of each attempt
     * @param observer is told of each attempt
     * @param counts   estimates tokens where no upstream counts them
     * @param reviews  answers clients in auto mode
     */
    public void bind(BiConsumer<String, Object> registry, ModelRouting routing, CallWatch watch, CallObserver observer,
            TokenCounts counts, ToolReview.Steps reviews) {
        registry.accept("prepareRequest", new PrepareRequest(upstreams, routing, images(), watch, observer, reviews,
                settings.transformers()));
        registry.accept("upstreamHeaders", new UpstreamHeaders());
        registry.accept("injectAuth", new InjectAuth(!settings.keys().keys().isEmpty()));
        registry.accept("upstreamClient", new UpstreamClient(new OutgoingProxy(settings.outgoing())));
        if (settings.outgoing().caFile() != null) {
            registry.accept("upstreamTls", TrustedAuthorities.with(settings.outgoing().caFile()));
        }
        registry.accept("learnRefusal", new LearnRefusal(LONGEST_ERROR_BODY));
        registry.accept("checkStatus", new CheckStatus(observer));
        registry.accept("readMessage", new ReadMessage((int) settings.limits().maxBodyBytes()));
        registry.accept("keepStreamOpen", new KeepStreamOpen());
        registry.accept("chooseCounter", new ChooseCounter(upstreams));
        registry.accept("prepareCount", new PrepareCount(upstreams, routing, watch));
        registry.accept("takeCount", new TakeCount());
        registry.accept("estimateTokens", new EstimateTokens(counts, routing));
    }

    private @Nullable UnaryOperator<String> images() {
        return settings.fetchImages() ? new ImageFetch(settings) : null;
    }

    /**
     * Has {@code action} told of the call, on a request's worker, for each request to a model that goes out to an upstream; not for
     * counts of tokens, nor for lists of models. To be called before the gateway serves.
     *
     * @param upstream its name
     * @throws IllegalArgumentException if there is no such upstream
     */
    public void whenSent(String upstream, Consumer<Call> action) {
        upstreams.get(upstream).whenSent(action);
    }

    /** @throws SettingsException if an upstream of the backend could not be made of its settings */
    public void check(BackendSettings backend) {
        upstreams.check(backend);
    }

    /** A backend is there from now on, or is another than before. */
    public void add(BackendSettings backend) {
        upstreams.add(backend);
        discovery.forget(backend.backend().id());
        backend.upstreams().forEach(upstream -> discovery.forget(upstream.id()));
    }

    /** Forgets an upstream by its name in routes: nothing is under way to it any more. */
    public void forget(String route) {
        upstreams.forget(route);
    }

    /** In what states the connections of an upstream's pool are counted. */
    public enum Connections {
        /** Serving a request. */
        IN_USE,
        /** Open and waiting for one. */
        IDLE
    }

    /**
     * How many connections there are to an upstream.
     *
     * @param context  the context whose routes ask it
     * @param upstream its name
     * @throws IllegalArgumentException if there is no such upstream
     */
    public int connections(CamelContext context, String upstream, Connections state) {
        return ConnectionPools.of(context, upstreams.get(upstream).settings()).map(pool -> pool.getTotalStats())
                .mapToInt(stats -> state == Connections.IN_USE ? stats.getLeased() : stats.getAvailable()).sum();
    }

    /**
     * Has {@code action} run, on a request's worker, whenever the head of an answer has come from an upstream, whatever it
     * says. To be called before the gateway serves.
     *
     * @param upstream its name
     * @throws IllegalArgumentException if there is no such upstream
     */
    public void whenAnswered(String upstream, Runnable action) {
        upstreams.get(upstream).whenAnswered(action);
    }

    /**
     * The models a backend has ready, as far as it has said; empty where it has not been asked. Never blocks: what is
     * missing or ten minutes old is asked for, for the next time.
     *
     * @param backend its id
     */
    public Collection<String> models(String backend) {
        return discovery.models(backend);
    }

    /**
     * Asks backends and upstreams for their models, all at once, unless they have been asked in the last ten seconds; a
     * backend is all its upstreams. One without a credential is asked only if it is the chosen one. Blocks until each has
     * answered, five seconds at most.
     *
     * @param ids of backends and upstreams
     * @return the state of each, by its id
     */
    public Map<String, Backend.State> check(Collection<String> ids) {
        return discovery.check(ids);
    }
}
