/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.util.HashSet;
import java.util.Set;

/** The tools of a chat request, and which of them are to be used, as a Messages request spells them. */
final class ToolsFromChat {

    private static final String WEB_SEARCH = "web_search_20250305";

    private ToolsFromChat() {
    }

    /** Takes all that is about tools out of {@code chat} and puts it into {@code request}. */
    static void move(ObjectNode chat, ObjectNode request) {
        ArrayNode tools = tools(chat);
        ObjectNode choice = choice(Members.takeEither(chat, "tool_choice", "function_call"), tools);
        JsonNode parallel = Members.take(chat, "parallel_tool_calls");
        if (tools.isEmpty()) {
            return;
        }
        request.set("tools", tools);
        if (parallel.equals(BooleanNode.FALSE)) {
            allowOneAtATime(choice);
        }
        if (!choice.isEmpty()) {
            request.set("tool_choice", choice);
        }
    }

    private static ArrayNode tools(ObjectNode chat) {
        ArrayNode tools = Json.MAPPER.createArrayNode();
        ArrayNode given = Members.takeList(chat, "tools");
        for (int i = 0; i < given.size(); i++) {
            tools.add(tool(given.get(i), "tools." + i));
        }
        ArrayNode functions = Members.takeList(chat, "functions");
        for (int i = 0; i < functions.size(); i++) {
            tools.add(function(functions.get(i), "functions." + i));
        }
        JsonNode search = Members.take(chat, "web_search_options");
        if (!search.isMissingNode()) {
            tools.add(webSearch(search));
        }
        return tools;
    }

    private static void allowOneAtATime(ObjectNode choice) {
        if (choice.isEmpty()) {
            choice.put("type", "auto");
        }
        if (!Members.isOfType(choice, "none")) {
            choice.put("disable_parallel_tool_use", true);
        }
    }

    private static ObjectNode tool(JsonNode tool, String path) {
        if (tool.path("function").isObject()) {
            ObjectNode moved = function(tool.path("function"), path + ".function");
            Members.moveCacheMarker(tool, moved);
            return moved;
        }
        if (isOfMessages(tool)) {
            return (ObjectNode) tool;
        }
        if (tool.path("type").asText("function").equals("function")) {
            throw new MalformedBody(path + ".function: Field required");
        }
        throw new MalformedBody(path + ".type: only function tools are supported");
    }

    /** Whether a tool is one of the Messages format already. */
    private static boolean isOfMessages(JsonNode tool) {
        if (Members.isOfType(tool, "function")) {
            return false;
        }
        boolean named = tool.path("type").isTextual() && tool.path("name").isTextual();
        return named || tool.path("input_schema").isObject();
    }

    private static ObjectNode function(JsonNode function, String path) {
        ObjectNode tool = Json.MAPPER.createObjectNode().put("name", Members.string(function, "name", path));
        String description = Members.text(function.path("description"));
        if (!description.isEmpty()) {
            tool.put("description", description);
        }
        tool.set("input_schema", schema(function, path));
        if (function.path("strict").asBoolean()) {
            tool.put("strict", true);
        }
        Members.moveCacheMarker(function, tool);
        return tool;
    }

    private static ObjectNode schema(JsonNode function, String path) {
        ObjectNode schema = Json.MAPPER.createObjectNode();
        if (function.path("parameters") instanceof ObjectNode parameters) {
            schema = parameters;
        } else if (function.hasNonNull("parameters")) {
            throw new MalformedBody(path + ".parameters: Input should be a valid dictionary");
        }
        if (!schema.hasNonNull("type")) {
            schema.put("type", "object");
        }
        if (schema.size() == 1) {
            schema.putObject("properties");
        }
        return schema;
    }

    private static ObjectNode webSearch(JsonNode options) {
        ObjectNode tool = type(WEB_SEARCH).put("name", "web_search");
        JsonNode place = options.path("user_location").path("approximate");
        if (place.isObject()) {
            ObjectNode location = tool.putObject("user_location").put("type", "approximate");
            for (String member : new String[] {"city", "region", "country", "timezone"}) {
                if (place.path(member).isTextual()) {
                    location.set(member, place.get(member));
                }
            }
        }
        return tool;
    }

    /** What {@code wanted} means, empty if it says nothing; tools that it does not allow are taken out. */
    private static ObjectNode choice(JsonNode wanted, ArrayNode tools) {
        if (wanted.isMissingNode()) {
            return Json.MAPPER.createObjectNode();
        }
        if (wanted.isTextual()) {
            return byName(wanted.textValue());
        }
        JsonNode allowed = wanted.path("allowed_tools");
        if (allowed.isObject()) {
            Set<String> names = new HashSet<>();
            allowed.path("tools").forEach(tool -> names.add(name(tool)));
            tools.removeIf(tool -> !names.contains(tool.path("name").asText()));
            return byName(allowed.path("mode").asText("auto"));
        }
        String name = name(wanted);
        if (name.isEmpty()) {
            return byName(wanted.path("type").asText());
        }
        return type("tool").put("name", name);
    }

    private static String name(JsonNode tool) {
        return tool.path("function").path("name").asText(tool.path("name").asText());
    }

    private static ObjectNode byName(String mode) {
        return switch (mode) {
            case "none" -> type("none");
            case "auto" -> type("auto");
            case "required", "any" -> type("any");
            default -> throw new MalformedBody("tool_choice: Input should be 'none', 'auto', 'required' or name a function");
        };
    }

    private static ObjectNode type(String type) {
        return Json.MAPPER.createObjectNode().put("type", type);
    }
}
