/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.RawText;

/** Thinking of earlier turns in the forms in which upstreams take it back (cases M29-M32). Signatures are not touched. */
public final class ThinkingHistory {

    private static final String FORMAT = "anthropic-claude-v1";

    private ThinkingHistory() {
    }

    /** Whether a block bears the proof without which no upstream takes it back. */
    public static boolean isSigned(JsonNode block) {
        String proof = "signature";
        if (block.path("type").asText().equals("redacted_thinking")) {
            proof = "data";
        }
        String value = RawText.text(block.get(proof));
        return value != null && !value.isEmpty();
    }

    /** A part of the content's list, with a summary. */
    public static ObjectNode reasoningPart(JsonNode block) {
        ObjectNode item = JsonNodeFactory.instance.objectNode().put("type", "reasoning");
        ObjectNode summary = item.putArray("summary").addObject();
        if (block.has("data")) {
            summary.put("type", "summary_encrypted_text").set("data", block.get("data"));
        } else {
            summary.put("type", "summary_text").put("text", thought(block)).set("signature", block.get("signature"));
        }
        return item;
    }

    /** Adds an item of {@code reasoning_details} to {@code details}. */
    public static void addDetail(JsonNode block, ArrayNode details) {
        int index = details.size();
        ObjectNode detail = details.addObject();
        if (block.has("data")) {
            detail.put("type", "reasoning.encrypted").set("data", block.get("data"));
        } else {
            detail.put("type", "reasoning.text").put("text", thought(block)).set("signature", block.get("signature"));
        }
        detail.put("format", FORMAT).put("index", index);
    }

    /** An item of {@code thinking_blocks}: the block itself. */
    public static ObjectNode thinkingBlock(JsonNode block) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        if (block.has("data")) {
            copy.put("type", "redacted_thinking").set("data", block.get("data"));
        } else {
            copy.put("type", "thinking").put("thinking", thought(block)).set("signature", block.get("signature"));
        }
        return copy;
    }

    private static String thought(JsonNode block) {
        return block.path("thinking").asText();
    }
}
