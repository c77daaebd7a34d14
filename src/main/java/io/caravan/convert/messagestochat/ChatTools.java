/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.convert.Conversion;
import io.caravan.format.chat.ChatRule;
import io.caravan.format.chat.ToolSchema;
import io.caravan.format.json.MalformedBody;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Writes {@code tools} and {@code tool_choice} (cases M27, M39-M49). */
final class ChatTools {

    private static final String[] LOST = {"strict", "input_examples", "allowed_callers"};

    private final Conversion conversion;
    private final ArrayNode tools = Conversion.array();
    private final Set<String> names = new HashSet<>();
    private JsonNode homelessMark;
    private Optional<ObjectNode> webSearch = Optional.empty();
    private String refused;

    private ChatTools(Conversion conversion) {
        this.conversion = conversion;
    }

    /** @throws MalformedBody if the request's only tools are such as this upstream cannot have (M49) */
    static ChatTools read(JsonNode tools, DeferredTools deferred, Conversion conversion) {
        ChatTools read = new ChatTools(conversion);
        if (Conversion.given(tools) && !tools.isArray()) {
            throw new MalformedBody("tools: Input should be a valid list");
        }
        for (int i = 0; i < tools.size(); i++) {
            read.add(tools.get(i), "tools." + i, deferred);
        }
        for (ObjectNode definition : deferred.definitions()) {
            read.function(definition, definition.get("name").textValue());
        }
        if (read.refused != null) {
            if (read.tools.isEmpty() && read.webSearch.isEmpty()) {
                throw new MalformedBody(read.refused);
            }
            conversion.drop("tools");
        }
        return read;
    }

    /** Writes tools, choice and what stands for a web search; {@code choice} only if there is something to choose. */
    void write(JsonNode choice, ObjectNode body) {
        if (!tools.isEmpty()) {
            body.set("tools", tools);
        }
        webSearch.ifPresent(body::setAll);
        if (!choice.isObject()) {
            return;
        }
        JsonNode chosen = chosen(choice);
        if (chosen != null && !tools.isEmpty()) {
            body.set("tool_choice", chosen);
        }
        if (choice.path("disable_parallel_tool_use").asBoolean()) {
            if (!conversion.has(ChatRule.PARALLEL_TOOL_CALLS)) {
                conversion.drop("tool_choice.disable_parallel_tool_use");
            } else if (!tools.isEmpty()) {
                body.put("parallel_tool_calls", false);
            }
        }
    }

    private JsonNode chosen(JsonNode choice) {
        String name = choice.path("name").asText();
        switch (choice.path("type").asText()) {
            case "auto" -> {
                return TextNode.valueOf("auto");
            }
            case "any" -> {
                return TextNode.valueOf("required");
            }
            case "none" -> {
                return TextNode.valueOf("none");
            }
            case "tool" -> {
                if (names.contains(name)) {
                    return function(conversion.toolNames().toUpstream(name));
                }
            }
            default -> {
            }
        }
        conversion.drop("tool_choice");
        return null;
    }

    /** The choice of one function by its upstream name. */
    static ObjectNode function(String name) {
        ObjectNode choice = Conversion.object().put("type", "function");
        choice.putObject("function").put("name", name);
        return choice;
    }

    private void add(JsonNode tool, String path, DeferredTools deferred) {
        if (!tool.isObject()) {
            throw new MalformedBody(path + ": Input should be a valid dictionary");
        }
        String type = tool.path("type").asText("custom");
        boolean custom = !Conversion.given(tool.get("type")) || type.equals("custom") || tool.has("input_schema");
        if (!custom) {
            server(tool, type, path);
            return;
        }
        String name = Conversion.required(tool, "name", path + ".custom");
        if (name.isEmpty()) {
            throw new MalformedBody(path + ".custom.name: String should have at least 1 character");
        }
        if (deferred.isSent(tool)) {
            function((ObjectNode) tool, name);
        } else {
            mark(conversion.mark(tool));
        }
    }

    private void server(JsonNode tool, String type, String path) {
        Optional<ObjectNode> search = type.startsWith("web_search_")
                ? conversion.dialect().webSearch(tool, conversion::drop) : Optional.empty();
        if (search.isPresent()) {
            webSearch = search;
        } else if (refused == null) {
            refused = path + ": the tool `" + tool.path("name").asText(type) + "` (" + type
                    + ") is not supported by this upstream";
        }
        mark(conversion.mark(tool));
    }

    private void function(ObjectNode tool, String name) {
        if (!names.add(name)) {
            return;
        }
        for (String field : LOST) {
            JsonNode value = tool.path(field);
            if (value.asBoolean() || value.size() > 0) {
                conversion.drop("tools." + field);
            }
        }
        ObjectNode sent = tools.addObject().put("type", "function");
        ObjectNode function = sent.putObject("function").put("name", conversion.toolNames().toUpstream(name));
        String description = tool.path("description").asText("");
        if (!description.isBlank()) {
            function.put("description", description);
        }
        function.set("parameters", ToolSchema.of(tool.get("input_schema"), conversion.options().strictSchema()));
        JsonNode mark = conversion.mark(tool);
        JsonNode placed = mark == null ? homelessMark : mark;
        homelessMark = null;
        if (placed != null) {
            sent.set("cache_control", placed);
        }
    }

    /** The marker of a tool that is not sent goes to the one before, else to the next. */
    private void mark(JsonNode mark) {
        if (mark == null) {
            return;
        }
        if (tools.isEmpty()) {
            homelessMark = mark;
        } else if (!tools.get(tools.size() - 1).has("cache_control")) {
            ((ObjectNode) tools.get(tools.size() - 1)).set("cache_control", mark);
        }
    }
}
