/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.ThinkingRequest;
import io.caravan.format.chat.ThinkingRequest.Ask;
import java.util.Optional;

/** Decides how much the model is to think, and lets the dialect ask for it (cases M33-M36). */
final class Reasoning {

    private final Conversion conversion;
    private final JsonNode thinking;
    private final Optional<String> effort;

    /** @param thinking the client's {@code thinking}; @param effort the effort that counts */
    Reasoning(JsonNode thinking, Optional<String> effort, Conversion conversion) {
        this.conversion = conversion;
        this.thinking = thinking;
        this.effort = effort;
    }

    boolean asked() {
        return ThinkingRequest.asks(thinking);
    }

    boolean omitted() {
        return asked() && thinking.path("display").asText().equals("omitted");
    }

    /**
     * Asks for thinking in {@code body}, which has its limit of tokens already.
     *
     * @param refused       whether Claude would refuse to think now, because a tool is forced
     * @param lacksThinking whether the tool loop lacks its thinking
     */
    void write(ObjectNode body, boolean refused, boolean lacksThinking) {
        Optional<Ask> ask = Optional.empty();
        if (asked()) {
            if (!refused) {
                ask = ask(Ask.budgetIn(thinking), effort.orElse(""), body.path("max_tokens").longValue(), lacksThinking,
                        conversion);
            }
            if (ask.isEmpty()) {
                conversion.drop("thinking");
            }
        }
        ThinkingRequest wish = new ThinkingRequest(thinking, effort.orElse(null), ask.orElse(null),
                conversion.traits().thinking(), refused);
        conversion.dialect().askForThinking(wish, body, conversion::drop);
    }

    /**
     * What to ask of the model, if it can think now.
     *
     * @param lacksThinking whether the tool loop lacks its thinking: a budget is refused then, adaptive thinking is not
     */
    static Optional<Ask> ask(long budget, String effort, long maxTokens, boolean lacksThinking, Conversion conversion) {
        return Ask.of(budget, effort, conversion.traits().thinking(), maxTokens)
                .filter(ask -> ask.adaptive() || !lacksThinking);
    }
}
