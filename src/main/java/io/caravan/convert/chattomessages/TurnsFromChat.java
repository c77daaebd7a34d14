/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelTraits;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;

/**
 * The messages of a chat as the turns of a Messages request: system messages at the beginning become its {@code system},
 * tool messages the results at the head of a user turn, neighbours of one role one turn.
 */
final class TurnsFromChat {

    private final ModelTraits traits;
    private final ArrayNode system = Json.MAPPER.createArrayNode();
    private final ArrayNode turns = Json.MAPPER.createArrayNode();
    private final ToolCallIds ids = new ToolCallIds();
    /** System blocks that came between a tool's call and its result: no turn may stand there. */
    private ArrayNode held = Json.MAPPER.createArrayNode();
    private String role = "";
    private ArrayNode blocks = Json.MAPPER.createArrayNode();
    private int results;

    private TurnsFromChat(ModelTraits traits) {
        this.traits = traits;
    }

    /** Takes the messages out of {@code chat}. */
    static TurnsFromChat of(ObjectNode chat, ModelTraits traits) {
        if (!chat.hasNonNull("messages")) {
            throw new MalformedBody("messages: Field required");
        }
        ArrayNode list = Members.takeList(chat, "messages");
        if (list.isEmpty()) {
            throw new MalformedBody("messages: at least one message is required");
        }
        TurnsFromChat turns = new TurnsFromChat(traits);
        for (int i = 0; i < list.size(); i++) {
            turns.add(list.get(i), "messages." + i);
        }
        turns.finish();
        return turns;
    }

    ArrayNode system() {
        return system;
    }

    ArrayNode turns() {
        return turns;
    }

    private void add(JsonNode message, String path) {
        switch (Members.string(message, "role", path)) {
            case "system", "developer" -> addSystem(marked(message, PartsToBlocks.texts(message, path)));
            case "user" -> {
                if (!ids.anyOpen()) {
                    releaseHeld();
                }
                append("user", marked(message, PartsToBlocks.of(message, path)));
            }
            case "assistant" -> {
                if (!role.equals("assistant") || callsAgain(message)) {
                    closeCalls();
                }
                append("assistant", AssistantToBlocks.of(message, path, ids, traits.claude()));
            }
            case "tool" -> addResult(message, message.path("tool_call_id").asText(), path);
            case "function" -> addResult(message, AssistantToBlocks.legacyId(message), path);
            default -> throw new MalformedBody(path
                    + ".role: Input should be 'system', 'developer', 'user', 'assistant', 'tool' or 'function'");
        }
    }

    /** Whether it calls by an id that waits for a result. */
    private boolean callsAgain(JsonNode message) {
        for (JsonNode call : message.path("tool_calls")) {
            if (ids.isOpen(call.path("id").asText())) {
                return true;
            }
        }
        return ids.anyOpen() && message.hasNonNull("function_call");
    }

    private static ArrayNode marked(JsonNode message, ArrayNode blocks) {
        Members.moveCacheMarkerToLast(message, blocks);
        return blocks;
    }

    private void addSystem(ArrayNode texts) {
        if (turns.isEmpty()) {
            system.addAll(texts);
        } else if (!traits.systemTurns()) {
            for (JsonNode text : texts) {
                ((ObjectNode) text).put("text", "<system-reminder>\n" + text.path("text").textValue()
                        + "\n</system-reminder>");
            }
            append("user", texts);
        } else if (ids.anyOpen()) {
            held.addAll(texts);
        } else {
            append("system", texts);
        }
    }

    private void addResult(JsonNode message, String calledAs, String path) {
        ArrayNode content = PartsToBlocks.of(message, path);
        String id = ids.answered(calledAs);
        if (id == null) {
            append("user", content);
            return;
        }
        ObjectNode result = addResult(id);
        if (message.path("content").isTextual()) {
            result.set("content", message.get("content"));
        } else if (!content.isEmpty()) {
            result.set("content", content);
        }
        if (message.path("is_error").asBoolean()) {
            result.put("is_error", true);
        }
        Members.moveCacheMarker(message, result);
    }

    private ObjectNode addResult(String id) {
        if (!role.equals("user")) {
            begin("user");
        }
        return blocks.insertObject(results++).put("type", "tool_result").put("tool_use_id", id);
    }

    /** Gives calls that were never answered a result, without which the upstream refuses the conversation. */
    private void closeCalls() {
        for (String id : ids.giveUp()) {
            addResult(id).put("content", "(no result)");
        }
        releaseHeld();
    }

    private void releaseHeld() {
        ArrayNode texts = held;
        held = Json.MAPPER.createArrayNode();
        append("system", texts);
    }

    private void append(String newRole, ArrayNode newBlocks) {
        if (newBlocks.isEmpty()) {
            return;
        }
        if (!newRole.equals(role)) {
            begin(newRole);
        }
        blocks.addAll(newBlocks);
    }

    private void begin(String newRole) {
        role = newRole;
        results = 0;
        blocks = turns.addObject().put("role", newRole).putArray("content");
    }

    private void finish() {
        closeCalls();
        if (!turns.path(0).path("role").asText().equals("user")) {
            turns.insertObject(0).put("role", "user").putArray("content").add(PartsToBlocks.text("."));
        }
        if (role.equals("assistant")) {
            JsonNode last = blocks.get(blocks.size() - 1);
            if (last.path("text").isTextual()) {
                ((ObjectNode) last).put("text", last.path("text").textValue().stripTrailing());
            }
        }
    }
}
