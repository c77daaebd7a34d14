/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

/** The bounds that Anthropic sets to a budget of thinking tokens. */
final class ThinkingBudget {

    private static final long LEAST = 1024;

    private ThinkingBudget() {}

    static void check(long budget, long maxTokens) throws Refusal {
        if (budget < LEAST) {
            throw Refusal.badRequest("thinking.enabled.budget_tokens: Input should be greater than or equal to " + LEAST);
        }
        if (budget >= maxTokens) {
            throw Refusal.badRequest("`max_tokens` must be greater than `thinking.budget_tokens`");
        }
    }
}
