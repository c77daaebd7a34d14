/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.Json;

/** Why an answer ended. */
final class StopReason {

    private StopReason() {
    }

    /**
     * The Messages stop reason for a chat {@code finish_reason}.
     *
     * @param toolUsed whether the answer holds a tool use
     * @param refused  whether it holds a refusal
     * @throws Failure if the upstream itself calls it an error
     */
    static String of(String finishReason, boolean toolUsed, boolean refused) {
        if (refused) {
            return "refusal";
        }
        return switch (finishReason) {
            case "length", "max_tokens" -> "max_tokens";
            case "content_filter", "refusal" -> "refusal";
            case "pause_turn", "model_context_window_exceeded" -> finishReason;
            case "error" -> throw failed();
            default -> toolUsed ? "tool_use" : "end_turn";
        };
    }

    static Failure failed() {
        return Failure.of(Kind.FAILED, "The upstream ended its answer with an error.");
    }

    /** Sets {@code stop_reason} and what belongs to it. */
    static ObjectNode put(ObjectNode target, String reason) {
        target.put("stop_reason", reason).putNull("stop_sequence");
        if (reason.equals("refusal")) {
            target.set("stop_details", Json.MAPPER.createObjectNode().put("type", "refusal").putNull("category")
                    .putNull("explanation"));
        }
        return target;
    }
}
