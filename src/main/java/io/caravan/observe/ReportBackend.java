/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
import io.caravan.routing.ModelRouting;
import io.caravan.settings.GatewaySettings;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Sets the body to the state of the backend of variable {@code backend} alone, as a map, and the status to 503
 * while it is down, of several upstreams all, or not configured. Blocks while it is asked.
 */
final class ReportBackend implements Processor {

    private final GatewaySettings settings;
    private final ModelRouting routing;
    private final Function<Collection<String>, Map<String, Backend.State>> check;
    private final BiFunction<BackendPart, States, Map<String, Object>> told;

    /**
     * @param check as for {@link ReportDetailedHealth}
     * @param told  what of the backend is told
     */
    ReportBackend(GatewaySettings settings, ModelRouting routing,
            Function<Collection<String>, Map<String, Backend.State>> check,
            BiFunction<BackendPart, States, Map<String, Object>> told) {
        this.settings = settings;
        this.routing = routing;
        this.check = check;
        this.told = told;
    }

    @Override
    public void process(Exchange exchange) {
        BackendSettings backend = settings.backends().get(exchange.getVariable("backend", String.class));
        BackendPart part = new BackendPart(backend, routing);
        States states = new States(check.apply(part.asked()));
        boolean down = states.of(backend.backend().id()).down();
        new HealthReport(!down)
                .with("backend", backend.backend().setting())
                .with(backend.backend().member(), told.apply(part, states))
                .answer(exchange);
    }
}
