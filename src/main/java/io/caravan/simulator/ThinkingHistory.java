/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;

/** Whether the thinking that an assistant's message brings back is still what was given out, in each dialect's form. */
final class ThinkingHistory {

    private ThinkingHistory() {}

    static void check(Dialect dialect, String path, JsonNode message) throws Refusal {
        switch (dialect) {
            case DATABRICKS_CHAT -> reasoningItems(path + ".content.", message.path("content"));
            case OPENROUTER_CHAT -> reasoningDetails(path + ".reasoning_details.", message.path("reasoning_details"));
            case LITELLM_CHAT -> blocks(path + ".thinking_blocks.", message.path("thinking_blocks"));
            default -> blocks(path + ".content.", message.path("content"));
        }
    }

    private static void blocks(String path, JsonNode blocks) throws Refusal {
        for (int i = 0; i < blocks.size(); i++) {
            JsonNode block = blocks.path(i);
            switch (block.path("type").asText()) {
                case "thinking" -> signed(path + i, block.path("thinking"), block.path("signature"));
                case "redacted_thinking" -> redacted(path + i, block.path("data"));
                default -> { }
            }
        }
    }

    private static void reasoningDetails(String path, JsonNode details) throws Refusal {
        for (int i = 0; i < details.size(); i++) {
            JsonNode detail = details.path(i);
            switch (detail.path("type").asText()) {
                case "reasoning.text" -> signed(path + i, detail.path("text"), detail.path("signature"));
                case "reasoning.encrypted" -> redacted(path + i, detail.path("data"));
                case "reasoning.summary" -> { }
                default -> throw Refusal.badRequest(path + i + ".type: Invalid input");
            }
        }
    }

    private static void reasoningItems(String path, JsonNode items) throws Refusal {
        for (int i = 0; i < items.size(); i++) {
            if (!items.path(i).path("type").asText().equals("reasoning")) {
                continue;
            }
            JsonNode summary = items.path(i).path("summary");
            if (summary.isEmpty()) {
                throw Refusal.badRequest(path + i + ".summary: Field required");
            }
            for (JsonNode part : summary) {
                switch (part.path("type").asText()) {
                    case "summary_text" -> signed(path + i, part.path("text"), part.path("signature"));
                    case "summary_encrypted_text" -> redacted(path + i, part.path("data"));
                    default -> throw Refusal.badRequest(path + i + ".summary.type: Input should be 'summary_text'");
                }
            }
        }
    }

    private static void signed(String path, JsonNode text, JsonNode signature) throws Refusal {
        if (!signature.isTextual() || !Signatures.isIntact(signature.asText(), text.isTextual() ? text.asText() : "")) {
            throw Refusal.badRequest(path + ": Invalid `signature` in `thinking` block");
        }
    }

    private static void redacted(String path, JsonNode data) throws Refusal {
        if (!data.isTextual() || !Signatures.isIntactRedacted(data.asText())) {
            throw Refusal.badRequest(path + ": Invalid `data` in `redacted_thinking` block");
        }
    }
}
