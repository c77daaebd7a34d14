/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Json;
import io.caravan.format.messages.EventFrames.Delta;

/** Text of the answer. */
final class TextBlock extends PendingBlock {

    private final boolean held;

    /** @param held whether it is kept back until its end, for it may have to go */
    TextBlock(boolean held) {
        this.held = held;
    }

    @Override
    boolean mayBegin(boolean ends) {
        if (ends) {
            return waiting.length() > 0;
        }
        return !held && sayable(false).length() > 0;
    }

    @Override
    boolean mayEnd() {
        return true;
    }

    @Override
    JsonNode opening() {
        return of("");
    }

    @Override
    JsonNode whole() {
        return of(waiting.toString());
    }

    @Override
    Delta delta() {
        return Delta.TEXT_DELTA;
    }

    static JsonNode of(String text) {
        return Json.MAPPER.createObjectNode().put("type", "text").put("text", text);
    }
}
