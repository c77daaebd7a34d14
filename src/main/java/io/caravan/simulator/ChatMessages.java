/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What every upstream that speaks OpenAI chat refuses in the messages. */
final class ChatMessages {

    private static final Map<String, Set<String>> PARTS = Map.of(
            "system", Set.of("text"),
            "developer", Set.of("text"),
            "user", Set.of("text", "image_url", "input_audio", "file"),
            "assistant", Set.of("text", "refusal"),
            "tool", Set.of("text", "image_url", "file"));
    private static final String DATA_URL = "data:[a-z]+/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]+={0,2}";

    private final Dialect dialect;
    private final JsonNode messages;
    private final Set<String> everUsed = new HashSet<>();
    private final Set<String> open = new LinkedHashSet<>();
    private final Set<String> answerable = new HashSet<>();

    ChatMessages(Dialect dialect, JsonNode messages) {
        this.dialect = dialect;
        this.messages = messages;
    }

    void check() throws Refusal {
        for (int i = 0; i < messages.size(); i++) {
            if (!PARTS.containsKey(messages.get(i).path("role").asText())) {
                throw Refusal.badRequest(
                        "messages." + i + ".role: Input should be 'system', 'user', 'assistant' or 'tool'");
            }
        }
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            String path = "messages." + i;
            checkContent(path, message);
            if (message.get("role").asText().equals("tool")) {
                checkResult(path, message.path("tool_call_id").asText());
                continue;
            }
            requireAnswered(i);
            answerable.clear();
            checkCalls(path + ".tool_calls.", message.path("tool_calls"));
            ThinkingHistory.check(dialect, path, message);
        }
        requireAnswered(messages.size());
    }

    private void checkContent(String path, JsonNode message) throws Refusal {
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            return;
        }
        if (!content.isArray()) {
            boolean mayLack = message.path("role").asText().equals("assistant") && !message.path("tool_calls").isEmpty();
            if (!mayLack || !content.isMissingNode() && !content.isNull()) {
                throw Refusal.badRequest(path + ".content: Input should be a valid string");
            }
        }
        for (int i = 0; i < content.size(); i++) {
            JsonNode part = content.get(i);
            String type = part.path("type").asText();
            if (!mayHave(message.path("role").asText(), type)) {
                throw Refusal.badRequest(path + ".content." + i + ".type: Input should be 'text' or 'image_url'");
            }
            if (type.equals("text") && !part.path("text").isTextual()) {
                throw Refusal.badRequest(path + ".content." + i + ".text: Input should be a valid string");
            }
            JsonNode image = part.path("image_url");
            String url = image.isTextual() ? image.asText() : image.path("url").asText();
            if (type.startsWith("image") && !url.startsWith("http") && !url.matches(DATA_URL)) {
                throw Refusal.badRequest(path + ".content." + i + ".image_url.url: Input should be a valid URL");
            }
        }
    }

    private boolean mayHave(String role, String type) {
        return PARTS.get(role).contains(type)
                || dialect == Dialect.DATABRICKS_CHAT
                        && (role.equals("user") && type.equals("image")
                                || role.equals("assistant") && type.equals("reasoning"));
    }

    private void checkResult(String path, String id) throws Refusal {
        if (!answerable.contains(id)) {
            throw Refusal.badRequest(path
                    + ": messages with role 'tool' must be a response to a preceding message with 'tool_calls': " + id);
        }
        open.remove(id);
    }

    private void checkCalls(String path, JsonNode calls) throws Refusal {
        for (int i = 0; i < calls.size(); i++) {
            JsonNode call = calls.get(i);
            String id = call.path("id").asText();
            if (id.isEmpty() || !everUsed.add(id)) {
                throw Refusal.badRequest(path + i + ".id: ids must be unique");
            }
            if (!call.path("type").asText().equals("function")) {
                throw Refusal.badRequest(path + i + ".type: Input should be 'function'");
            }
            JsonNode arguments = call.path("function").path("arguments");
            if (!arguments.isTextual()) {
                throw Refusal.badRequest(path + i + ".function.arguments: Input should be a valid string");
            }
            if (!isObject(arguments.asText())) {
                throw Refusal.badRequest(path + i + ".function.arguments: Input should be a JSON object");
            }
            open.add(id);
            answerable.add(id);
        }
    }

    private static boolean isObject(String text) {
        try {
            return Json.read(text).isObject();
        } catch (IOException e) {
            return false;
        }
    }

    private void requireAnswered(int before) throws Refusal {
        if (!open.isEmpty()) {
            throw Refusal.badRequest("messages." + (before - 1)
                    + ": `tool_use` ids were found without `tool_result` blocks immediately after: "
                    + String.join(", ", open));
        }
    }
}
