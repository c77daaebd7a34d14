/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.routing.ModelRouting;
import io.caravan.settings.GatewaySettings;
import io.caravan.tokens.TokenCounts;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** The room's door: binds the steps towards an upstream by the names the routes use. */
public final class UpstreamSteps {

    private static final int LONGEST_ERROR_BODY = 1024 * 1024;

    private UpstreamSteps() {
    }

    /**
     * Binds all of them.
     *
     * @param registry takes each bean by its name
     * @param observer is told of each attempt
     */
    public static void bind(BiConsumer<String, Object> registry, GatewaySettings settings, UpstreamCatalog upstreams,
            ModelRouting routing, CallWatch watch, CallObserver observer, TokenCounts counts) {
        registry.accept("prepareRequest", new PrepareRequest(upstreams, routing, images(settings), watch, observer));
        registry.accept("upstreamHeaders", new UpstreamHeaders());
        registry.accept("injectAuth", new InjectAuth(!settings.keys().keys().isEmpty()));
        registry.accept("upstreamClient", new UpstreamClient(new OutgoingProxy(settings.outgoing())));
        if (settings.outgoing().caFile() != null) {
            registry.accept("upstreamTls", TrustedAuthorities.with(settings.outgoing().caFile()));
        }
        registry.accept("learnRefusal", new LearnRefusal(LONGEST_ERROR_BODY));
        registry.accept("checkStatus", new CheckStatus());
        registry.accept("readMessage", new ReadMessage((int) settings.limits().maxBodyBytes()));
        registry.accept("keepStreamOpen", new KeepStreamOpen());
        registry.accept("chooseCounter", new ChooseCounter(upstreams));
        registry.accept("prepareCount", new PrepareCount(upstreams, routing, watch));
        registry.accept("takeCount", new TakeCount());
        registry.accept("estimateTokens", new EstimateTokens(counts, routing));
    }

    private static UnaryOperator<String> images(GatewaySettings settings) {
        return settings.fetchImages() ? new ImageFetch(settings) : null;
    }
}
