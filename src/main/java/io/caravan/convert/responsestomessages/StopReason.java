/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Json;
import org.jspecify.annotations.Nullable;

/** Why a message ended, as a response says it. */
enum StopReason {
    COMPLETED, CUT, REFUSED;

    static StopReason of(String word) {
        return switch (word) {
            case "max_tokens", "model_context_window_exceeded" -> CUT;
            case "refusal" -> REFUSED;
            default -> COMPLETED;
        };
    }

    /** The status of the response, and of what was being said when it ended. */
    String status() {
        return this == CUT ? "incomplete" : "completed";
    }

    /** The {@code incomplete_details}; null if it is complete. */
    @Nullable JsonNode details() {
        return this == CUT ? Json.MAPPER.createObjectNode().put("reason", "max_output_tokens") : null;
    }
}
