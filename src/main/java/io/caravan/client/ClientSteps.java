/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.call.OpenCalls;
import io.caravan.format.WireFormat;
import io.caravan.settings.GatewaySettings;
import java.util.List;
import java.util.function.BiConsumer;

/** The room's door: binds the steps towards the client by the names the routes use. */
public final class ClientSteps {

    private ClientSteps() {
    }

    /**
     * Binds all of them.
     *
     * @param registry takes each bean by its name
     * @param open     knows every call under way
     * @param observer is told of model requests and of failures
     */
    public static void bind(BiConsumer<String, Object> registry, GatewaySettings settings, BodyBudget budget, OpenCalls open,
            CallWatch watch, CallObserver observer) {
        ClientKeys keys = new ClientKeys(settings.keys().keys());
        CheckClientKey checkClientKey = new CheckClientKey(keys);
        registry.accept("acceptCall", new AcceptCall(WireFormat.MESSAGES, settings, open));
        registry.accept("acceptChat", new AcceptCall(WireFormat.CHAT, settings, open));
        registry.accept("checkClientKey", checkClientKey);
        registry.accept("checkAdminKey", new CheckAdminKey(new ClientKeys(
                settings.keys().adminKey() == null ? List.of() : List.of(settings.keys().adminKey())), checkClientKey));
        registry.accept("limitCalls", new LimitCalls(settings.limits().workers()));
        registry.accept("readBody", new ReadBody(budget, settings.limits(), observer));
        registry.accept("readCount", new ReadBody(budget, settings.limits(), new CallObserver() { }));
        registry.accept("forceStream", new ForceStream());
        registry.accept("firstEventGate", new FirstEventGate(settings.stream(), watch));
        registry.accept("writeAnswer", new WriteAnswer());
        registry.accept("writeError", new WriteError(observer));
        registry.accept("writePage", new WritePage());
        registry.accept("refuseUnknown", new RefuseUnknown());
    }
}
