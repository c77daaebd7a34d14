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
        List<ReasoningPiece> reasoning = new ArrayList<>(1);
        JsonNode content = node.path("content");
        JsonNode thinking = node.path("thinking_blocks");
        JsonNode details = node.path("reasoning_details");
        boolean inContent = false;
        for (JsonNode item : content.isArray() ? content : List.<JsonNode>of()) {
            inContent |= item.path("type").asText().equals("reasoning");
        }
        if (!inContent) {
            for (JsonNode item : thinking.isArray() && !thinking.isEmpty() ? thinking : details) {
                ReasoningPiece.read(item, reasoning);
            }
            String plain = ToolPiece.said(node.path("reasoning_content"));
            ReasoningPiece.addPlain(reasoning, plain != null ? plain : ToolPiece.said(node.path("reasoning")));
            reasoning.forEach(blocks::reasoning);
        }
        blocks.text(text);
        addContent(content);
        String refusal = ToolPiece.said(node.path("refusal"));
        refused |= refusal != null;
        blocks.text(refusal);
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

    private void addContent(JsonNode content) {
        if (content.isTextual()) {
            blocks.text(content.textValue());
            return;
        }
        for (JsonNode item : content.isArray() ? content : List.<JsonNode>of()) {
            switch (item.path("type").asText()) {
                case "text", "output_text" -> blocks.text(ToolPiece.said(item.path("text")));
                case "refusal" -> {
                    refused = true;
                    blocks.text(ToolPiece.said(item.path("refusal")));
                }
                default -> {
                    List<ReasoningPiece> pieces = new ArrayList<>(1);
                    ReasoningPiece.read(item, pieces);
                    pieces.forEach(blocks::reasoning);
                }
            }
        }
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
