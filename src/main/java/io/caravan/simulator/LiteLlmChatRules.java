/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** What LiteLLM's chat refuses before a Claude model, beside what {@link ChatRules} refuses. */
final class LiteLlmChatRules {

    private LiteLlmChatRules() {}

    static void check(JsonNode body) throws Refusal {
        AnthropicFields.refuse(body, Set.of("thinking"));
        JsonNode thinking = body.path("thinking");
        if (thinking.path("type").asText().equals("enabled")) {
            ThinkingBudget.check(
                    thinking.path("budget_tokens").asLong(), body.path("max_tokens").asLong(Long.MAX_VALUE));
        }
        JsonNode messages = body.path("messages");
        for (int i = 0; i < messages.size(); i++) {
            for (String field : new String[] {"output_config", "clear_at"}) {
                if (messages.get(i).has(field)) {
                    throw Refusal.extraInput("messages." + i + "." + field);
                }
            }
        }
    }
}
