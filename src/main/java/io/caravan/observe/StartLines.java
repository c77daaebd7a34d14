/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.call.CallRecord.ModelName;
import io.caravan.provider.BackendSettings;
import io.caravan.provider.UpstreamSettings;
import io.caravan.routing.ModelRouting;
import io.caravan.settings.GatewaySettings;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** What the log says when a gateway has started: what is amiss with its settings, and whom it asks. */
final class StartLines {

    /** The model of the clients this gateway was made for, to show where the table leads. */
    private static final ModelName MAIN = new ModelName(null, "claude-sonnet-4");

    private final GatewaySettings settings;
    private final BackendSettings backend;

    StartLines(GatewaySettings settings) {
        this.settings = settings;
        this.backend = settings.backends().chosen();
    }

    void write(Logger log, URI url, String version) {
        settings.warnings().forEach(log::warn);
        String endpoint = new ModelRouting(settings.modelsFile(), settings.backends())
                .modelAt(backend.backend().id(), MAIN).orElse(null);
        log.info(withUpstreams("Active proxy backend configured").field("endpoint", endpoint));
        if (backend.backend().apart()) {
            log.info(withUpstreams(backend.backend().name() + " main routing active")
                    .field("endpoint", endpoint).field("main_endpoint", endpoint));
        }
        log.info("Caravan {} serves on {}, backend {}, client keys {}, failover {}", version, url,
                settings.backendSetting(), onOff(!settings.keys().keys().isEmpty()), onOff(settings.failover()));
    }

    private EventMessage withUpstreams(String text) {
        List<UpstreamSettings> there = backend.upstreams().stream().filter(UpstreamSettings::hasHost).toList();
        EventMessage line = new EventMessage(text)
                .field("backend", backend.backend().setting())
                .field("provider", backend.backend().name())
                .field("configured", backend.configured())
                .field("hosts", joined(there.stream().map(UpstreamSettings::host).distinct().toList()));
        if (backend.backend().apart()) {
            line.field("workspace", joined(there.stream().map(LogNames::of).map(LogNames::workspace).toList()))
                    .field("workspaces", there.size())
                    .field("strategy", backend.balance().strategy().setting());
        }
        return line;
    }

    private static @Nullable String joined(List<String> names) {
        if (names.isEmpty()) {
            return null;
        }
        return names.stream().collect(Collectors.joining(", "));
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }
}
