/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.CallRecord.ModelName;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.settings.GatewaySettings;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which backend serves a request and says so in variable {@code backend}: the one a route has set there, else the
 * one the client wrote before the model's name (ledger 2.5), else that of a {@code route} row of the model table (2.6),
 * else {@code PROXY_BACKEND}'s. A variable {@code model} takes the place of the client's model. A model that no row of
 * the backend matches is a 404 (case E34). Where a page has changed the message's body, that is the request.
 */
final class ResolveTarget implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(ResolveTarget.class);
    private static final String BACKEND = "backend";
    private static final String MODEL = "model";
    private static final int LONGEST_SHOWN = 100;

    private final GatewaySettings settings;
    private final ModelRouting routing;
    private final CallObserver observer;

    /** @param observer is told of each decision */
    ResolveTarget(GatewaySettings settings, ModelRouting routing, CallObserver observer) {
        this.settings = settings;
        this.routing = routing;
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange).asking(exchange);
        call.workOn(exchange);
        String name = exchange.getVariable(MODEL, call.request().model(), String.class);
        boolean forced = exchange.getVariable(MODEL) != null;
        ModelName asked = forced ? new ModelName(null, name) : ModelName.of(name, this::named);
        String backend = exchange.getVariable(BACKEND, String.class);
        if (backend == null) {
            backend = backend(call, asked);
        }
        requireThere(backend, name);
        if (forced) {
            asked = new ModelName(backend, name);
        }
        String endpoint = routing.modelAt(backend, asked)
                .orElseThrow(() -> Failure.of(Kind.UNKNOWN_MODEL, "model: " + call.request().model()));
        LOG.debug("The model {} is asked of {}", name, backend);
        call.asking(asked).putInto(exchange);
        exchange.setVariable(BACKEND, backend);
        exchange.setVariable("caravanBackend", backend);
        if (call.record().backend().isEmpty()) {
            call.record().backend(backend);
            observer.resolved(call, backend, endpoint);
        }
    }

    /** The id of the backend that a client calls {@code name}: by its id, or as {@code PROXY_BACKEND} spells it, in any case. */
    private String named(String name) {
        return settings.backends().named(name).orElseThrow(() -> Failure.of(Kind.UNKNOWN_MODEL, "model: \"" + shown(name) + "\" before the comma is no"
                        + " backend; there are " + String.join(", ", settings.backends().ids())));
    }

    private static String shown(String name) {
        return name.substring(0, Math.min(name.length(), LONGEST_SHOWN)).replaceAll("\\p{Cntrl}", "_");
    }

    /** What a route has set, or a row of the model table has named, may have gone from {@code config.yaml} since. */
    private void requireThere(String backend, String model) {
        if (!settings.backends().ids().contains(backend)) {
            throw Failure.of(Kind.UNKNOWN_MODEL, "model: " + shown(model) + " is sent to the backend " + shown(backend)
                    + ", and there is none; there are " + String.join(", ", settings.backends().ids()));
        }
    }

    private String backend(Call call, ModelName asked) {
        if (asked.backend() != null) {
            return asked.backend();
        }
        String backend = routing.table().backendOf(asked.name()).orElse(settings.backend());
        requireThere(backend, asked.name());
        String toolsAt = settings.backends().get(backend).toolsAt();
        if (!toolsAt.equals(backend) && call.request().hasItems("tools")) {
            return toolsAt;
        }
        return backend;
    }
}
