/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.ModelTraits;

/**
 * What a client wishes of thinking, and what of it the model can give now.
 *
 * @param thinking the client's wish as the Messages API spells it; missing where it has none in that form
 * @param effort   the effort that counts, or null
 * @param ask      what is asked of the model, or null where it is not to think
 * @param takes    the forms of thinking the model takes
 * @param refused  whether the model would refuse to think now, because a tool is forced
 */
public record ThinkingRequest(JsonNode thinking, String effort, ThinkingAsk ask, ModelTraits.Thinking takes,
        boolean refused) {

    /** Whether the client wishes for thinking. */
    public boolean asked() {
        String type = thinking.path("type").asText();
        return type.equals("enabled") || type.equals("adaptive") || type.equals("between_tools");
    }

    /** Whether the client wishes for none, from a model that could think. */
    public boolean disabled() {
        return thinking.path("type").asText().equals("disabled") && takes != ModelTraits.Thinking.NONE;
    }

    /** Whether the client itself names the budget that is asked for. */
    public boolean namesBudget() {
        return asksBudget() && ThinkingAsk.budgetIn(thinking) >= 0;
    }

    /** Whether the effort has become the budget that is asked for, and need not be said again. */
    public boolean effortIsBudget() {
        return asksBudget() && ThinkingAsk.budgetIn(thinking) < 0;
    }

    /** How the client wishes to see the thinking, or null. */
    public String display() {
        return thinking.path("display").textValue();
    }

    private boolean asksBudget() {
        return ask != null && !ask.adaptive();
    }
}
