/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
import io.caravan.routing.ModelRouting;
import io.caravan.settings.GatewaySettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Sets the body to the state of every backend and workspace, as a map, and the status to 503 while the
 * chosen one is down, of several workspaces all. An alias that leads nowhere is a warning, no outage. No secret
 * is shown, and no host but the names of workspaces. Blocks while the backends are asked.
 */
final class ReportDetailedHealth implements Processor {

    private final GatewaySettings settings;
    private final ModelRouting routing;
    private final Function<Collection<String>, Map<String, Backend.State>> check;

    /** @param check asks the backends and workspaces of these ids, all at once and in bounded time */
    ReportDetailedHealth(GatewaySettings settings, ModelRouting routing,
            Function<Collection<String>, Map<String, Backend.State>> check) {
        this.settings = settings;
        this.routing = routing;
        this.check = check;
    }

    @Override
    public void process(Exchange exchange) {
        List<BackendSettings> apart = settings.backends().all().stream().filter(one -> one.backend().apart()).toList();
        Set<String> asked = new LinkedHashSet<>(settings.backends().ids());
        apart.forEach(backend -> asked.addAll(new BackendPart(backend, routing).asked()));
        States states = new States(check.apply(asked));
        Map<String, Object> backends = new LinkedHashMap<>();
        List<String> warnings = new ArrayList<>();
        settings.backends().ids().forEach(id -> {
            UpstreamHealth health = new UpstreamHealth(routing, id, states.of(id));
            backends.put(id, UpstreamHealth.summary(states.of(id)));
            warnings.addAll(health.warnings());
        });
        HealthReport report = new HealthReport(!states.of(settings.backend()).down())
                .with("backend", settings.backendSetting())
                .with("backends", backends)
                .with("warnings", warnings);
        apart.stream().filter(BackendSettings::configured).forEach(backend ->
                report.with(backend.backend().member(), new BackendPart(backend, routing).detailed(states)));
        report.answer(exchange);
    }
}
