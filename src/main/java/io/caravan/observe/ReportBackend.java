/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.call.BackendState;
import io.caravan.provider.BackendSettings;
import io.caravan.routing.ModelRouting;
import io.caravan.settings.GatewaySettings;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Sets the body to the state of the backend of variable {@code backend} alone, as a map (ledger 3.8), and the status to 503
 * while it is down, of several upstreams all, or not configured. Blocks while it is asked.
 */
public final class ReportBackend implements Processor {

    private final GatewaySettings settings;
    private final ModelRouting routing;
    private final Function<Collection<String>, Map<String, BackendState>> check;
    private final boolean inDetail;

    /**
     * @param check    as for {@link ReportDetailedHealth}
     * @param inDetail with its endpoints, or in a few words
     */
    public ReportBackend(GatewaySettings settings, ModelRouting routing,
            Function<Collection<String>, Map<String, BackendState>> check, boolean inDetail) {
        this.settings = settings;
        this.routing = routing;
        this.check = check;
        this.inDetail = inDetail;
    }

    @Override
    public void process(Exchange exchange) {
        BackendSettings backend = settings.backends().get(exchange.getVariable("backend", String.class));
        BackendPart part = new BackendPart(backend, routing);
        Map<String, BackendState> states = check.apply(part.asked());
        boolean down = states.get(backend.backend().id()).down();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("status", down ? "degraded" : "healthy");
        report.put("backend", backend.backend().setting());
        report.put(backend.backend().member(), inDetail ? part.detailedWithWarnings(states) : part.brief(states));
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, down ? 503 : 200);
        exchange.getMessage().setBody(report);
    }
}
