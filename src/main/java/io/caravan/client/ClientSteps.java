/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.call.OpenCalls;
import io.caravan.client.relay.AnswerRelays;
import io.caravan.format.WireFormat;
import io.caravan.settings.GatewaySettings;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** The room's door: binds the steps towards the client by the names the routes use. */
public final class ClientSteps {

    private final GatewaySettings settings;
    private final BodyBudget budget;

    public ClientSteps(GatewaySettings settings) {
        this.settings = settings;
        this.budget = new BodyBudget(settings.limits().maxHeldBytes());
    }

    /** How many bytes of request bodies all calls together hold right now. Any thread. */
    public long heldBytes() {
        return budget.held();
    }

    /**
     * Binds all of them.
     *
     * @param registry takes each bean by its name
     * @param open     knows every call under way
     * @param watch    looks after the pings of streams
     * @param observer is told of model requests and of failures
     */
    public void bind(BiConsumer<String, Object> registry, OpenCalls open, CallWatch watch, CallObserver observer) {
        ClientKeys keys = new ClientKeys(settings.keys().keys());
        CheckClientKey checkClientKey = new CheckClientKey(keys);
        ClientKeys adminKeys = new ClientKeys(Stream.ofNullable(settings.keys().adminKey()).toList());
        WriteError writeError = new WriteError(observer);
        registry.accept("acceptCall", new AcceptCall(WireFormat.MESSAGES, settings, open));
        registry.accept("acceptChat", new AcceptCall(WireFormat.CHAT, settings, open));
        registry.accept("acceptResponses", new AcceptCall(WireFormat.RESPONSES, settings, open));
        registry.accept("checkClientKey", checkClientKey);
        registry.accept("checkAdminKey", new CheckAdminKey(adminKeys, checkClientKey));
        registry.accept("limitCalls", new LimitCalls(settings.limits().workers()));
        registry.accept("readBody", new ReadBody(budget, settings.limits(), observer));
        registry.accept("readCount", new ReadBody(budget, settings.limits(), CallObserver.all()));
        registry.accept("forceStream", new ForceStream());
        registry.accept("firstEventGate", new FirstEventGate(new AnswerRelays(settings.stream(), watch)));
        registry.accept("writeAnswer", new WriteAnswer());
        registry.accept("writeError", writeError);
        registry.accept("writePage", new WritePage());
        registry.accept("refuse", new Refuse());
        registry.accept("detachCall", new DetachCall(budget, open, observer));
        registry.accept("guardPage", new GuardPage(keys, checkClientKey));
        TellPageFailure tellPageFailure = new TellPageFailure();
        registry.accept("lastWordOfCopies", new LastWord.OfCopies());
        registry.accept("lastWord", new LastWord(writeError, tellPageFailure));
        registry.accept("refuseUnknown", new RefuseUnknown());
    }
}
