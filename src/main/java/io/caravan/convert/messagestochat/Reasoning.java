/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Conversion;
import io.caravan.format.ModelTraits;
import io.caravan.format.chat.ThinkingAsk;
import io.caravan.format.chat.ThinkingRequest;

/** Decides how much the model is to think, and lets the dialect ask for it (protocol 3.4; cases M33-M36). */
final class Reasoning {

    private final Conversion conversion;
    private final JsonNode thinking;
    private final String effort;
    private final ModelTraits.Thinking takes;

    /** @param thinking the client's {@code thinking}; @param effort the effort that counts, or null */
    Reasoning(JsonNode thinking, String effort, Conversion conversion) {
        this.conversion = conversion;
        this.thinking = thinking;
        this.effort = effort;
        takes = conversion.options().traits().thinking();
    }

    boolean asked() {
        return request(null, false).asked();
    }

    boolean omitted() {
        return asked() && thinking.path("display").asText().equals("omitted");
    }

    /**
     * @param refused        whether Claude would refuse to think now, because a tool is forced
     * @param lacksThinking  whether the tool loop lacks its thinking: a budget is refused then, adaptive thinking is not
     */
    void write(ObjectNode body, boolean refused, boolean lacksThinking) {
        ThinkingAsk ask = asked() && !refused
                ? ThinkingAsk.of(ThinkingAsk.budgetIn(thinking), effort, takes, body.path("max_tokens").longValue()) : null;
        if (ask != null && !ask.adaptive() && lacksThinking) {
            ask = null;
        }
        if (asked() && ask == null) {
            conversion.drop("thinking");
        }
        conversion.dialect().askForThinking(request(ask, refused), body, conversion::drop);
    }

    private ThinkingRequest request(ThinkingAsk ask, boolean refused) {
        return new ThinkingRequest(thinking, effort, ask, takes, refused);
    }
}
