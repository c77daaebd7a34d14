/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * How much a chat client wants the model to think, in whichever spelling: {@code reasoning_effort}, OpenRouter's
 * {@code reasoning} or LiteLLM's {@code thinking}.
 *
 * @param member the parameter that says so
 * @param off    whether it is not to think
 * @param effort the effort in the words of the Messages format, or null
 * @param budget the tokens to think with, or 0
 * @param form   the thinking as the Messages format spells it, or null
 */
record ThinkingWish(String member, boolean off, String effort, int budget, ObjectNode form) {

    /** Takes the wish out of {@code chat}; null if there is none. What cannot be read is added to {@code dropped}. */
    static ThinkingWish take(ObjectNode chat, Set<String> dropped) {
        JsonNode thinking = Members.take(chat, "thinking");
        JsonNode reasoning = Members.take(chat, "reasoning");
        JsonNode plain = Members.take(chat, "reasoning_effort");
        String effort = plain == null ? null : effort(plain.asText());
        if (plain != null && effort == null) {
            dropped.add("reasoning_effort");
        }
        if (thinking instanceof ObjectNode form && form.path("type").isTextual()) {
            return new ThinkingWish("thinking", form.path("type").textValue().equals("disabled"), effort,
                    form.path("budget_tokens").asInt(), form);
        }
        if (thinking != null) {
            dropped.add("thinking");
        }
        if (reasoning != null && reasoning.isObject()) {
            String word = reasoning.path("effort").isTextual() ? effort(reasoning.path("effort").textValue()) : effort;
            boolean off = "none".equals(word) || !reasoning.path("enabled").asBoolean(true);
            return new ThinkingWish("reasoning", off, word, reasoning.path("max_tokens").asInt(), null);
        }
        if (reasoning != null) {
            dropped.add("reasoning");
        }
        return effort == null ? null : new ThinkingWish("reasoning_effort", effort.equals("none"), effort, 0, null);
    }

    /** The tokens to think with where the model wants a number. */
    int budgetOrByEffort() {
        if (budget > 0) {
            return Math.max(1024, budget);
        }
        return switch (effort == null ? "medium" : effort) {
            case "low" -> 1024;
            case "medium" -> 8192;
            case "high" -> 16384;
            default -> 32768;
        };
    }

    /** The effort where the model wants a word; null if the wish leaves it open. */
    String effortOrByBudget() {
        if (effort != null || budget <= 0) {
            return effort;
        }
        return budget <= 1024 ? "low" : budget <= 8192 ? "medium" : "high";
    }

    private static String effort(String word) {
        return switch (word) {
            case "minimal" -> "low";
            case "none", "low", "medium", "high", "xhigh", "max" -> word;
            default -> null;
        };
    }
}
