/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.provider.Auth;
import io.caravan.provider.BackendSettings;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Sets the body to the settings of the backend of variable {@code backend}, as a map: of the token only whether it is set.
 */
final class ReportBackendConfig implements Processor {

    private final GatewaySettings settings;

    ReportBackendConfig(GatewaySettings settings) {
        this.settings = settings;
    }

    @Override
    public void process(Exchange exchange) {
        BackendSettings backend = settings.backends().get(exchange.getVariable("backend", String.class));
        UpstreamSettings upstream = backend.asUpstream();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("backend", upstream.backend().setting());
        report.put("selected", settings.backend().equals(upstream.id()));
        report.put("configured", upstream.configured());
        report.put("missing", upstream.missing());
        report.put("host", host(upstream));
        report.put("token", HealthReport.configured(!(upstream.auth() instanceof Auth.None)));
        report.put("auth", upstream.scheme());
        report.put("api", upstream.dialect().word());
        report.put("timeout_seconds", upstream.times().head().toMillis() / 1000.0);
        report.put("answer_timeout_seconds", upstream.times().answer().toMillis() / 1000.0);
        report.put("strip", upstream.strip());
        upstream.rules().ifPresent(rules -> report.put("rules", rules));
        if (backend.upstreams().size() > 1) {
            report.put("strategy", backend.balance().strategy().setting());
            report.put("workspaces", backend.upstreams().stream().map(one -> workspace(one, backend)).toList());
        }
        report.put("failover", settings.failover());
        exchange.getMessage().setBody(report);
    }

    private static Map<String, Object> workspace(UpstreamSettings upstream, BackendSettings backend) {
        Map<String, Object> workspace = new LinkedHashMap<>();
        workspace.put("name", upstream.id());
        workspace.put("host", host(upstream));
        workspace.put("auth", upstream.scheme());
        workspace.put("api", upstream.dialect().word());
        workspace.put("weight", backend.balance().weights().get(upstream.id()));
        return workspace;
    }

    private static String host(UpstreamSettings upstream) {
        return upstream.origin().orElse(HealthReport.configured(false));
    }
}
