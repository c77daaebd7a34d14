/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.provider.Auth;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Sets the body to the settings of the backend of variable {@code backend}, as a map: of token and host only
 * whether they are set.
 */
final class ReportBackendConfig implements Processor {

    private final GatewaySettings settings;

    ReportBackendConfig(GatewaySettings settings) {
        this.settings = settings;
    }

    @Override
    public void process(Exchange exchange) {
        UpstreamSettings upstream = settings.backends().get(exchange.getVariable("backend", String.class)).asUpstream();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("backend", upstream.backend().setting());
        report.put("selected", settings.backend().equals(upstream.id()));
        report.put("configured", upstream.configured());
        report.put("missing", upstream.missing());
        report.put("host", HealthReport.configured(upstream.hasHost()));
        report.put("token", HealthReport.configured(!(upstream.auth() instanceof Auth.None)));
        report.put("auth", upstream.scheme());
        report.put("api", upstream.dialect().word());
        report.put("timeout_seconds", upstream.times().head().toMillis() / 1000.0);
        report.put("answer_timeout_seconds", upstream.times().answer().toMillis() / 1000.0);
        report.put("strip", upstream.strip());
        upstream.rules().ifPresent(rules -> report.put("rules", rules));
        report.put("failover", settings.failover());
        exchange.getMessage().setBody(report);
    }
}
