/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.format.json.Json;

/**
 * The thinking of an assistant message in whichever spelling it came: LiteLLM's {@code thinking_blocks},
 * OpenRouter's {@code reasoning_details} or Databricks' content items, also in the pieces of a stream. Signatures stay as
 * they are; what has none is left out, for Claude refuses it.
 */
final class SignedThinking {

    private final ArrayNode blocks;
    private final StringBuilder text = new StringBuilder();

    private SignedThinking(ArrayNode blocks) {
        this.blocks = blocks;
    }

    static ArrayNode of(JsonNode message) {
        ArrayNode blocks = Json.MAPPER.createArrayNode();
        SignedThinking thinking = new SignedThinking(blocks);
        message.path("thinking_blocks").forEach(thinking::block);
        if (blocks.isEmpty()) {
            thinking.details(message.path("reasoning_details"));
        }
        if (blocks.isEmpty()) {
            message.path("content").forEach(thinking::contentItem);
        }
        return blocks;
    }

    private void block(JsonNode block) {
        switch (block.path("type").asText()) {
            case "thinking" -> piece(block.path("thinking"), block.path("signature"));
            case "redacted_thinking" -> redacted(block.path("data"));
            default -> { }
        }
    }

    private void details(JsonNode details) {
        JsonNode index = null;
        for (JsonNode detail : details) {
            if (!detail.path("format").asText("anthropic").startsWith("anthropic")) {
                continue;
            }
            if (index != null && !index.equals(detail.path("index"))) {
                text.setLength(0);
            }
            index = detail.path("index");
            switch (detail.path("type").asText()) {
                case "reasoning.text" -> piece(detail.path("text"), detail.path("signature"));
                case "reasoning.encrypted" -> redacted(detail.path("data"));
                default -> { }
            }
        }
    }

    private void contentItem(JsonNode item) {
        if (!Members.isOfType(item, "reasoning")) {
            block(item);
            return;
        }
        for (JsonNode summary : item.path("summary")) {
            switch (summary.path("type").asText()) {
                case "summary_text" -> piece(summary.path("text"), summary.path("signature"));
                case "summary_encrypted_text" -> redacted(summary.path("data"));
                default -> { }
            }
        }
    }

    private void piece(JsonNode thinking, JsonNode signature) {
        text.append(Members.text(thinking));
        if (!Members.text(signature).isEmpty()) {
            blocks.addObject().put("type", "thinking").put("thinking", text.toString()).set("signature", signature);
            text.setLength(0);
        }
    }

    private void redacted(JsonNode data) {
        text.setLength(0);
        if (data.isTextual()) {
            blocks.addObject().put("type", "redacted_thinking").set("data", data);
        }
    }
}
