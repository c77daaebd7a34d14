/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.responses.ResponsesRequest.Call;
import io.caravan.format.responses.ResponsesRequest.Tool;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The tools of a Responses request as functions of a chat request, and the choice among them. */
final class ToolList {

    private static final String LOCAL_SHELL = "local_shell";
    private static final String SHELL_PARAMETERS = """
            {"type":"object","properties":{"command":{"type":"array","items":{"type":"string"},
            "description":"The program and its arguments."},
            "working_directory":{"type":"string"},"timeout_ms":{"type":"integer"}},"required":["command"]}""";
    private static final String CUSTOM_PARAMETERS = """
            {"type":"object","properties":{"input":{"type":"string","description":"The whole input, as plain text."}},
            "required":["input"]}""";

    private final ArrayNode tools = Json.MAPPER.createArrayNode();
    private final Map<String, Tool> called = new LinkedHashMap<>();
    private final Set<String> dropped = new LinkedHashSet<>();

    private ToolList() {
    }

    /** Takes them out of {@code body} and puts the functions in their place. */
    static ToolList of(ObjectNode body) {
        ToolList list = new ToolList();
        if (!body.hasNonNull("tools")) {
            body.remove("tools");
        } else if (body.remove("tools") instanceof ArrayNode given) {
            list.addAll(given, body);
        } else {
            throw new MalformedBody("tools: Input should be a valid list");
        }
        list.choice(body);
        return list;
    }

    /** The tools that are no plain functions, by the name they are sent under. */
    Map<String, Tool> called() {
        return called;
    }

    /** What could not be kept; the reader of the input adds to it. */
    Set<String> dropped() {
        return dropped;
    }

    private void addAll(ArrayNode given, ObjectNode body) {
        for (int i = 0; i < given.size(); i++) {
            add(given.get(i), "tools." + i);
        }
        if (tools.isEmpty() && !dropped.isEmpty()) {
            throw new MalformedBody(dropped.iterator().next().replace("tools.", "tools: ") + " is not supported");
        }
        body.set("tools", tools);
    }

    private void add(JsonNode tool, String path) {
        String type = tool.path("type").asText("function");
        switch (type) {
            case "function", "custom" -> add(tool, "", "", path);
            case "namespace" -> namespace(tool, path);
            case LOCAL_SHELL -> {
                called.put(LOCAL_SHELL, new Tool(Call.LOCAL_SHELL, LOCAL_SHELL, ""));
                function(LOCAL_SHELL, "Runs a command on the user's machine.", parsed(SHELL_PARAMETERS));
            }
            default -> hosted(tool, type);
        }
    }

    /** A tool that the server runs: a search is asked of the upstream, where it may look at the web. */
    private void hosted(JsonNode tool, String type) {
        boolean search = type.startsWith("web_search") && tool.path("external_web_access").asBoolean(true);
        if (!search) {
            dropped.add("tools." + type);
            return;
        }
        ObjectNode searching = tools.addObject().put("type", "web_search_20250305").put("name", "web_search");
        JsonNode domains = tool.path("filters").path("allowed_domains");
        if (domains.isArray() && !domains.isEmpty()) {
            searching.set("allowed_domains", domains);
        }
        if (tool.path("user_location").isObject()) {
            searching.set("user_location", tool.path("user_location"));
        }
    }

    private void namespace(JsonNode group, String path) {
        JsonNode inside = group.path("tools");
        for (int i = 0; i < inside.size(); i++) {
            add(inside.get(i), name(group, path), group.path("description").asText(), path + ".tools." + i);
        }
    }

    private void add(JsonNode tool, String namespace, String introduction, String path) {
        String name = name(tool, path);
        String sent = sentAs(name, namespace);
        boolean custom = tool.path("type").asText().equals("custom");
        if (custom) {
            called.put(sent, new Tool(Call.CUSTOM, name, namespace));
        } else if (!namespace.isEmpty()) {
            called.put(sent, new Tool(Call.FUNCTION, name, namespace));
        }
        String description = joined(introduction, tool.path("description").asText());
        if (custom) {
            function(sent, joined(description, grammar(tool.path("format"))), parsed(CUSTOM_PARAMETERS));
            return;
        }
        ObjectNode function = function(sent, description, tool.path("parameters"));
        if (tool.path("strict").asBoolean()) {
            function.put("strict", true);
        }
    }

    private static String joined(String first, String second) {
        if (first.isEmpty() || second.isEmpty()) {
            return first + second;
        }
        return first + "\n\n" + second;
    }

    private static String grammar(JsonNode format) {
        if (!format.path("definition").isTextual()) {
            return "";
        }
        return "The input has to match this " + format.path("syntax").asText() + " grammar:\n"
                + format.path("definition").textValue();
    }

    private ObjectNode function(String name, String description, JsonNode parameters) {
        ObjectNode function = tools.addObject().put("type", "function").putObject("function").put("name", name);
        if (!description.isEmpty()) {
            function.put("description", description);
        }
        if (!parameters.isMissingNode()) {
            function.set("parameters", parameters);
        }
        return function;
    }

    private static JsonNode parsed(String schema) {
        try {
            return Json.MAPPER.readTree(schema);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String name(JsonNode tool, String path) {
        String name = tool.path("name").asText();
        if (name.isEmpty()) {
            throw new MalformedBody(path + ".name: Field required");
        }
        return name;
    }

    /** The name of a function in a group, as it is sent: a namespace may end in what separates the two already. */
    static String sentAs(String name, String namespace) {
        if (namespace.isEmpty()) {
            return name;
        }
        if (namespace.endsWith("__")) {
            return namespace + name;
        }
        return namespace + "__" + name;
    }

    private void choice(ObjectNode body) {
        if (!(body.path("tool_choice") instanceof ObjectNode choice)) {
            return;
        }
        String type = choice.path("type").asText();
        if (type.equals("allowed_tools")) {
            ObjectNode allowed = choice.deepCopy();
            allowed.remove("type");
            allowed.path("tools").forEach(tool -> ((ObjectNode) tool).put("name", chosen(tool)));
            body.putObject("tool_choice").put("type", type).set("allowed_tools", allowed);
            return;
        }
        String name = chosen(choice);
        if (name.isEmpty()) {
            throw new MalformedBody("tool_choice: " + type + " is not supported");
        }
        body.putObject("tool_choice").put("type", "function").putObject("function").put("name", name);
    }

    /** The name under which the tool that a choice names was sent; empty if it was not. */
    private static String chosen(JsonNode choice) {
        String type = choice.path("type").asText();
        if (type.startsWith("web_search")) {
            return "web_search";
        }
        if (type.equals(LOCAL_SHELL)) {
            return type;
        }
        return sentAs(choice.path("name").asText(), choice.path("namespace").asText());
    }
}
