/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Conversion;
import io.caravan.format.chat.Spoken;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RawText;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code messages} into turns: neighbours of one side are joined, system messages become reminders in the user's
 * turn (M05-M07), those of which nothing would be left are none.
 */
final class Turns {

    private static final String REMINDER = "<system-reminder>";

    private final DeferredTools deferred;
    private final List<Turn> turns = new ArrayList<>();
    private String effort;

    private Turns(DeferredTools deferred) {
        this.deferred = deferred;
    }

    /**
     * @param deferred is told what the messages say of tools
     * @throws MalformedBody for an invalid role or a block without type (E36)
     */
    static Turns read(JsonNode messages, DeferredTools deferred) {
        Turns read = new Turns(deferred);
        for (int i = 0; i < messages.size(); i++) {
            read.message(messages.get(i), "messages." + i);
        }
        List<Turn> all = List.copyOf(read.turns);
        read.turns.clear();
        for (Turn turn : all) {
            if (read.saysSomething(turn)) {
                read.add(turn.assistant(), turn.blocks());
            }
        }
        return read;
    }

    List<Turn> list() {
        return turns;
    }

    /** The effort the last system message that names one asks for, or null. */
    String effort() {
        return effort;
    }

    private void message(JsonNode message, String path) {
        if (!message.isObject()) {
            throw new MalformedBody(path + ": Input should be a valid dictionary");
        }
        JsonNode role = message.path("role");
        switch (role.asText()) {
            case "user" -> add(false, blocks(message, path));
            case "assistant" -> add(true, blocks(message, path));
            case "system" -> system((ObjectNode) message, path);
            default -> throw new MalformedBody(path + (Conversion.given(role)
                    ? ".role: Input should be 'user', 'assistant' or 'system'" : ".role: Field required"));
        }
    }

    private void system(ObjectNode message, String path) {
        JsonNode asked = message.path("output_config").path("effort");
        if (asked.isTextual()) {
            effort = asked.textValue();
        }
        if (!Conversion.given(message.get("content"))) {
            return;
        }
        StringBuilder text = new StringBuilder();
        ObjectNode reminder = Conversion.object().put("type", "text");
        for (Turn.Block block : blocks(message, path)) {
            String words = block.type().equals("text") ? Conversion.required(block.node(), "text", block.path() + ".text")
                    : "";
            if (!words.isBlank()) {
                text.append(text.isEmpty() ? "" : "\n\n").append(words);
            }
            if (block.node().has("cache_control")) {
                reminder.set("cache_control", block.node().get("cache_control"));
            }
        }
        if (!text.isEmpty()) {
            reminder.put("text", text.indexOf(REMINDER) == 0 ? text.toString()
                    : REMINDER + "\n" + text + "\n</system-reminder>");
            add(false, List.of(new Turn.Block(path, "text", reminder)));
        }
    }

    private List<Turn.Block> blocks(JsonNode message, String path) {
        JsonNode content = message.path("content");
        String text = RawText.text(content);
        if (text != null) {
            return List.of(new Turn.Block(path + ".content", "text",
                    Conversion.object().put("type", "text").put("text", text)));
        }
        if (!content.isArray()) {
            throw new MalformedBody(path + (content.isMissingNode() ? ".content: Field required"
                    : ".content: Input should be a valid list"));
        }
        List<Turn.Block> blocks = list(content, path + ".content");
        deferred.see(blocks);
        return blocks;
    }

    /** The blocks of a content list. */
    static List<Turn.Block> list(JsonNode content, String path) {
        List<Turn.Block> blocks = new ArrayList<>(content.size());
        for (int i = 0; i < content.size(); i++) {
            String at = path + "." + i;
            if (!(content.get(i) instanceof ObjectNode node)) {
                throw new MalformedBody(at + ": Input should be a valid dictionary");
            }
            if (!node.path("type").isTextual()) {
                throw new MalformedBody(at + ".type: Field required");
            }
            blocks.add(new Turn.Block(at, node.get("type").textValue(), node));
        }
        return blocks;
    }

    private void add(boolean assistant, List<Turn.Block> blocks) {
        Turn last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
        if (last != null && last.assistant() == assistant) {
            last.blocks().addAll(blocks);
        } else {
            turns.add(new Turn(assistant, new ArrayList<>(blocks)));
        }
    }

    /** Thinking alone says nothing: chat has no message without content. */
    private boolean saysSomething(Turn turn) {
        boolean something = false;
        for (Turn.Block block : turn.blocks()) {
            something |= switch (block.type()) {
                case "text" -> !Conversion.required(block.node(), "text", block.path() + ".text").isBlank();
                case "thinking", "redacted_thinking", "fallback", "mcp_tool_listing" -> false;
                case "tool_use", "tool_result", "image", "document", "search_result" -> true;
                default -> !Spoken.of(block.node()).isBlank();
            };
        }
        return something;
    }
}
