/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;

/** Sorts what a message, or a piece of it, holds into content blocks: thinking, then text, then tool calls. */
final class AnswerParts {

    private final AnswerBlocks blocks;
    private final AnswerReasoning reasoning;
    private final Sources sources = new Sources();
    private boolean refused;

    AnswerParts(AnswerBlocks blocks, AnswerContext context) {
        this.blocks = blocks;
        this.reasoning = new AnswerReasoning(blocks, context.thinker());
    }

    /**
     * Takes one message or delta.
     *
     * @param text  the content that was taken out of {@code node} before, or empty
     * @param whole whether it is a message, in which each item of {@code tool_calls} is a call of its own
     */
    void add(JsonNode node, String text, boolean whole) {
        JsonNode content = node.path("content");
        if (!holdsReasoning(content)) {
            reasoning.beside(node, whole);
        }
        blocks.text(text);
        content(content, whole);
        refusal(node.path("refusal"));
        for (JsonNode item : node.path("tool_calls")) {
            if (whole) {
                blocks.call(ToolPiece.read(item));
            } else {
                blocks.toolPiece(ToolPiece.read(item));
            }
        }
        if (node.path("function_call").isObject()) {
            blocks.toolPiece(ToolPiece.readFunctionCall(node.path("function_call")));
        }
        sources.add(node.path("annotations"));
    }

    private static boolean holdsReasoning(JsonNode content) {
        if (!content.isArray()) {
            return false;
        }
        for (JsonNode item : content) {
            if (item.path("type").asText().equals("reasoning")) {
                return true;
            }
        }
        return false;
    }

    private void content(JsonNode content, boolean whole) {
        if (content.isTextual()) {
            blocks.text(content.textValue());
        } else if (content.isArray()) {
            content.forEach(item -> item(item, whole));
        }
    }

    private void item(JsonNode item, boolean whole) {
        switch (item.path("type").asText()) {
            case "text", "output_text" -> blocks.text(ToolPiece.words(item.path("text")));
            case "refusal" -> {
                refused = true;
                blocks.text(ToolPiece.words(item.path("refusal")));
            }
            default -> reasoning.item(item, whole);
        }
    }

    private void refusal(JsonNode refusal) {
        String words = ToolPiece.words(refusal);
        refused |= !words.isEmpty();
        blocks.text(words);
    }

    /** Adds the cited pages behind all else. */
    void finish() {
        blocks.text(sources.text(blocks.endsWithText()));
    }

    /** Whether the model refused. */
    boolean refused() {
        return refused;
    }
}
