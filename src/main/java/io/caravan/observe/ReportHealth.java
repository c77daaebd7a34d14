/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Sets the body to the state of the gateway, as a map (ledger 3.6): healthy, or 503 and degraded while the settings of
 * its backend are missing, or every circuit breaker is open. Asks no upstream.
 */
public final class ReportHealth implements Processor {

    private final GatewaySettings settings;
    private final String version;
    private final BooleanSupplier serves;

    /** @param serves whether a circuit breaker would let a request through, the fallback's included */
    public ReportHealth(GatewaySettings settings, String version, BooleanSupplier serves) {
        this.settings = settings;
        this.version = version;
        this.serves = serves;
    }

    @Override
    public void process(Exchange exchange) {
        UpstreamSettings backend = settings.chosen();
        boolean served = serves.getAsBoolean();
        boolean healthy = backend.configured() && served;
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("status", healthy ? "healthy" : "degraded");
        report.put("backend", settings.backendSetting());
        report.put("service", "caravan");
        report.put("version", version);
        report.put("timestamp", Instant.now().toString());
        settings.backends().all().stream().filter(one -> one.backend().apart() && one.configured())
                .forEach(one -> report.put(one.backend().member(), Map.of("configured", true)));
        if (!healthy) {
            report.put("missing", backend.missing());
            report.put("circuit_open", !served);
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 503);
        }
        exchange.getMessage().setBody(report);
    }
}
