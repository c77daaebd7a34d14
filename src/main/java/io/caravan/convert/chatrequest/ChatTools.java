/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.format.json.MalformedBody;
import io.caravan.provider.ChatDialect.Rule;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes {@code tools} and {@code tool_choice} (cases M27, M39-M49). */
final class ChatTools {

    private static final String[] LOST = {"strict", "input_examples", "allowed_callers"};

    private final Conversion conversion;
    private final ArrayNode tools = Nodes.array();
    private final Set<String> names = new HashSet<>();
    private Optional<ObjectNode> webSearch = Optional.empty();
    private @Nullable JsonNode homelessMark;

    private ChatTools(Conversion conversion) {
        this.conversion = conversion;
    }

    /** @throws MalformedBody if there is a tool that this upstream cannot have (M49): its answer would be one without it */
    static ChatTools read(JsonNode tools, DeferredTools deferred, Conversion conversion) {
        ChatTools read = new ChatTools(conversion);
        JsonNode given = Nodes.list(tools, "tools");
        given.forEach(deferred::seeTool);
        for (int i = 0; i < given.size(); i++) {
            read.add(given.get(i), "tools." + i, deferred);
        }
        for (ObjectNode definition : deferred.definitions()) {
            read.function(definition, definition.get("name").textValue());
        }
        return read;
    }

    /** Whether no function is offered. */
    boolean isEmpty() {
        return tools.isEmpty();
    }

    /** Whether the model must call a tool. */
    static boolean isForced(JsonNode choice) {
        return choice.isObject() || choice.asText().equals("required");
    }

    /** The choice of one function by its upstream name. */
    static ObjectNode function(String name) {
        ObjectNode choice = Nodes.object().put("type", "function");
        choice.putObject("function").put("name", name);
        return choice;
    }

    /** Writes tools, choice and what stands for a web search; {@code choice} only if there is something to choose. */
    void write(JsonNode choice, ObjectNode body) {
        if (!tools.isEmpty()) {
            body.set("tools", tools);
        }
        webSearch.ifPresent(body::setAll);
        if (choice.isObject()) {
            choice(choice, body);
        }
    }

    private void choice(JsonNode choice, ObjectNode body) {
        JsonNode chosen = chosen(choice);
        if (chosen.isMissingNode()) {
            conversion.drop("tool_choice");
        } else if (!tools.isEmpty()) {
            body.set("tool_choice", chosen);
        }
        if (choice.path("disable_parallel_tool_use").asBoolean()) {
            if (!conversion.has(Rule.PARALLEL_TOOL_CALLS)) {
                conversion.drop("tool_choice.disable_parallel_tool_use");
            } else if (!tools.isEmpty()) {
                body.put("parallel_tool_calls", false);
            }
        }
    }

    /** Missing where the upstream has no word for it. */
    private JsonNode chosen(JsonNode choice) {
        String name = choice.path("name").asText();
        return switch (choice.path("type").asText()) {
            case "auto" -> TextNode.valueOf("auto");
            case "any" -> TextNode.valueOf("required");
            case "none" -> TextNode.valueOf("none");
            case "tool" -> names.contains(name) ? function(conversion.toolNames().toUpstream(name)) : nothing();
            default -> nothing();
        };
    }

    private static JsonNode nothing() {
        return MissingNode.getInstance();
    }

    private void add(JsonNode tool, String path, DeferredTools deferred) {
        if (!tool.isObject()) {
            throw new MalformedBody(path + ": Input should be a valid dictionary");
        }
        String type = tool.path("type").asText("custom");
        boolean custom = type.equals("custom") || tool.has("input_schema");
        if (!custom) {
            server(tool, type, path, deferred);
            return;
        }
        String name = Nodes.required(tool, "name", path + ".custom");
        Nodes.checkFilled(name, path + ".custom.name");
        if (deferred.isSent(tool)) {
            function((ObjectNode) tool, name);
        } else {
            mark(conversion.mark(tool));
        }
    }

    /** A search of tools needs nothing of the upstream: all that it could find are there ({@link DeferredTools}). */
    private void server(JsonNode tool, String type, String path, DeferredTools deferred) {
        Optional<ObjectNode> clients = ClientTools.spelt(tool, type);
        if (clients.isPresent()) {
            add(clients.get(), path, deferred);
            return;
        }
        if (type.startsWith("web_search_")) {
            webSearch = conversion.dialect().webSearch(tool, conversion::drop);
        }
        boolean served = webSearch.isPresent() && type.startsWith("web_search_");
        if (!served && !DeferredTools.isSearch(type)) {
            throw new MalformedBody(path + ": the tool `" + tool.path("name").asText(type) + "` (" + type
                    + ") is not supported by this upstream");
        }
        mark(conversion.mark(tool));
    }

    private void function(ObjectNode tool, String name) {
        if (!names.add(name)) {
            return;
        }
        for (String member : LOST) {
            JsonNode value = tool.path(member);
            if (value.asBoolean() || value.size() > 0) {
                conversion.drop("tools." + member);
            }
        }
        ObjectNode sent = tools.addObject().put("type", "function");
        ObjectNode function = sent.putObject("function").put("name", conversion.toolNames().toUpstream(name));
        String description = tool.path("description").asText("");
        if (!description.isBlank()) {
            function.put("description", description);
        }
        function.set("parameters", ToolSchema.of(tool.get("input_schema"), conversion.strictSchema()));
        JsonNode mark = conversion.mark(tool);
        if (mark != null) {
            homelessMark = mark;
        }
        if (homelessMark != null) {
            sent.set("cache_control", homelessMark);
            homelessMark = null;
        }
    }

    /** The marker of a tool that is not sent goes to the one before, else to the next. */
    private void mark(@Nullable JsonNode mark) {
        if (mark == null) {
            return;
        }
        if (tools.isEmpty()) {
            homelessMark = mark;
        } else {
            ((ObjectNode) tools.get(tools.size() - 1)).putIfAbsent("cache_control", mark);
        }
    }
}
