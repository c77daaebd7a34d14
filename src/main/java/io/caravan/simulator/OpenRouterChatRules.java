/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * What OpenRouter's chat refuses beside what {@link ChatRules} refuses. The real one overlooks most fields of Anthropic's;
 * they are refused here so that one let through by mistake is seen.
 */
final class OpenRouterChatRules {

    private static final Set<String> EFFORTS = Set.of("max", "xhigh", "high", "medium", "low", "minimal", "none");
    private static final Set<String> FOREIGN_MESSAGE_FIELDS =
            Set.of("thinking_blocks", "reasoning_content", "output_config", "clear_at");

    private OpenRouterChatRules() {}

    static void check(JsonNode body) throws Refusal {
        AnthropicFields.refuse(body, Set.of());
        for (JsonNode value : body.path("metadata")) {
            if (!value.isTextual()) {
                throw Refusal.badRequest("metadata: Expected a map of strings");
            }
        }
        checkReasoning(body.path("reasoning"), body.path("max_tokens").asLong(Long.MAX_VALUE));
        JsonNode messages = body.path("messages");
        for (int i = 0; i < messages.size(); i++) {
            for (String field : FOREIGN_MESSAGE_FIELDS) {
                if (messages.get(i).has(field)) {
                    throw Refusal.extraInput("messages." + i + "." + field);
                }
            }
        }
    }

    private static void checkReasoning(JsonNode reasoning, long maxTokens) throws Refusal {
        if (reasoning.isMissingNode() || reasoning.isNull()) {
            return;
        }
        if (!reasoning.isObject()) {
            throw Refusal.badRequest("reasoning: Expected object");
        }
        if (reasoning.hasNonNull("effort") && reasoning.hasNonNull("max_tokens")) {
            throw Refusal.badRequest("Only one of \"reasoning.effort\" and \"reasoning.max_tokens\" can be specified");
        }
        if (reasoning.hasNonNull("effort") && !EFFORTS.contains(reasoning.get("effort").asText())) {
            throw Refusal.badRequest("reasoning.effort: Invalid option");
        }
        if (reasoning.hasNonNull("max_tokens")) {
            ThinkingBudget.check(reasoning.get("max_tokens").asLong(), maxTokens);
        }
    }
}
