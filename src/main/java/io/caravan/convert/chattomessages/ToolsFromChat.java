/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
        ArrayNode tools = Json.MAPPER.createArrayNode();
        ArrayNode given = Members.list(Members.take(chat, "tools"), "tools");
        for (int i = 0; given != null && i < given.size(); i++) {
            tools.add(tool(given.get(i), "tools." + i));
        }
        ArrayNode functions = Members.list(Members.take(chat, "functions"), "functions");
        for (int i = 0; functions != null && i < functions.size(); i++) {
            tools.add(function(functions.get(i), "functions." + i));
        }
        JsonNode search = Members.take(chat, "web_search_options");
        if (search != null) {
            tools.add(webSearch(search));
        }
        JsonNode wanted = Members.take(chat, "tool_choice");
        JsonNode legacy = Members.take(chat, "function_call");
        ObjectNode choice = choice(wanted != null ? wanted : legacy, tools);
        JsonNode parallel = Members.take(chat, "parallel_tool_calls");
        if (tools.isEmpty()) {
            return;
        }
        request.set("tools", tools);
        if (parallel != null && parallel.isBoolean() && !parallel.booleanValue()
                && (choice == null || !choice.path("type").asText().equals("none"))) {
            choice = choice == null ? type("auto") : choice;
            choice.put("disable_parallel_tool_use", true);
        }
        if (choice != null) {
            request.set("tool_choice", choice);
        }
    }

    private static ObjectNode tool(JsonNode tool, String path) {
        if (tool.path("function").isObject()) {
            ObjectNode moved = function(tool.path("function"), path + ".function");
            Members.moveCacheMarker(tool, moved);
            return moved;
        }
        boolean itself = tool.path("input_schema").isObject()
                || tool.path("type").isTextual() && tool.path("name").isTextual();
        if (!itself || tool.path("type").asText().equals("function")) {
            throw new MalformedBody(tool.path("type").asText("function").equals("function")
                    ? path + ".function: Field required" : path + ".type: only function tools are supported");
        }
        return (ObjectNode) tool;
    }

    private static ObjectNode function(JsonNode function, String path) {
        ObjectNode tool = Json.MAPPER.createObjectNode().put("name", Members.string(function, "name", path));
        if (function.path("description").isTextual() && !function.path("description").textValue().isEmpty()) {
            tool.set("description", function.get("description"));
        }
        tool.set("input_schema", schema(function.path("parameters"), path));
        if (function.path("strict").asBoolean()) {
            tool.put("strict", true);
        }
        Members.moveCacheMarker(function, tool);
        return tool;
    }

    private static ObjectNode schema(JsonNode parameters, String path) {
        if (!parameters.isObject() && !parameters.isNull() && !parameters.isMissingNode()) {
            throw new MalformedBody(path + ".parameters: Input should be a valid dictionary");
        }
        ObjectNode schema = parameters.isObject() ? (ObjectNode) parameters : Json.MAPPER.createObjectNode();
        if (schema.path("type").isMissingNode() || schema.path("type").isNull()) {
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

    /** What {@code wanted} means, null if it says nothing; tools that it does not allow are taken out. */
    private static ObjectNode choice(JsonNode wanted, ArrayNode tools) {
        if (wanted == null) {
            return null;
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
        return name.isEmpty() ? byName(wanted.path("type").asText()) : type("tool").put("name", name);
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
