/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** What Databricks' chat endpoints refuse in one message beside what {@link ChatMessages} refuses. */
final class DatabricksChatMessage {

    private static final Set<String> MESSAGE = Set.of("role", "content", "tool_calls", "tool_call_id");
    private static final Set<String> CALL = Set.of("id", "type", "function", "index");
    private static final Set<String> TEXT = Set.of("type", "text", "cache_control", "citation");
    private static final Set<String> IMAGE = Set.of("type", "image_url", "cache_control");
    private static final Set<String> REASONING = Set.of("type", "summary");
    private static final Set<String> SUMMARY = Set.of("type", "text", "signature", "data");

    private DatabricksChatMessage() {}

    static void check(String path, JsonNode message) throws Refusal {
        only(MESSAGE, path + ".", message);
        String role = message.path("role").asText();
        if (role.equals("developer")) {
            throw Refusal.badRequest(path + ".role: Input should be 'system', 'user', 'assistant' or 'tool'");
        }
        JsonNode content = message.path("content");
        if (role.equals("tool") && !content.isTextual()) {
            throw Refusal.badRequest(path + ".content: Input should be a valid string");
        }
        boolean empty = content.isTextual() && content.asText().isEmpty() || content.isArray() && content.isEmpty();
        if (empty) {
            throw Refusal.badRequest(path + ": text content blocks must be non-empty");
        }
        for (int i = 0; i < content.size(); i++) {
            checkPart(path + ".content." + i, content.get(i));
        }
        JsonNode calls = message.path("tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            only(CALL, path + ".tool_calls." + i + ".", calls.get(i));
            only(Set.of("name", "arguments"), path + ".tool_calls." + i + ".function.", calls.get(i).path("function"));
        }
    }

    private static void checkPart(String path, JsonNode part) throws Refusal {
        switch (part.path("type").asText()) {
            case "text" -> {
                only(TEXT, path + ".", part);
                if (part.path("text").asText().isEmpty()) {
                    throw Refusal.badRequest(path + ".text: text content blocks must be non-empty");
                }
            }
            case "image", "image_url" -> checkImage(path, part);
            case "reasoning" -> {
                only(REASONING, path + ".", part);
                for (JsonNode item : part.path("summary")) {
                    only(SUMMARY, path + ".summary.", item);
                }
            }
            default -> throw Refusal.badRequest(path + ".type: Input should be 'text' or 'image_url'");
        }
    }

    private static void checkImage(String path, JsonNode part) throws Refusal {
        only(IMAGE, path + ".", part);
        JsonNode image = part.path("image_url");
        String url = image.isTextual() ? image.asText() : image.path("url").asText();
        if (!url.startsWith("data:")) {
            throw Refusal.badRequest(path + ".image.source: remote image URLs are not supported");
        }
        if (!url.matches("(?s)data:image/(jpeg|png|gif|webp);base64,.*")) {
            throw Refusal.badRequest(path + ".image.source.base64.media_type: Input should be 'image/jpeg',"
                    + " 'image/png', 'image/gif' or 'image/webp'");
        }
    }

    private static void only(Set<String> known, String prefix, JsonNode node) throws Refusal {
        DatabricksChatRules.only(known, prefix, node);
    }
}
