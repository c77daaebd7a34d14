/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelTraits;

/**
 * The thinking one request gets: the form the model takes, with a budget that fits (cases M33, M34).
 *
 * @param adaptive whether the model decides; else {@code budget} counts
 */
public record ThinkingAsk(boolean adaptive, long budget) {

    public static final long LEAST = 1024;

    /**
     * What to ask for.
     *
     * @param budget    the budget the client names, or a negative number if it leaves the depth to the model
     * @param effort    the effort it names, or null
     * @param maxTokens the request's limit, after clamping
     * @return null if this model cannot think within that
     */
    public static ThinkingAsk of(long budget, String effort, ModelTraits.Thinking takes, long maxTokens) {
        boolean adaptive = budget < 0;
        if (takes.takesAdaptive() && (adaptive || !takes.takesBudget())) {
            return new ThinkingAsk(true, 0);
        }
        if (!takes.takesBudget()) {
            return null;
        }
        long fitting = Math.max(LEAST, adaptive ? budgetOf(effort) : budget);
        if (fitting >= maxTokens) {
            fitting = maxTokens - LEAST;
        }
        return fitting < LEAST ? null : new ThinkingAsk(false, fitting);
    }

    /** As the Messages API spells it. */
    public ObjectNode json() {
        ObjectNode thinking = JsonNodeFactory.instance.objectNode().put("type", adaptive ? "adaptive" : "enabled");
        return adaptive ? thinking : thinking.put("budget_tokens", budget);
    }

    /** The budget the client names in {@code thinking}, or -1. */
    public static long budgetIn(JsonNode thinking) {
        JsonNode budget = thinking.path("budget_tokens");
        return thinking.path("type").asText().equals("enabled") && budget.isIntegralNumber() && budget.canConvertToLong()
                ? Math.max(0, budget.longValue()) : -1;
    }

    /** Tokens to think with for an effort; what is not named is high, as in the Messages API. */
    private static long budgetOf(String effort) {
        return switch (effort == null ? "" : effort) {
            case "minimal", "low" -> LEAST;
            case "medium" -> 8192;
            case "xhigh", "max" -> 31999;
            default -> 16384;
        };
    }
}
