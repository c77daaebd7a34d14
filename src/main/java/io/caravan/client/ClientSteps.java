/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.call.ClientStream;
import io.caravan.call.OpenCalls;
import io.caravan.client.relay.AnswerRelays;
import io.caravan.format.WireFormat;
import io.caravan.settings.GatewaySettings;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** The room's door: binds the steps towards the client by the names the routes use. */
public final class ClientSteps {

    /**
     * A model request that was served, as far as it is kept.
     *
     * @param target  its path, and of its query what goes on to upstreams
     * @param headers those the gateway goes by; no credential
     * @param body    as it came
     * @param client  what the client's key is called; empty without one
     */
    public record Recorded(String target, ClientStream.Headers headers, byte[] body, Optional<String> client) {

        /** Without a query. */
        public String path() {
            return target.replaceFirst("\\?.*", "");
        }

        @Override
        public String toString() {
            return target + ", " + body.length + " bytes";
        }
    }

    private final GatewaySettings settings;
    private final BodyBudget budget;
    private final Optional<RecentRequests> recent;

    public ClientSteps(GatewaySettings settings) {
        this.settings = settings;
        this.budget = new BodyBudget(settings.limits().maxHeldBytes());
        this.recent = Optional.of(settings.rehearse()).filter(most -> most > 0).map(most -> new RecentRequests(most, budget));
    }

    /** The numbers of the requests that are kept now, the oldest first; none unless {@link GatewaySettings#rehearse} says so. */
    public List<Long> recorded() {
        return recent.map(RecentRequests::numbers).orElse(List.of());
    }

    /**
     * Has {@code action} work on a request that is kept, with a copy of its body.
     *
     * @return what comes of that; empty if the request was given up meanwhile, or calls leave no memory for the copy
     */
    public <T> Optional<T> recorded(long number, Function<Recorded, T> action) {
        return recent.flatMap(kept -> kept.find(number)).filter(request -> budget.takeLeft(request.body().length)).map(request -> {
            try {
                return action.apply(request);
            } finally {
                budget.giveBack(request.body().length);
            }
        });
    }

    /** How many bytes of request bodies are in memory right now, of all calls and of what is kept. Any thread. */
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
        registry.accept("readBody", new ReadBody(budget, settings.limits(),
                recent.map(kept -> CallObserver.all(observer, kept)).orElse(observer)));
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
