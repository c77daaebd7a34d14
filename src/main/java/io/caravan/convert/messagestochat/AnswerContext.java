/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import io.caravan.format.chat.ToolNames;

/**
 * What a request knows that its answer needs.
 *
 * @param model           the client's name of the model, which the answer bears (case M67)
 * @param toolNames       the way back from the names the upstream was given
 * @param thinkingAsked   whether the client asked for thinking: without, thinking that has no signature is dropped
 * @param thinkingOmitted whether it asked for thinking without its text (cases M35, S30)
 * @param jsonTool        whether the answer is the input of the forced tool {@code json_output}, to be given as text
 * @param estimatedInput  input tokens to tell where the upstream tells none; 0 if not known
 */
public record AnswerContext(String model, ToolNames toolNames, boolean thinkingAsked, boolean thinkingOmitted,
        boolean jsonTool, long estimatedInput) {

    /** The tool whose input is the answer when {@link #jsonTool}. */
    public static final String JSON_TOOL = "json_output";

    boolean isJsonTool(String name) {
        return jsonTool && JSON_TOOL.equals(name);
    }
}
