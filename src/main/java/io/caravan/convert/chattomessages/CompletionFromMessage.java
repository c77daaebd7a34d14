/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.ErrorReader;
import io.caravan.format.json.Json;

/** The content of a whole message as the {@code message} of a chat completion. */
final class CompletionFromMessage {

    private static final String FORMAT = "anthropic-claude-v1";

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final ArrayNode thinkingBlocks = Json.MAPPER.createArrayNode();
    private final ArrayNode reasoningDetails = Json.MAPPER.createArrayNode();
    private final ArrayNode toolCalls = Json.MAPPER.createArrayNode();
    private final ArrayNode annotations = Json.MAPPER.createArrayNode();
    private final UrlCitations citations = new UrlCitations();

    private CompletionFromMessage() {
    }

    static ObjectNode message(JsonNode content) {
        CompletionFromMessage completion = new CompletionFromMessage();
        content.forEach(completion::add);
        completion.annotations.addAll(completion.citations.endOfMessage());
        return completion.message();
    }

    private void add(JsonNode block) {
        switch (block.path("type").asText()) {
            case "text" -> {
                int start = text.length();
                text.append(block.path("text").asText());
                block.path("citations").forEach(citations::cite);
                annotations.addAll(citations.endOfBlock(start, text.length()));
            }
            case "thinking" -> {
                reasoning.append(block.path("thinking").asText());
                thinkingBlocks.add(block);
                ObjectNode detail = detail("reasoning.text");
                detail.set("text", block.path("thinking"));
                if (!block.path("signature").asText().isEmpty()) {
                    detail.set("signature", block.path("signature"));
                }
            }
            case "redacted_thinking" -> {
                thinkingBlocks.add(block);
                detail("reasoning.encrypted").set("data", block.path("data"));
            }
            case "tool_use" -> addToolCall(block);
            case "web_search_tool_result" -> citations.found(block.path("content"));
            default -> { }
        }
    }

    private ObjectNode detail(String type) {
        return reasoningDetails.addObject().put("type", type).put("format", FORMAT)
                .put("index", reasoningDetails.size() - 1);
    }

    private void addToolCall(JsonNode block) {
        String id = block.path("id").asText();
        String name = block.path("name").asText();
        if (name.isEmpty()) {
            throw ErrorReader.unreadable();
        }
        ObjectNode call = toolCalls.addObject();
        if (id.isEmpty()) {
            id = "call_" + (toolCalls.size() + 1);
        }
        String arguments = "{}";
        if (block.path("input").isObject()) {
            arguments = block.path("input").toString();
        }
        call.put("id", id).put("type", "function")
                .putObject("function").put("name", name).put("arguments", arguments);
    }

    private ObjectNode message() {
        ObjectNode message = Json.MAPPER.createObjectNode().put("role", "assistant");
        if (text.isEmpty() && !toolCalls.isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", text.toString());
        }
        message.putNull("refusal");
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        put(message, "thinking_blocks", thinkingBlocks);
        put(message, "reasoning_details", reasoningDetails);
        put(message, "tool_calls", toolCalls);
        put(message, "annotations", annotations);
        return message;
    }

    private static void put(ObjectNode message, String member, ArrayNode list) {
        if (!list.isEmpty()) {
            message.set(member, list);
        }
    }
}
