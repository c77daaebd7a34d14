/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

/**
 * What is known of a model, whichever upstream serves it; read from the {@code traits} of the model table.
 *
 * @param claude       whether it is a Claude model: thinking may go back to it, cache markers mean something
 * @param maxOutput    the largest {@code max_tokens} it takes; 0 if not known
 * @param sampling     whether it takes {@code temperature}, {@code top_p} and {@code top_k}
 * @param thinking     the forms of thinking it takes
 * @param jsonSchema   whether Databricks' chat takes {@code response_format} for it
 * @param systemTurns  whether it takes {@code role: system} in the middle of a conversation
 * @param newTokenizer whether it counts tokens as the newer models do
 */
public record ModelTraits(boolean claude, int maxOutput, boolean sampling, Thinking thinking, boolean jsonSchema,
        boolean systemTurns, boolean newTokenizer) {

    /** The forms of thinking a model takes. */
    public enum Thinking {
        NONE(false, false), BUDGET(true, false), ADAPTIVE(false, true), BOTH(true, true);

        private final boolean budget;
        private final boolean adaptive;

        Thinking(boolean budget, boolean adaptive) {
            this.budget = budget;
            this.adaptive = adaptive;
        }

        /** Whether it may be told how many tokens to think with. */
        public boolean takesBudget() {
            return budget;
        }

        /** Whether it can be left to choose how much it thinks. */
        public boolean takesAdaptive() {
            return adaptive;
        }
    }

    /** {@code tokens}, or the most the model gives where that is known and less. */
    public long clamped(long tokens) {
        if (maxOutput <= 0) {
            return tokens;
        }
        return Math.min(tokens, maxOutput);
    }
}
