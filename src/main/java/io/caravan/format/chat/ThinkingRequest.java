/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelTraits;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client wishes of thinking, and what of it the model can give now.
 *
 * @param thinking the client's wish as the Messages API spells it; missing where it has none in that form
 * @param effort   the effort that counts, or null
 * @param ask      what is asked of the model, or null where it is not to think
 * @param takes    the forms of thinking the model takes
 * @param refused  whether the model would refuse to think now, because a tool is forced
 */
public record ThinkingRequest(JsonNode thinking, @Nullable String effort, @Nullable Ask ask, ModelTraits.Thinking takes,
        boolean refused) {

    private static final Set<String> WISHES = Set.of("enabled", "adaptive", "between_tools");

    /**
     * The thinking one request gets: the form the model takes, with a budget that fits (cases M33, M34).
     *
     * @param adaptive whether the model decides; else {@code budget} counts
     * @param budget   tokens to think with; 0 where the model decides
     */
    public record Ask(boolean adaptive, long budget) {

        private static final Ask ADAPTIVE = new Ask(true, 0);
        private static final long LEAST = 1024;
        private static final long UNNAMED = -1;

        /**
         * What to ask for.
         *
         * @param budget    the budget the client names, or a negative number if it leaves the depth to the model
         * @param effort    the effort it names, or an empty string
         * @param maxTokens the request's limit, after clamping
         * @return empty if this model cannot think within that
         */
        public static Optional<Ask> of(long budget, String effort, ModelTraits.Thinking takes, long maxTokens) {
            boolean named = budget >= 0;
            return switch (takes) {
                case NONE -> Optional.empty();
                case ADAPTIVE -> Optional.of(ADAPTIVE);
                case BUDGET -> within(maxTokens, named ? budget : budgetOf(effort));
                case BOTH -> named ? within(maxTokens, budget) : Optional.of(ADAPTIVE);
            };
        }

        private static Optional<Ask> within(long maxTokens, long budget) {
            long fitting = Math.max(LEAST, budget);
            if (fitting >= maxTokens) {
                fitting = maxTokens - LEAST;
            }
            return Optional.of(new Ask(false, fitting)).filter(ask -> ask.budget >= LEAST);
        }

        /** Tokens to think with for an effort; what is not named is high, as in the Messages API. */
        private static long budgetOf(String effort) {
            return switch (effort) {
                case "minimal", "low" -> LEAST;
                case "medium" -> 8192;
                case "xhigh", "max" -> 31999;
                default -> 16384;
            };
        }

        /** The budget the client names in {@code thinking}, or a negative number. */
        public static long budgetIn(JsonNode thinking) {
            if (!thinking.path("type").asText().equals("enabled")) {
                return UNNAMED;
            }
            return tokens(thinking.path("budget_tokens"));
        }

        /** A budget as JSON has it; negative if it is none. */
        public static long tokens(JsonNode budget) {
            if (budget.isIntegralNumber() && budget.canConvertToLong()) {
                return Math.max(0, budget.longValue());
            }
            return UNNAMED;
        }

        /** As the Messages API spells it. */
        public ObjectNode json() {
            ObjectNode thinking = JsonNodeFactory.instance.objectNode();
            if (adaptive) {
                return thinking.put("type", "adaptive");
            }
            return thinking.put("type", "enabled").put("budget_tokens", budget);
        }
    }

    /** Whether a client that says {@code thinking}, in the Messages API's spelling, wishes for it. */
    public static boolean asks(JsonNode thinking) {
        return WISHES.contains(thinking.path("type").asText());
    }

    /** Whether the client wishes for thinking. */
    public boolean asked() {
        return asks(thinking);
    }

    /** Whether the client wishes for none, from a model that could think. */
    public boolean disabled() {
        return takes != ModelTraits.Thinking.NONE && thinking.path("type").asText().equals("disabled");
    }

    /** The budget to ask for, if the client itself has named one. */
    public OptionalLong namedBudget() {
        if (ask == null || ask.adaptive() || Ask.budgetIn(thinking) < 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(ask.budget());
    }

    /** Whether the effort has become the budget that is asked for, and need not be said again. */
    public boolean effortIsBudget() {
        return ask != null && !ask.adaptive() && namedBudget().isEmpty();
    }

    /** How the client wishes to see the thinking, or null. */
    public @Nullable String display() {
        return thinking.path("display").textValue();
    }
}
