/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.Parts;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One assistant turn as a chat message: text, tool calls, and the thinking the dialect takes back. */
final class AssistantMessage {

    private final Conversion conversion;
    private final ContentParts contents;
    private final ServerTools serverTools;
    private final Parts parts = new Parts();
    private final ArrayNode calls = Nodes.array();
    private final ObjectNode beside = Nodes.object();
    private final Set<String> callIds = new LinkedHashSet<>();
    private final Set<String> usedIds;
    private final boolean tellsCalls;
    private boolean thought;

    private AssistantMessage(Turn turn, Set<String> usedIds, boolean tellsCalls, Conversion conversion, ContentParts contents) {
        this.serverTools = ServerTools.of(turn);
        this.usedIds = usedIds;
        this.tellsCalls = tellsCalls;
        this.conversion = conversion;
        this.contents = contents;
    }

    /**
     * @param usedIds    the ids of the calls before; those of this turn are added
     * @param tellsCalls whether calls are told in words, for the upstream would refuse them (F065)
     */
    static AssistantMessage of(Turn turn, Set<String> usedIds, boolean tellsCalls, Conversion conversion,
            ContentParts contents) {
        AssistantMessage message = new AssistantMessage(turn, usedIds, tellsCalls, conversion, contents);
        turn.blocks().forEach(message::add);
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
    @Nullable JsonNode homelessMark() {
        return parts.homelessMark();
    }

    boolean isEmpty() {
        return parts.isEmpty() && calls.isEmpty();
    }

    ObjectNode json() {
        ObjectNode message = Nodes.object().put("role", "assistant");
        message.set("content", parts.content());
        message.setAll(beside);
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        return message;
    }

    private void add(Turn.Block block) {
        JsonNode node = block.node();
        JsonNode mark = conversion.mark(node);
        switch (block.type()) {
            case "tool_use" -> call(node, block.path() + ".tool_use", mark);
            case "thinking", "redacted_thinking" -> think(node);
            case "compaction" -> parts.text(Spoken.of(node.path("content")), mark);
            default -> {
                if (ServerTools.isUse(block)) {
                    parts.text(serverTools.use(block), mark);
                } else if (ServerTools.isResult(block)) {
                    parts.text(serverTools.result(block), mark);
                } else {
                    contents.add(block, parts);
                }
            }
        }
    }

    private void think(JsonNode node) {
        conversion.boundIn(node).ifPresent(this::giveBack);
        if (conversion.goesBack(node)) {
            thought = true;
            conversion.dialect().giveBack(node, parts, beside);
        }
    }

    /** What a model that is not Claude has thought, in the form it came in. */
    private void giveBack(ObjectNode members) {
        thought = true;
        members.path("content").forEach(part -> parts.addUnmarked((ObjectNode) part));
        members.remove("content");
        Nodes.addTo(beside, members);
    }

    private void call(JsonNode node, String path, @Nullable JsonNode mark) {
        String id = Nodes.required(node, "id", path);
        String name = Nodes.required(node, "name", path);
        Nodes.checkFilled(id, path + ".id");
        Nodes.checkFilled(name, path + ".name");
        String arguments = arguments(node.path("input"));
        parts.mark(mark);
        boolean used = !usedIds.add(id);
        if (used || tellsCalls) {
            parts.text("[" + name + ": " + arguments + "]");
            return;
        }
        callIds.add(id);
        ObjectNode call = calls.addObject().put("id", id).put("type", "function");
        call.putObject("function").put("name", conversion.toolNames().toUpstream(name)).put("arguments", arguments);
    }

    /** Arguments are the text of an object, whatever the client has as input. */
    private static String arguments(JsonNode input) {
        if (input.isObject()) {
            return Nodes.written(input);
        }
        ObjectNode object = Nodes.object();
        if (Nodes.isGiven(input)) {
            object.set("input", input);
        }
        return Nodes.written(object);
    }
}
