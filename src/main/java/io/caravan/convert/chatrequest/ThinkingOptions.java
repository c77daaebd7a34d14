/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.ThinkingRequest;
import io.caravan.format.chat.ThinkingRequest.Ask;
import java.util.Set;

/**
 * How an OpenAI client asks for thinking, in whichever of the three spellings.
 *
 * @param thinking  the Messages API's own
 * @param reasoning OpenRouter's
 * @param effort    {@code reasoning_effort}, else the effort in {@code reasoning}; empty if none is named
 * @param spelling  the member that counts
 */
record ThinkingOptions(JsonNode thinking, JsonNode reasoning, String effort, String spelling) {

    private static final Set<String> NO_EFFORT = Set.of("", "none");

    static ThinkingOptions of(ObjectNode request) {
        JsonNode thinking = request.path("thinking");
        JsonNode reasoning = request.path("reasoning");
        String effort = request.path("reasoning_effort").asText(reasoning.path("effort").asText(""));
        String spelling = "reasoning_effort";
        if (thinking.isObject()) {
            spelling = "thinking";
        } else if (request.has("reasoning")) {
            spelling = "reasoning";
        }
        return new ThinkingOptions(thinking, reasoning, effort, spelling);
    }

    boolean asked() {
        if (ThinkingRequest.asks(thinking) || reasoning.path("enabled").asBoolean()) {
            return true;
        }
        return reasoning.path("max_tokens").isIntegralNumber() || !NO_EFFORT.contains(effort);
    }

    /** The budget it names, or a negative number if it leaves the depth to the model. */
    long budget() {
        long budget = Ask.tokens(reasoning.path("max_tokens"));
        return budget < 0 ? Ask.budgetIn(thinking) : budget;
    }
}
