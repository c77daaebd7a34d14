/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.provider.BackendSettings;
import io.caravan.settings.GatewaySettings;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Lets a request pass only where the backend of variable {@code backend} is configured (ledger 3.4); else it is a 503. */
final class RequireBackend implements Processor {

    private final GatewaySettings settings;

    RequireBackend(GatewaySettings settings) {
        this.settings = settings;
    }

    @Override
    public void process(Exchange exchange) {
        BackendSettings backend = settings.backends().get(exchange.getVariable("backend", String.class));
        if (!backend.configured()) {
            throw Failure.of(Kind.NOT_CONFIGURED, backend.backend().name() + " backend not enabled");
        }
    }
}
