/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import io.caravan.convert.chatrequest.ChatRequest;
import io.caravan.format.chat.ThinkingHistory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request knows that its answer needs.
 *
 * @param model           the client's name of the model, which the answer bears (case M67)
 * @param toolNames       the client's names of tools, by those the upstream was given instead
 * @param thinkingAsked   whether the client asked for thinking: without, thinking that has no signature is dropped
 * @param thinkingOmitted whether it asked for thinking without its text (cases M35, S30)
 * @param jsonTool        whether the answer is the input of the forced tool {@code json_output}, to be given as text
 * @param estimatedInput  input tokens to tell where the upstream tells none; 0 if not known
 * @param stopSequences   those the client named
 * @param usedIds         the ids of the calls before, which no call of the answer may bear (R11)
 * @param thinker         the model that answers
 */
record AnswerContext(String model, Map<String, String> toolNames, boolean thinkingAsked, boolean thinkingOmitted,
        boolean jsonTool, long estimatedInput, List<String> stopSequences, Set<String> usedIds,
        ThinkingHistory.Thinker thinker) {

    /** For the answer to a converted request. */
    static AnswerContext of(ChatRequest request, String model) {
        return new AnswerContext(model, request.toolNames(), request.thinkingAsked(), request.thinkingOmitted(),
                request.jsonTool(), 0, request.stopSequences(), request.usedIds(), request.thinker());
    }

    /** For an answer of which all is brought back. */
    static AnswerContext ofAll(String model) {
        return new AnswerContext(model, Map.of(), true, false, false, 0, List.of(), Set.of(),
                ThinkingHistory.Thinker.ANYONE);
    }

    /** The client's name for a tool the upstream calls. */
    String clientName(String tool) {
        return toolNames.getOrDefault(tool, tool);
    }

    /** Whether a call of the tool {@code name} is the answer itself. */
    boolean isAnswer(@Nullable String name) {
        return jsonTool && ChatRequest.JSON_TOOL.equals(name);
    }
}
