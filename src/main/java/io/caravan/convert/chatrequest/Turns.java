/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RawText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Reads {@code messages} into turns: neighbours of one side are joined, system messages become reminders in the user's
 * turn (M05-M07), those of which nothing would be left are none.
 */
final class Turns {

    private static final String REMINDER = "<system-reminder>";

    private final DeferredTools deferred;
    private final List<Turn> turns = new ArrayList<>();
    private Optional<String> effort = Optional.empty();

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
            if (saysSomething(turn)) {
                read.add(turn.assistant(), turn.blocks());
            }
        }
        return read;
    }

    List<Turn> list() {
        return turns;
    }

    /** Where the tool loop begins that the conversation stands in: behind the last turn of the user's that bears no result. */
    static int toolLoop(List<Turn> turns) {
        int start = turns.size();
        while (start > 0 && turns.get(start - 1).isInToolLoop()) {
            start--;
        }
        return start;
    }

    /** The effort the last system message that names one asks for. */
    Optional<String> effort() {
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
            case "system" -> system(message, path);
            default -> throw Nodes.unfit(path + ".role", Nodes.isGiven(role),
                    "Input should be 'user', 'assistant' or 'system'");
        }
    }

    private void system(JsonNode message, String path) {
        JsonNode asked = message.path("output_config").path("effort");
        if (asked.isTextual()) {
            effort = Optional.of(asked.textValue());
        }
        if (Nodes.isGiven(message.path("content"))) {
            ObjectNode reminder = reminder(blocks(message, path));
            if (reminder.has("text")) {
                add(false, List.of(new Turn.Block(path, "text", reminder)));
            }
        }
    }

    /** The blocks of a system message as one of the user's; without a text if they have none. */
    private static ObjectNode reminder(List<Turn.Block> blocks) {
        StringJoiner texts = new StringJoiner("\n\n");
        ObjectNode reminder = Nodes.object().put("type", "text");
        for (Turn.Block block : blocks) {
            String words = block.is("text") ? block.text() : "";
            if (!words.isBlank()) {
                texts.add(words);
            }
            if (block.node().has("cache_control")) {
                reminder.set("cache_control", block.node().get("cache_control"));
            }
        }
        String text = texts.toString();
        if (text.startsWith(REMINDER)) {
            reminder.put("text", text);
        } else if (!text.isEmpty()) {
            reminder.put("text", REMINDER + "\n" + text + "\n</system-reminder>");
        }
        return reminder;
    }

    private List<Turn.Block> blocks(JsonNode message, String path) {
        JsonNode content = message.path("content");
        String text = RawText.text(content);
        if (text != null) {
            ObjectNode block = Nodes.object().put("type", "text").put("text", text);
            return List.of(new Turn.Block(path + ".content", "text", block));
        }
        if (!content.isArray()) {
            throw Nodes.unfit(path + ".content", !content.isMissingNode(), "Input should be a valid list");
        }
        List<Turn.Block> blocks = Turn.Block.list(content, path + ".content");
        deferred.see(blocks);
        return blocks;
    }

    private void add(boolean assistant, List<Turn.Block> blocks) {
        int last = turns.size() - 1;
        if (last >= 0 && turns.get(last).assistant() == assistant) {
            turns.get(last).blocks().addAll(blocks);
        } else {
            turns.add(new Turn(assistant, new ArrayList<>(blocks)));
        }
    }

    /** Thinking alone says nothing: chat has no message without content. */
    private static boolean saysSomething(Turn turn) {
        boolean something = false;
        for (Turn.Block block : turn.blocks()) {
            something |= saysSomething(block);
        }
        return something;
    }

    private static boolean saysSomething(Turn.Block block) {
        return switch (block.type()) {
            case "thinking", "redacted_thinking", "fallback", "mcp_tool_listing" -> false;
            case "tool_use", "tool_result", "image", "document", "search_result" -> true;
            default -> !block.words().isBlank();
        };
    }
}
