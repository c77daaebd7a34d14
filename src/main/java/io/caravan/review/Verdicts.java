/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.call.Call;
import io.caravan.format.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The verdicts on one answer's tool uses. Each is asked for as soon as the tool use is whole, and waited for only where the
 * client is told. Filled by the request's worker; the reviews run beside it.
 */
final class Verdicts implements VerdictSink.Answers {

    static final String TYPE = "dangerous_tool_use";

    private final ToolReviews reviews;
    private final Call call;
    private final ToolUse.Safeguards safeguards;
    private final Map<String, CompletableFuture<Judgement>> byId = new LinkedHashMap<>(4);

    Verdicts(ToolReviews reviews, Call call, ToolUse.Safeguards safeguards) {
        this.reviews = reviews;
        this.call = call;
        this.safeguards = safeguards;
        call.client().whenGone(this::giveUp);
        call.life().whenStopped(this::giveUp);
    }

    @Override
    public void whole(String id, String tool, JsonNode input, int length) {
        add(id, reviews.review(new ToolUse(call, safeguards, tool, input), length));
    }

    @Override
    public void unreadable(String id, String tool, Judgement.Reason why) {
        add(id, reviews.noted(call, tool, CompletableFuture.completedFuture(Judgement.unavailable(why))));
    }

    /** Of two tool uses of one id the client knows one only; the stricter verdict counts. */
    private synchronized void add(String id, CompletableFuture<Judgement> judgement) {
        if (id.isEmpty()) {
            return; // There is nothing to tell of it by.
        }
        byId.merge(id, judgement, (one, other) -> one.thenCombine(other, Judgement::orStricter));
    }

    /** The client has left or the gateway stops: nobody waits any longer. */
    private synchronized void giveUp() {
        byId.values().forEach(judgement -> judgement.cancel(false));
    }

    private synchronized Map<String, CompletableFuture<Judgement>> all() {
        return new LinkedHashMap<>(byId);
    }

    @Override
    public synchronized boolean ready() {
        for (CompletableFuture<Judgement> judgement : byId.values()) {
            if (!judgement.isDone()) {
                return false;
            }
        }
        return true;
    }

    /**
     * What the client is told; waits for what is not decided yet, within the limit each review has. Empty if what the upstream
     * said is not of the client's schema: it then stays, for the client lets nothing run by it.
     *
     * @param given what the upstream says; missing if it says nothing
     */
    @Override
    public Optional<JsonNode> beside(JsonNode given) {
        ArrayNode results = Json.MAPPER.createArrayNode();
        ObjectNode theirs = null;
        for (JsonNode result : given) {
            if (!TYPE.equals(result.path("type").textValue())) {
                results.add(result);
            } else if (theirs != null || !(result instanceof ObjectNode)) {
                return Optional.empty();
            } else {
                theirs = (ObjectNode) result;
            }
        }
        results.add(result(theirs));
        return Optional.of(results);
    }

    private ObjectNode result(@Nullable ObjectNode theirs) {
        ObjectNode uses = Json.MAPPER.createObjectNode();
        if (theirs != null && theirs.path("status").path("tool_uses") instanceof ObjectNode told) {
            uses.setAll(told);
        }
        all().forEach((id, judgement) -> uses.set(id, awaited(judgement).beside(uses.path(id))));
        ObjectNode result = Json.MAPPER.createObjectNode().put("type", TYPE);
        result.putObject("status").put("type", "available").set("tool_uses", uses);
        return result;
    }

    private static Judgement awaited(CompletableFuture<Judgement> judgement) {
        try {
            return judgement.join();
        } catch (CancellationException | CompletionException e) {
            return Judgement.unavailable(Judgement.Reason.ERROR);
        }
    }
}
