/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import io.caravan.call.CallObserver;
import io.caravan.settings.GatewaySettings;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The room's door: binds the steps that go by the model table by the names the routes use. */
public final class RoutingSteps {

    private RoutingSteps() {
    }

    /**
     * Binds all of them.
     *
     * @param registry   takes each bean by its name
     * @param discovered gives the models a backend, by its id, has said it has; empty where it has not been asked
     * @param observer   is told which backend is to serve a call
     */
    public static void bind(BiConsumer<String, Object> registry, GatewaySettings settings, ModelRouting routing,
            Function<String, Collection<String>> discovered, CallObserver observer) {
        registry.accept("resolveTarget", new ResolveTarget(settings, routing, observer));
        registry.accept("requireBackend", new RequireBackend(settings));
        registry.accept("listModels", new ListModels(settings, routing, discovered));
    }
}
