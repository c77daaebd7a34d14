/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelTraits;
import io.caravan.format.json.MalformedBody;
import java.util.Set;

/** Thinking, effort and the limit of the output, as the model takes them. */
final class ThinkingFromChat {

    private static final String NEWER_LIMIT = "max_completion_tokens";
    private static final String OLDER_LIMIT = "max_tokens";
    private static final int DEFAULT_OUTPUT = 8192;
    private static final int LARGEST_DEFAULT_OUTPUT = 32000;
    private static final int LEAST_BUDGET = 1024;

    private final ObjectNode request;
    private final ModelTraits traits;
    private final Set<String> dropped;

    private ThinkingFromChat(ObjectNode request, ModelTraits traits, Set<String> dropped) {
        this.request = request;
        this.traits = traits;
        this.dropped = dropped;
    }

    /** Takes what is meant out of {@code chat}; {@code request} has its turns and tools already. */
    static void move(ObjectNode chat, ObjectNode request, ModelTraits traits, Set<String> dropped) {
        String member = chat.hasNonNull(NEWER_LIMIT) ? NEWER_LIMIT : OLDER_LIMIT;
        JsonNode limit = Members.takeEither(chat, NEWER_LIMIT, OLDER_LIMIT);
        request.put("max_tokens", traits.clamped(limit(limit, member, traits)));
        ThinkingFromChat thinking = new ThinkingFromChat(request, traits, dropped);
        ThinkingWish.take(chat, dropped).ifPresent(wish -> thinking.put(wish, !limit.isMissingNode()));
    }

    private static long limit(JsonNode given, String member, ModelTraits traits) {
        if (given.isMissingNode()) {
            return traits.maxOutput() > 0 ? LARGEST_DEFAULT_OUTPUT : DEFAULT_OUTPUT;
        }
        boolean count = given.canConvertToExactIntegral() && given.asDouble() >= 0;
        if (!count) {
            throw new MalformedBody(member + ": Input should be a valid integer greater than or equal to 0");
        }
        return (long) Math.min(given.asDouble(), Integer.MAX_VALUE);
    }

    private void put(ThinkingWish wish, boolean limitGiven) {
        if (wish.off()) {
            turnOff();
            return;
        }
        if (traits.thinking() == ModelTraits.Thinking.NONE) {
            dropped.add(wish.member());
            return;
        }
        boolean byBudget = byBudget(wish);
        putEffort(wish, byBudget);
        if (!mayThink(byBudget)) {
            dropped.add(wish.member());
        } else if (byBudget) {
            putBudget(wish, limitGiven);
        } else {
            request.set("thinking", form(wish, "adaptive"));
        }
    }

    private void turnOff() {
        if (traits.thinking().takesAdaptive()) {
            request.putObject("thinking").put("type", "disabled");
        }
    }

    /** Whether the model is told how many tokens to think with; one that can choose itself is if the client says so. */
    private boolean byBudget(ThinkingWish wish) {
        boolean needed = !traits.thinking().takesAdaptive() || wish.budget() > 0;
        return needed && traits.thinking().takesBudget();
    }

    private void putEffort(ThinkingWish wish, boolean byBudget) {
        if (!traits.thinking().takesAdaptive()) {
            return;
        }
        String effort = byBudget ? wish.effort() : wish.effortOrByBudget();
        switch (effort) {
            case "", "none" -> { }
            default -> request.putObject("output_config").put("effort", effort);
        }
    }

    private boolean mayThink(boolean byBudget) {
        if (forced()) {
            return false;
        }
        return !byBudget || !answersWithoutThinking();
    }

    private void putBudget(ThinkingWish wish, boolean limitGiven) {
        long budget = wish.budgetOrByEffort();
        if (!limitGiven) {
            request.put("max_tokens",
                    traits.clamped(Math.max(request.get("max_tokens").asLong(), budget + DEFAULT_OUTPUT)));
        }
        long limit = request.get("max_tokens").asLong();
        if (budget >= limit) {
            budget = limit - LEAST_BUDGET;
        }
        if (budget < LEAST_BUDGET) {
            dropped.add(wish.member());
            return;
        }
        ObjectNode form = form(wish, "enabled");
        form.put("budget_tokens", budget);
        request.set("thinking", form);
    }

    /** A new form, or the client's own made one of {@code type}. */
    private static ObjectNode form(ThinkingWish wish, String type) {
        ObjectNode form = wish.form();
        boolean known = form.isEmpty() || Members.isOfType(form, "enabled");
        if (known || type.equals("enabled")) {
            form.put("type", type).remove("budget_tokens");
        }
        return form;
    }

    /** Claude does not think when it is told which tool to use. */
    private boolean forced() {
        return switch (request.path("tool_choice").path("type").asText()) {
            case "any", "tool" -> true;
            default -> false;
        };
    }

    /**
     * Whether the assistant's part that is to be continued, after tool results or as a prefill, lacks the thinking it must
     * begin with when thinking is enabled. Most chat clients do not send it back.
     */
    private boolean answersWithoutThinking() {
        JsonNode turns = request.get("messages");
        int last = turns.size() - 1;
        if (beginning(turns.get(last)).equals("tool_result")) {
            last--;
        }
        JsonNode turn = turns.path(last);
        return turn.path("role").asText().equals("assistant") && !beginning(turn).endsWith("thinking");
    }

    /** The type of a turn's first block. */
    private static String beginning(JsonNode turn) {
        return turn.path("content").path(0).path("type").asText();
    }
}
