/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.util.List;

/**
 * What is answered, before any dialect spells it.
 *
 * @param blocks        thinking, text and tool calls in their order
 * @param stopReason    in Anthropic's words, or as a fault gives it
 * @param silenceMillis the wait before the first content
 * @param delayMillis   the wait before each piece of content
 * @param usage         the tokens, or null where a fault leaves them out
 * @param jsonPieceLength how many characters of a tool's input are streamed at once
 * @param interleaved   whether the pieces of several tool calls alternate
 */
record Answer(
        List<Block> blocks, String stopReason, long silenceMillis, long delayMillis, Usage usage, int jsonPieceLength,
        boolean interleaved) {

    /** A part of the content. */
    sealed interface Block permits Thinking, Redacted, Text, ToolUse {}

    /** Thinking, its text empty where the request wants it omitted, its signature null where a fault leaves it out. */
    record Thinking(String text, String signature) implements Block {}

    /** Thinking that only its maker can read. */
    record Redacted(String data) implements Block {}

    /** Text in the pieces it is streamed in, which may be made only when they are asked for. */
    record Text(List<String> pieces) implements Block {
        String whole() {
            return String.join("", pieces);
        }
    }

    /** A tool call, its input as JSON text. */
    record ToolUse(String id, String name, String input) implements Block {}

    List<ToolUse> toolUses() {
        return blocks.stream().filter(ToolUse.class::isInstance).map(ToolUse.class::cast).toList();
    }
}
