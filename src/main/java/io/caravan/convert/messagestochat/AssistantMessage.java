/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Conversion;
import io.caravan.format.chat.Parts;
import io.caravan.format.chat.Spoken;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RequestTree;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** One assistant turn as a chat message: text, tool calls, and the thinking the dialect takes back. */
final class AssistantMessage {

    private final Conversion conversion;
    private final ContentParts contents;
    private final Parts parts = new Parts();
    private final ArrayNode calls = Conversion.array();
    private final ObjectNode beside = Conversion.object();
    private final Set<String> callIds = new LinkedHashSet<>();
    private final Set<String> usedIds;
    private boolean thought;

    private AssistantMessage(Set<String> usedIds, Conversion conversion, ContentParts contents) {
        this.usedIds = usedIds;
        this.conversion = conversion;
        this.contents = contents;
    }

    /** @param usedIds the ids of the calls before; those of this turn are added */
    static AssistantMessage of(Turn turn, Set<String> usedIds, Conversion conversion, ContentParts contents) {
        AssistantMessage message = new AssistantMessage(usedIds, conversion, contents);
        Map<String, JsonNode> results = new HashMap<>();
        Set<String> uses = new LinkedHashSet<>();
        for (Turn.Block block : turn.blocks()) {
            if (isServerResult(block)) {
                results.putIfAbsent(block.node().get("tool_use_id").asText(), block.node());
            } else if (isServerUse(block)) {
                uses.add(block.node().path("id").asText());
            }
        }
        for (Turn.Block block : turn.blocks()) {
            message.add(block, results, uses);
        }
        return message;
    }

    /** The ids of its calls, in order. */
    Set<String> callIds() {
        return callIds;
    }

    /** Whether thinking goes back with it. */
    boolean thought() {
        return thought;
    }

    /** The cache marker it has no place for, or null. */
    JsonNode homelessMark() {
        return parts.homelessMark();
    }

    boolean isEmpty() {
        return parts.isEmpty() && calls.isEmpty();
    }

    ObjectNode json() {
        ObjectNode message = Conversion.object().put("role", "assistant");
        message.set("content", parts.content());
        message.setAll(beside);
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        return message;
    }

    private void add(Turn.Block block, Map<String, JsonNode> results, Set<String> uses) {
        JsonNode node = block.node();
        JsonNode mark = conversion.mark(node);
        if (block.type().equals("tool_use")) {
            call(node, block.path() + ".tool_use", mark);
        } else if (block.type().equals("thinking") || block.type().equals("redacted_thinking")) {
            think(node);
        } else if (block.type().equals("compaction")) {
            parts.text(Spoken.of(node.path("content")), mark);
        } else if (isServerUse(block)) {
            parts.text(Spoken.call(node, results.get(node.path("id").asText())), mark);
        } else if (isServerResult(block)) {
            String id = node.get("tool_use_id").asText();
            boolean told = uses.contains(id) && results.get(id) == node;
            parts.text(told ? "" : "[" + block.type() + ": " + Spoken.result(node) + "]", mark);
        } else {
            contents.add(block, parts);
        }
    }

    private void think(JsonNode node) {
        if (conversion.goesBack(node)) {
            thought = true;
            conversion.dialect().giveBack(node, parts, beside);
        }
    }

    private void call(JsonNode node, String path, JsonNode mark) {
        String id = Conversion.required(node, "id", path);
        String name = Conversion.required(node, "name", path);
        if (id.isEmpty() || name.isEmpty()) {
            throw new MalformedBody(path + (id.isEmpty() ? ".id" : ".name") + ": String should have at least 1 character");
        }
        String arguments = arguments(node.get("input"));
        parts.mark(mark);
        if (!usedIds.add(id)) {
            parts.text("[" + name + ": " + arguments + "]", null);
            return;
        }
        callIds.add(id);
        ObjectNode call = calls.addObject().put("id", id).put("type", "function");
        call.putObject("function").put("name", conversion.toolNames().toUpstream(name)).put("arguments", arguments);
    }

    private static String arguments(JsonNode input) {
        if (!Conversion.given(input)) {
            return "{}";
        }
        JsonNode object = input.isObject() ? input : Conversion.object().set("input", input);
        return new String(RequestTree.write(object, 512), StandardCharsets.UTF_8);
    }

    private static boolean isServerUse(Turn.Block block) {
        return block.type().equals("server_tool_use") || block.type().equals("mcp_tool_use");
    }

    private static boolean isServerResult(Turn.Block block) {
        return block.type().endsWith("_tool_result") && block.node().has("tool_use_id");
    }
}
