/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The input of a Responses request as the messages of a chat: what an assistant thought, said and called becomes one. */
final class InputItems {

    private static final Set<String> OUTPUTS =
            Set.of("function_call_output", "custom_tool_call_output", "local_shell_call_output");
    private static final String CALLS = "tool_calls";
    private static final String THINKING = "thinking_blocks";

    private final ToolList tools;
    private final ArrayNode messages = Json.MAPPER.createArrayNode();
    /** The assistant's message that is being gathered; empty if none is. */
    private ObjectNode assistant = Json.MAPPER.createObjectNode();

    InputItems(ToolList tools) {
        this.tools = tools;
    }

    ArrayNode messages(@Nullable JsonNode instructions, @Nullable JsonNode input) {
        if (instructions != null && instructions.isTextual()) {
            messages.addObject().put("role", "system").set("content", instructions);
        }
        if (input == null || input.isNull()) {
            throw new MalformedBody("input: Field required");
        }
        if (input.isTextual()) {
            messages.addObject().put("role", "user").set("content", input);
        } else if (input.isArray()) {
            for (int i = 0; i < input.size(); i++) {
                add(input.get(i), "input." + i);
            }
        } else {
            throw new MalformedBody("input: Input should be a valid string or a list of items");
        }
        endAssistant();
        return messages;
    }

    private void add(JsonNode item, String path) {
        String type = type(item);
        if (OUTPUTS.contains(type)) {
            output(item);
            return;
        }
        switch (type) {
            case "message" -> message(item, path);
            case "function_call" -> call(item, item.path("arguments"), path);
            case "custom_tool_call" -> call(item, wrapped("input", item.path("input")), path);
            case "local_shell_call" -> call(((ObjectNode) item).put("name", "local_shell"), action(item.path("action")), path);
            case "reasoning" -> reasoning(item);
            case "web_search_call" -> tools.dropped().add("input.web_search_call");
            case "item_reference" -> throw ResponsesRequest.reference(path);
            default -> throw new MalformedBody(path + ".type: " + type + " is not supported");
        }
    }

    private static String type(JsonNode item) {
        return item.path("type").asText(item.has("role") ? "message" : "");
    }

    private void message(JsonNode item, String path) {
        if (!item.path("role").isTextual()) {
            throw new MalformedBody(path + ".role: Field required");
        }
        String role = item.path("role").textValue();
        if (!role.equals("assistant")) {
            endAssistant();
            messages.addObject().put("role", role).set("content", item.path("content"));
            return;
        }
        if (isBlank(item.path("content"))) {
            return;
        }
        if (assistant.has("content") || assistant.has(CALLS)) {
            endAssistant();
        }
        assistant.set("content", item.path("content"));
    }

    private static boolean isBlank(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue().isBlank();
        }
        for (JsonNode part : content) {
            if (!part.path("text").asText(part.path("refusal").asText()).isBlank()) {
                return false;
            }
        }
        return true;
    }

    private void call(JsonNode item, JsonNode arguments, String path) {
        String name = item.path("name").asText();
        if (name.isEmpty()) {
            throw new MalformedBody(path + ".name: Field required");
        }
        ObjectNode call = assistant.withArrayProperty(CALLS).addObject().put("id", callId(item)).put("type", "function");
        call.putObject("function").put("name", ToolList.sentAs(name, item.path("namespace").asText()))
                .set("arguments", arguments);
    }

    private static String callId(JsonNode item) {
        return item.path("call_id").asText(item.path("id").asText());
    }

    private static ObjectNode wrapped(String member, JsonNode value) {
        return Json.MAPPER.createObjectNode().put(member, value.asText());
    }

    private static ObjectNode action(JsonNode action) {
        ObjectNode arguments = Json.MAPPER.createObjectNode();
        for (String member : new String[] {"command", "working_directory", "timeout_ms"}) {
            if (action.hasNonNull(member)) {
                arguments.set(member, action.get(member));
            }
        }
        return arguments;
    }

    private void output(JsonNode item) {
        endAssistant();
        messages.addObject().put("role", "tool").put("tool_call_id", callId(item)).set("content", item.path("output"));
    }

    /** What was thought goes back with what came of it, if it is signed; what another server has encrypted is left out. */
    private void reasoning(JsonNode item) {
        ObjectNode block = SealedReasoning.opened(item);
        if (block.isEmpty()) {
            tools.dropped().add("input.reasoning");
            return;
        }
        if (assistant.has("content") || assistant.has(CALLS)) {
            endAssistant();
        }
        assistant.withArrayProperty(THINKING).add(block);
    }

    /** No upstream takes a turn that is thinking alone. */
    private void endAssistant() {
        if (assistant.has("content") || assistant.has(CALLS)) {
            messages.add(assistant.put("role", "assistant"));
        } else if (assistant.has(THINKING)) {
            tools.dropped().add("input.reasoning");
        }
        assistant = Json.MAPPER.createObjectNode();
    }
}
