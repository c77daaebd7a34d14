/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelTraits;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.util.Set;

/** Thinking, effort and the limit of the output, as the model takes them. */
final class ThinkingFromChat {

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
        JsonNode newer = Members.take(chat, "max_completion_tokens");
        JsonNode older = Members.take(chat, "max_tokens");
        JsonNode given = newer != null ? newer : older;
        String member = newer != null ? "max_completion_tokens" : "max_tokens";
        if (given != null && (!given.canConvertToExactIntegral() || given.asDouble() < 0)) {
            throw new MalformedBody(member + ": Input should be a valid integer greater than or equal to 0");
        }
        ThinkingFromChat thinking = new ThinkingFromChat(request, traits, dropped);
        long limit = given != null ? (long) Math.min(given.asDouble(), Integer.MAX_VALUE)
                : traits.maxOutput() > 0 ? LARGEST_DEFAULT_OUTPUT : DEFAULT_OUTPUT;
        request.put("max_tokens", thinking.capped(limit));
        ThinkingWish wish = ThinkingWish.take(chat, dropped);
        if (wish != null) {
            thinking.put(wish, given != null);
        }
    }

    private long capped(long tokens) {
        return traits.maxOutput() > 0 ? Math.min(tokens, traits.maxOutput()) : tokens;
    }

    private void put(ThinkingWish wish, boolean limitGiven) {
        boolean adaptive = traits.thinking().takesAdaptive();
        if (wish.off()) {
            if (adaptive) {
                request.putObject("thinking").put("type", "disabled");
            }
            return;
        }
        boolean byBudget = traits.thinking().takesBudget() && (!adaptive || wish.budget() > 0);
        if (!adaptive && !byBudget) {
            dropped.add(wish.member());
            return;
        }
        String effort = adaptive ? byBudget ? wish.effort() : wish.effortOrByBudget() : null;
        if (effort != null && !effort.equals("none")) {
            request.putObject("output_config").put("effort", effort);
        }
        if (forced() || byBudget && answersWithoutThinking()) {
            dropped.add(wish.member());
        } else if (byBudget) {
            putBudget(wish, limitGiven);
        } else {
            request.set("thinking", form(wish, "adaptive"));
        }
    }

    private void putBudget(ThinkingWish wish, boolean limitGiven) {
        long budget = wish.budgetOrByEffort();
        if (!limitGiven) {
            request.put("max_tokens", capped(Math.max(request.get("max_tokens").asLong(), budget + DEFAULT_OUTPUT)));
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
        ObjectNode form = wish.form() != null ? wish.form() : Json.MAPPER.createObjectNode();
        boolean known = form.path("type").asText("enabled").equals("enabled");
        if (known || type.equals("enabled")) {
            form.put("type", type).remove("budget_tokens");
        }
        return form;
    }

    /** Claude does not think when it is told which tool to use. */
    private boolean forced() {
        String choice = request.path("tool_choice").path("type").asText();
        return choice.equals("any") || choice.equals("tool");
    }

    /**
     * Whether the assistant's part that is to be continued, after tool results or as a prefill, lacks the thinking it must
     * begin with when thinking is enabled. Most chat clients do not send it back.
     */
    private boolean answersWithoutThinking() {
        JsonNode turns = request.get("messages");
        int last = turns.size() - 1;
        if (turns.get(last).path("content").path(0).path("type").asText().equals("tool_result")) {
            last--;
        }
        JsonNode turn = turns.path(last);
        return turn.path("role").asText().equals("assistant")
                && !turn.path("content").path(0).path("type").asText().endsWith("thinking");
    }
}
