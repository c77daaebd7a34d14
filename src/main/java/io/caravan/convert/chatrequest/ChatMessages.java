/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.Parts;
import io.caravan.format.chat.ThinkingHistory;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RawText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Writes system prompt and turns as chat messages: every call answered, tool messages first, then the user's rest. */
final class ChatMessages {

    private static final String BILLING = "x-anthropic-billing-header:";

    private final Conversion conversion;
    private final ContentParts contents;
    private final ToolMessages tools;
    private final ArrayNode messages = Nodes.array();
    private final Set<String> usedIds = new HashSet<>();
    private final boolean tellsCalls;
    private Set<String> openCalls = Set.of();
    private boolean lastThought = true;

    /** @param lacksTools whether the request offers no tool */
    ChatMessages(Conversion conversion, boolean lacksTools) {
        this.conversion = conversion;
        this.tellsCalls = lacksTools && conversion.isClaude() && conversion.dialect().refusesCallsWithoutTools();
        contents = new ContentParts(conversion);
        tools = new ToolMessages(conversion, contents);
    }

    /** The {@code system} member: a string, a list of texts, or nothing (cases M09, M10). */
    void system(JsonNode system) {
        Parts parts = new Parts();
        String text = RawText.text(system);
        if (text != null) {
            systemText(text, null, parts);
        } else {
            for (Turn.Block block : Turn.Block.list(Nodes.list(system, "system"), "system")) {
                systemText(block.words(), conversion.mark(block.node()), parts);
            }
        }
        if (!parts.isEmpty()) {
            messages.addObject().put("role", "system").set("content", joined(parts));
        }
    }

    void turns(List<Turn> turns) {
        List<Turn> before = turns.subList(0, Turns.toolLoop(turns));
        before.forEach(turn -> turn.blocks().removeIf(block -> ThinkingHistory.isBound(block.node())));
        for (Turn turn : turns) {
            if (turn.assistant()) {
                answerOpenCalls(Map.of(), new Parts());
                assistant(turn);
            } else {
                user(turn);
            }
        }
        answerOpenCalls(Map.of(), new Parts());
        if (lastRole("system").equals("system")) {
            throw new MalformedBody("messages: at least one message is required");
        }
    }

    ArrayNode json() {
        return messages;
    }

    /** The ids of all calls. */
    Set<String> usedIds() {
        return Set.copyOf(usedIds);
    }

    /** Whether the conversation stands in a tool loop whose last step goes back without its thinking. */
    boolean lacksThinking() {
        return !lastThought && !lastRole("").equals("assistant");
    }

    private String lastRole(String none) {
        return messages.path(messages.size() - 1).path("role").asText(none);
    }

    /** Places a marker, if there is one, on the last message that takes it. */
    void mark(@Nullable JsonNode mark) {
        if (mark == null) {
            return;
        }
        boolean placed = false;
        for (int i = messages.size() - 1; i >= 0 && !placed; i--) {
            placed = placed(mark, (ObjectNode) messages.get(i));
        }
    }

    /** Whether {@code message} takes the marker, and has it now. */
    private boolean placed(JsonNode mark, ObjectNode message) {
        boolean textOnly = message.path("role").asText().equals("tool") && conversion.dialect().toolResultsAreText();
        if (textOnly) {
            return false;
        }
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            message.putArray("content").addObject().put("type", "text").<ObjectNode>set("text", content)
                    .set("cache_control", mark);
            return true;
        }
        return content instanceof ArrayNode parts && Parts.placeOnLast(parts, mark);
    }

    private static void systemText(String text, @Nullable JsonNode mark, Parts parts) {
        if (text.startsWith(BILLING)) {
            parts.mark(mark);
        } else {
            parts.text(text, mark);
        }
    }

    private static JsonNode joined(Parts parts) {
        StringJoiner text = new StringJoiner("\n\n");
        for (JsonNode part : parts.list()) {
            if (part.has("cache_control")) {
                return parts.list();
            }
            text.add(part.get("text").textValue());
        }
        return parts.list().textNode(text.toString());
    }

    private void assistant(Turn turn) {
        AssistantMessage message = AssistantMessage.of(turn, usedIds, tellsCalls, conversion, contents);
        openCalls = message.callIds();
        lastThought = openCalls.isEmpty() || message.thought();
        if (!message.isEmpty()) {
            messages.add(message.json());
            mark(message.homelessMark());
        }
    }

    private void user(Turn turn) {
        Parts rest = new Parts();
        Map<String, Turn.Block> results = results(turn);
        answerOpenCalls(results, rest);
        for (Turn.Block block : turn.blocks()) {
            if (!block.is("tool_result")) {
                contents.add(block, rest);
            } else if (results.get(block.node().get("tool_use_id").asText()) != block) {
                tools.orphan(block, rest);
            }
        }
        if (!rest.isEmpty()) {
            messages.addObject().put("role", "user").set("content", rest.content());
        }
        mark(rest.homelessMark());
    }

    /** The first result for each call that waits for one. */
    private Map<String, Turn.Block> results(Turn turn) {
        Map<String, Turn.Block> results = new HashMap<>();
        for (Turn.Block block : turn.blocks()) {
            if (block.is("tool_result")) {
                String id = Nodes.required(block.node(), "tool_use_id", block.path() + ".tool_result");
                if (openCalls.contains(id)) {
                    results.putIfAbsent(id, block);
                }
            }
        }
        return results;
    }

    private void answerOpenCalls(Map<String, Turn.Block> results, Parts rest) {
        for (String id : openCalls) {
            Turn.Block result = results.get(id);
            messages.add(result == null ? tools.missing(id) : tools.of(result, id, rest));
        }
        openCalls = Set.of();
    }
}
