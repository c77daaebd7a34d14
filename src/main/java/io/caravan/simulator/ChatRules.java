/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/** What every upstream that speaks OpenAI chat refuses. Models and fields that are not known pass. */
final class ChatRules {

    private static final int MOST_STOPS = 4;
    private static final Set<String> CHOICES = Set.of("none", "auto", "required");
    private static final Set<String> FORMATS = Set.of("text", "json_object", "json_schema");
    private static final Set<String> ANTHROPIC_TOOL_FIELDS = Set.of(
            "input_schema", "defer_loading", "eager_input_streaming", "input_examples", "allowed_callers");

    private ChatRules() {}

    static void check(Dialect dialect, JsonNode body) throws Refusal {
        JsonNode messages = body.path("messages");
        if (messages.isMissingNode()) {
            throw Refusal.badRequest("messages: Field required");
        }
        if (!messages.isArray() || messages.isEmpty()) {
            throw Refusal.badRequest("messages: at least one message is required");
        }
        if (body.hasNonNull("stream") && !body.get("stream").isBoolean()) {
            throw Refusal.badRequest("stream: Input should be a valid boolean");
        }
        checkStop(body.path("stop"));
        checkFormat(body.path("response_format"));
        checkChoice(body, checkTools(body.path("tools")));
        new ChatMessages(dialect, messages).check();
    }

    private static void checkStop(JsonNode stop) throws Refusal {
        if (stop.isArray() && stop.size() > MOST_STOPS) {
            throw Refusal.badRequest("stop: List should have at most " + MOST_STOPS + " items");
        }
        boolean wrong = !stop.isMissingNode() && !stop.isNull() && !stop.isTextual() && !stop.isArray();
        for (JsonNode sequence : stop) {
            wrong |= !sequence.isTextual();
        }
        if (wrong) {
            throw Refusal.badRequest("stop: Input should be a valid string or a list of strings");
        }
    }

    private static void checkFormat(JsonNode format) throws Refusal {
        if (format.isMissingNode() || format.isNull()) {
            return;
        }
        String type = format.path("type").asText();
        if (!FORMATS.contains(type)) {
            throw Refusal.badRequest("response_format.type: Input should be 'text', 'json_object' or 'json_schema'");
        }
        JsonNode schema = format.path("json_schema");
        if (type.equals("json_schema") && !(schema.path("schema").isObject() && schema.path("name").isTextual())) {
            throw Refusal.badRequest("response_format.json_schema: name and schema are required");
        }
    }

    /** The names of the tools. */
    private static Set<String> checkTools(JsonNode tools) throws Refusal {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < tools.size(); i++) {
            JsonNode tool = tools.get(i);
            String path = "tools." + i;
            if (!tool.path("type").asText().equals("function")) {
                if (tool.has("function") || tool.has("input_schema") || tool.path("type").asText().isEmpty()) {
                    throw Refusal.badRequest(path + ".type: Input should be 'function'");
                }
                continue;
            }
            JsonNode function = tool.path("function");
            String name = function.path("name").asText();
            if (!name.matches("[a-zA-Z0-9_-]{1,64}")) {
                throw Refusal.badRequest(
                        path + ".function.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'");
            }
            if (!names.add(name)) {
                throw Refusal.badRequest("tools: Tool names must be unique.");
            }
            JsonNode parameters = function.path("parameters");
            if (!parameters.isMissingNode() && !parameters.path("type").asText().equals("object")) {
                throw Refusal.badRequest(path + ".function.parameters.type: Input should be 'object'");
            }
            refuseAnthropicFields(path + ".", tool);
            refuseAnthropicFields(path + ".function.", function);
            refuseAnthropicFields(path + ".function.parameters.", parameters);
        }
        return names;
    }

    private static void refuseAnthropicFields(String path, JsonNode node) throws Refusal {
        for (String field : ANTHROPIC_TOOL_FIELDS) {
            if (node.has(field)) {
                throw Refusal.extraInput(path + field);
            }
        }
    }

    private static void checkChoice(JsonNode body, Set<String> names) throws Refusal {
        if (!body.has("tool_choice")) {
            return;
        }
        if (body.path("tools").isEmpty()) {
            throw Refusal.badRequest("tool_choice: it needs tools");
        }
        JsonNode choice = body.get("tool_choice");
        switch (choice.path("type").asText(choice.isTextual() ? "word" : "")) {
            case "word" -> {
                if (!CHOICES.contains(choice.asText())) {
                    throw Refusal.badRequest("tool_choice: Input should be 'none', 'auto' or 'required'");
                }
            }
            case "function" -> {
                String name = choice.path("function").path("name").asText();
                if (!names.contains(name)) {
                    throw Refusal.badRequest("tool_choice.function.name: there is no tool called \"" + name + "\"");
                }
            }
            case "allowed_tools" -> { }
            default -> throw Refusal.badRequest("tool_choice.type: Input should be 'function'");
        }
    }
}
