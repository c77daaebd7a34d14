/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which tools the conversation has loaded, added and removed so far (case M27); the last word on a tool counts. */
final class DeferredTools {

    private static final String PLACEHOLDER = "DeferredToolPlaceholder";

    private final Set<String> loaded = new HashSet<>();
    private final Set<String> removed = new HashSet<>();
    private final Map<String, ObjectNode> definitions = new LinkedHashMap<>();

    private boolean searched;

    /** Whether tools of {@code type} search for others. */
    static boolean isSearch(String type) {
        return type.startsWith("tool_search_tool_");
    }

    /** Sees a tool of the request: one that would search lets all be loaded, for no chat upstream can search (F001). */
    void seeTool(JsonNode tool) {
        searched |= isSearch(tool.path("type").asText());
    }

    void see(List<Turn.Block> blocks) {
        for (Turn.Block block : blocks) {
            JsonNode node = block.node();
            switch (block.type()) {
                case "tool_result" -> references(node.path("content"));
                case "tool_search_tool_result" -> references(node.path("content").path("tool_references"));
                case "tool_reference" -> load(node.path("tool_name"));
                case "tool_addition" -> add(node.path("tool"));
                case "tool_removal" -> remove(node.path("tool"));
                default -> { }
            }
        }
    }

    /** Counts a tool the client forces as loaded. */
    void load(JsonNode name) {
        if (name.isTextual()) {
            loaded.add(name.textValue());
            removed.remove(name.textValue());
        }
    }

    boolean isSent(JsonNode tool) {
        String name = tool.path("name").asText();
        if (name.equals(PLACEHOLDER) || removed.contains(name)) {
            return false;
        }
        if (definitions.containsKey(name)) {
            return false;
        }
        return searched || loaded.contains(name) || !tool.path("defer_loading").asBoolean();
    }

    /** Tools that messages define themselves. */
    Iterable<ObjectNode> definitions() {
        return definitions.values();
    }

    private void references(JsonNode content) {
        for (JsonNode part : content) {
            if (Nodes.isOfType(part, "tool_reference")) {
                load(part.path("tool_name"));
            }
        }
    }

    private void add(JsonNode tool) {
        if (tool.get("definition") instanceof ObjectNode definition && definition.path("name").isTextual()) {
            definitions.put(definition.get("name").textValue(), definition);
            load(definition.get("name"));
        } else {
            load(tool.path("name"));
        }
    }

    private void remove(JsonNode tool) {
        String name = tool.path("name").asText(tool.path("definition").path("name").asText());
        loaded.remove(name);
        definitions.remove(name);
        removed.add(name);
    }
}
