/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Sorts what a message, or a piece of it, holds into content blocks: thinking, then text, then tool calls. */
final class AnswerParts {

    private static final String BLOCKS = "thinking_blocks";
    private static final String DETAILS = "reasoning_details";

    private final AnswerBlocks blocks;
    private final Sources sources = new Sources();
    private boolean refused;

    AnswerParts(AnswerBlocks blocks) {
        this.blocks = blocks;
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
            reasoningBeside(node);
        }
        blocks.text(text);
        content(content);
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

    /** The thinking in a message's own members, in whichever of the spellings it has. */
    private void reasoningBeside(JsonNode node) {
        List<ReasoningPiece> pieces = new ArrayList<>(1);
        for (JsonNode item : reasoningItems(node, node.path("provider_specific_fields"))) {
            ReasoningPiece.read(item, pieces);
        }
        String plain = ToolPiece.words(node.path("reasoning_content"));
        if (plain.isEmpty()) {
            plain = ToolPiece.words(node.path("reasoning"));
        }
        ReasoningPiece.addPlain(pieces, plain);
        pieces.forEach(blocks::reasoning);
    }

    /** The first list that holds any; LiteLLM has some beside its own members. */
    private static JsonNode reasoningItems(JsonNode node, JsonNode beside) {
        JsonNode items = node.path(BLOCKS);
        for (JsonNode other : new JsonNode[] {node.path(DETAILS), beside.path(BLOCKS), beside.path(DETAILS)}) {
            if (!items.isArray() || items.isEmpty()) {
                items = other;
            }
        }
        return items;
    }

    private void content(JsonNode content) {
        if (content.isTextual()) {
            blocks.text(content.textValue());
        } else if (content.isArray()) {
            content.forEach(this::item);
        }
    }

    private void item(JsonNode item) {
        switch (item.path("type").asText()) {
            case "text", "output_text" -> blocks.text(ToolPiece.words(item.path("text")));
            case "refusal" -> {
                refused = true;
                blocks.text(ToolPiece.words(item.path("refusal")));
            }
            default -> {
                List<ReasoningPiece> pieces = new ArrayList<>(1);
                ReasoningPiece.read(item, pieces);
                pieces.forEach(blocks::reasoning);
            }
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
