/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.provider.BackendSettings;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import java.time.Instant;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Sets the body to the state of the gateway, as a map: healthy, or 503 and degraded while the settings of
 * its backend are missing, or every circuit breaker is open. Asks no upstream.
 */
final class ReportHealth implements Processor {

    private final GatewaySettings settings;
    private final String version;
    private final BooleanSupplier serves;

    /** @param serves whether a circuit breaker would let a request through, the fallback's included */
    ReportHealth(GatewaySettings settings, String version, BooleanSupplier serves) {
        this.settings = settings;
        this.version = version;
        this.serves = serves;
    }

    @Override
    public void process(Exchange exchange) {
        UpstreamSettings backend = settings.chosen();
        boolean served = serves.getAsBoolean();
        boolean healthy = backend.configured() && served;
        HealthReport report = new HealthReport(healthy)
                .with("backend", settings.backendSetting())
                .with("service", "caravan")
                .with("version", version)
                .with("timestamp", Instant.now().toString());
        settings.backends().all().stream().filter(one -> one.backend().apart()).filter(BackendSettings::configured)
                .forEach(one -> report.with(one.backend().member(), Map.of("configured", true)));
        if (!healthy) {
            report.with("missing", backend.missing()).with("circuit_open", !served);
        }
        report.answer(exchange);
    }
}
