package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/** What every upstream that speaks OpenAI chat refuses. Models and fields that are not known pass. */
final class ChatRules {

    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");

    private ChatRules() {}

    static void check(JsonNode body) throws Refusal {
        JsonNode messages = body.path("messages");
        if (messages.isMissingNode()) {
            throw Refusal.badRequest("messages: Field required");
        }
        if (!messages.isArray() || messages.isEmpty()) {
            throw Refusal.badRequest("messages: at least one message is required");
        }
        for (int i = 0; i < messages.size(); i++) {
            String role = messages.get(i).path("role").asText();
            if (!ROLES.contains(role)) {
                throw Refusal.badRequest(
                        "messages." + i + ".role: Input should be 'system', 'user', 'assistant' or 'tool'");
            }
        }
        checkTools(body.path("tools"));
        if (body.has("tool_choice") && body.path("tools").isEmpty()) {
            throw Refusal.badRequest("tool_choice: it needs tools");
        }
        checkToolMessages(messages);
    }

    private static void checkTools(JsonNode tools) throws Refusal {
        for (int i = 0; i < tools.size(); i++) {
            JsonNode tool = tools.get(i);
            if (!tool.path("type").asText().equals("function")) {
                if (tool.has("function") || tool.path("type").asText().isEmpty()) {
                    throw Refusal.badRequest("tools." + i + ".type: Input should be 'function'");
                }
                continue;
            }
            if (!tool.path("function").path("name").asText().matches("[a-zA-Z0-9_-]{1,64}")) {
                throw Refusal.badRequest(
                        "tools." + i + ".function.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'");
            }
        }
    }

    private static void checkToolMessages(JsonNode messages) throws Refusal {
        Set<String> open = new LinkedHashSet<>();
        Set<String> answerable = new LinkedHashSet<>();
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            String role = message.path("role").asText();
            if (role.equals("tool")) {
                String id = message.path("tool_call_id").asText();
                if (!answerable.contains(id)) {
                    throw Refusal.badRequest("messages." + i
                            + ": messages with role 'tool' must be a response to a preceding message"
                            + " with 'tool_calls': "
                            + id);
                }
                open.remove(id);
                continue;
            }
            requireAnswered(i, open);
            answerable.clear();
            JsonNode calls = message.path("tool_calls");
            for (int j = 0; j < calls.size(); j++) {
                String id = calls.get(j).path("id").asText();
                if (id.isEmpty() || !answerable.add(id)) {
                    throw Refusal.badRequest("messages." + i + ".tool_calls." + j + ".id: ids must be unique");
                }
                if (!calls.get(j).path("function").path("arguments").isTextual()) {
                    throw Refusal.badRequest("messages." + i + ".tool_calls." + j
                            + ".function.arguments: Input should be a valid string");
                }
                open.add(id);
            }
        }
        requireAnswered(messages.size(), open);
    }

    private static void requireAnswered(int before, Set<String> open) throws Refusal {
        if (!open.isEmpty()) {
            throw Refusal.badRequest("messages." + (before - 1)
                    + ": `tool_use` ids were found without `tool_result` blocks immediately after: "
                    + String.join(", ", open));
        }
    }
}
