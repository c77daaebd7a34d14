/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/** What every upstream that speaks Anthropic Messages refuses. Models and fields that are not known pass. */
final class MessagesRules {

    private final RecordedRequest request;
    private final JsonNode body;
    private final String model;

    MessagesRules(RecordedRequest request, JsonNode body, String model) {
        this.request = request;
        this.body = body;
        this.model = model;
    }

    void check() throws Refusal {
        if (request.header("anthropic-version") == null) {
            throw Refusal.badRequest("anthropic-version: header is required");
        }
        checkTop();
        checkThinking();
        checkTools();
        JsonNode system = body.path("system");
        if (system.isArray()) {
            checkTexts("system", system);
        }
        JsonNode messages = body.get("messages");
        for (int i = 0; i < messages.size(); i++) {
            checkMessage("messages." + i, messages.get(i), i == messages.size() - 1);
        }
        checkToolResults(messages);
    }

    /** The cap on output tokens that a model of this name has. */
    static long outputCap(String model) {
        return model.contains("sonnet") || model.contains("haiku") ? 64_000 : 128_000;
    }

    static Refusal tooManyTokens(long asked, long cap, String model) {
        return Refusal.badRequest("max_tokens: " + asked + " > " + cap
                + ", which is the maximum allowed number of output tokens for " + model);
    }

    private void checkTop() throws Refusal {
        for (String field : new String[] {"model", "max_tokens", "messages"}) {
            if (!body.has(field)) {
                throw Refusal.badRequest(field + ": Field required");
            }
        }
        if (!body.get("model").isTextual()) {
            throw Refusal.badRequest("model: Input should be a valid string");
        }
        JsonNode maxTokens = body.get("max_tokens");
        if (!maxTokens.isIntegralNumber()) {
            throw Refusal.badRequest("max_tokens: Input should be a valid integer");
        }
        if (maxTokens.asLong() < 0) {
            throw Refusal.badRequest("max_tokens: Input should be greater than or equal to 0");
        }
        if (maxTokens.asLong() > outputCap(model)) {
            throw tooManyTokens(maxTokens.asLong(), outputCap(model), model);
        }
        if (!body.get("messages").isArray()) {
            throw Refusal.badRequest("messages: Input should be a valid list");
        }
        if (body.get("messages").isEmpty()) {
            throw Refusal.badRequest("messages: at least one message is required");
        }
        if (body.has("stream") && !body.get("stream").isBoolean()) {
            throw Refusal.badRequest("stream: Input should be a valid boolean");
        }
    }

    private void checkThinking() throws Refusal {
        JsonNode thinking = body.path("thinking");
        if (!thinking.path("type").asText().equals("enabled")) {
            return;
        }
        JsonNode budget = thinking.get("budget_tokens");
        if (budget == null) {
            throw Refusal.badRequest("thinking.enabled.budget_tokens: Field required");
        }
        boolean interleaved = Betas.has(request, "interleaved-thinking");
        ThinkingBudget.check(budget.asLong(), interleaved ? Long.MAX_VALUE : body.get("max_tokens").asLong());
    }

    private void checkTools() throws Refusal {
        JsonNode tools = body.path("tools");
        if (tools.isMissingNode()) {
            return;
        }
        if (!tools.isArray()) {
            throw Refusal.badRequest("tools: Input should be a valid list");
        }
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < tools.size(); i++) {
            JsonNode tool = tools.get(i);
            String name = tool.path("name").asText();
            if (tool.path("type").asText("custom").equals("custom")) {
                if (name.isEmpty()) {
                    throw Refusal.badRequest("tools." + i + ".custom.name: Field required");
                }
                if (!tool.path("input_schema").path("type").asText().equals("object")) {
                    throw Refusal.badRequest("tools." + i + ".custom.input_schema.type: Input should be 'object'");
                }
            }
            if (!name.isEmpty() && !names.add(name)) {
                throw Refusal.badRequest("tools: Tool names must be unique.");
            }
        }
    }

    private static void checkMessage(String path, JsonNode message, boolean last) throws Refusal {
        String role = message.path("role").asText();
        if (!role.equals("user") && !role.equals("assistant") && !role.equals("system")) {
            throw Refusal.badRequest(path + ".role: Input should be 'user' or 'assistant'");
        }
        JsonNode content = message.path("content");
        if (role.equals("system")) {
            checkTexts(path + ".content", content);
            return;
        }
        if (!content.isTextual() && !content.isArray()) {
            throw Refusal.badRequest(path + ".content: "
                    + (content.isMissingNode() ? "Field required" : "Input should be a valid list"));
        }
        boolean empty = content.isTextual() ? content.asText().isEmpty() : content.isEmpty();
        if (empty && !(last && role.equals("assistant"))) {
            throw Refusal.badRequest(
                    path + ": all messages must have non-empty content except for the optional final assistant message");
        }
        checkTexts(path + ".content", content);
        for (int i = 0; i < content.size(); i++) {
            checkBlock(path + ".content." + i, role, content.get(i));
        }
        ThinkingHistory.check(Dialect.MESSAGES, path, message);
    }

    private static void checkBlock(String path, String role, JsonNode block) throws Refusal {
        switch (block.path("type").asText()) {
            case "" -> throw Refusal.badRequest(path + ".type: Field required");
            case "thinking" -> {
                for (String field : new String[] {"thinking", "signature"}) {
                    if (!block.has(field)) {
                        throw Refusal.badRequest(path + ".thinking." + field + ": Field required");
                    }
                }
            }
            case "tool_use" -> {
                if (!role.equals("assistant")) {
                    throw Refusal.badRequest(path + ": `tool_use` blocks can only be in `assistant` messages");
                }
                if (!block.path("id").asText().matches("[a-zA-Z0-9_-]+")) {
                    throw Refusal.badRequest(path + ".tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'");
                }
                if (!block.path("input").isObject()) {
                    throw Refusal.badRequest(path + ".tool_use.input: Input should be a valid dictionary");
                }
            }
            case "tool_result" -> {
                if (!role.equals("user")) {
                    throw Refusal.badRequest(path + ": `tool_result` blocks can only be in `user` messages");
                }
                checkTexts(path + ".tool_result.content", block.path("content"));
            }
            default -> { }
        }
    }

    private static void checkTexts(String path, JsonNode blocks) throws Refusal {
        for (int i = 0; blocks.isArray() && i < blocks.size(); i++) {
            JsonNode block = blocks.get(i);
            if (block.path("type").asText().equals("text") && block.path("text").asText().isEmpty()) {
                throw Refusal.badRequest(path + "." + i + ".text: text content blocks must be non-empty");
            }
        }
    }

    private static void checkToolResults(JsonNode messages) throws Refusal {
        Set<String> everUsed = new LinkedHashSet<>();
        Set<String> open = new LinkedHashSet<>();
        Set<String> answerable = new LinkedHashSet<>();
        int askedAt = -1;
        String previousRole = "";
        for (int i = 0; i < messages.size(); i++) {
            String role = messages.get(i).path("role").asText();
            boolean newAnswer = role.equals("assistant") && !previousRole.equals("assistant");
            if (newAnswer) {
                requireAnswered(askedAt, open);
                answerable.clear();
            }
            JsonNode content = messages.get(i).path("content");
            for (int j = 0; j < content.size(); j++) {
                JsonNode block = content.get(j);
                String type = block.path("type").asText();
                if (type.equals("tool_use")) {
                    String id = block.path("id").asText();
                    if (!everUsed.add(id)) {
                        throw Refusal.badRequest("messages." + i + ".content." + j + ": `tool_use` ids must be unique");
                    }
                    open.add(id);
                    answerable.add(id);
                    askedAt = i;
                } else if (type.equals("tool_result")) {
                    String id = block.path("tool_use_id").asText();
                    if (!answerable.contains(id)) {
                        throw Refusal.badRequest("messages." + i + ".content." + j
                                + ": unexpected `tool_use_id` found in `tool_result` blocks: " + id
                                + ". Each `tool_result` block must have a corresponding `tool_use` block"
                                + " in the previous message.");
                    }
                    open.remove(id);
                }
            }
            previousRole = role;
        }
        requireAnswered(askedAt, open);
    }

    private static void requireAnswered(int askedAt, Set<String> open) throws Refusal {
        if (!open.isEmpty()) {
            throw Refusal.badRequest("messages." + askedAt
                    + ": `tool_use` ids were found without `tool_result` blocks immediately after: "
                    + String.join(", ", open)
                    + ". Each `tool_use` block must have a corresponding `tool_result` block in the next message.");
        }
    }
}
