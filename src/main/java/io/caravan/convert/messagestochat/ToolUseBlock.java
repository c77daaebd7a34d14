/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.EventFrames;
import io.caravan.format.messages.EventFrames.Delta;

/** A tool call; or the forced one that is no call but the answer, whose input becomes text. */
final class ToolUseBlock extends PendingBlock {

    private static final int LONGEST_NOTHING = 16;

    private final AnswerContext context;
    private final AnswerIds ids;
    private final Integer index;
    private JsonProgress progress = new JsonProgress();
    private String id;
    private String name;
    private boolean told;

    ToolUseBlock(AnswerContext context, AnswerIds ids, Integer index) {
        this.context = context;
        this.ids = ids;
        this.index = index;
    }

    boolean isAt(Integer other) {
        return other == null || other.equals(index);
    }

    boolean hasId(String other) {
        return other != null && other.equals(id);
    }

    /** Whether {@code piece}, which stands at this call's place, begins another call. */
    boolean isFollowedBy(ToolPiece piece) {
        boolean named = piece.name() != null && name != null;
        boolean otherName = named && !piece.name().equals(name);
        if (hasId(piece.id())) {
            return otherName && progress.whole();
        }
        if (piece.id() != null && id != null) {
            return named || progress.whole();
        }
        return named && progress.whole() || otherName && piece.index() == null;
    }

    void add(ToolPiece piece) {
        id = id == null ? piece.id() : id;
        name = name == null ? piece.name() : name;
        if (!told && isEmptyObject() && !piece.arguments().isBlank()) {
            waiting.setLength(0);
            progress = new JsonProgress();
        }
        waiting.append(piece.arguments());
        progress.take(piece.arguments());
    }

    /** Whether it is a tool use for the client, not its answer. */
    boolean isUse() {
        return name != null && !isAnswer();
    }

    boolean isAnswer() {
        return context.isJsonTool(name);
    }

    @Override
    boolean mayBegin(boolean ends) {
        if (name == null) {
            if (ends && !waiting.toString().isBlank()) {
                throw Failure.of(Kind.BAD_ANSWER, "The upstream called a tool without naming it.");
            }
            return false;
        }
        return ends || id != null && !isAnswer() || !holds();
    }

    @Override
    boolean mayEnd() {
        return progress.whole() && !holds();
    }

    @Override
    void writeWaiting(Bytes out, int blockIndex, boolean ends) {
        if (!holds()) {
            told = true;
            super.writeWaiting(out, blockIndex, ends);
        } else if (ends) {
            EventFrames.delta(out, blockIndex, delta(), "{}");
        }
    }

    /** An empty object may be followed by the real one (rule 6), and no arguments by some. */
    private boolean holds() {
        return !told && saysNothing();
    }

    private boolean saysNothing() {
        int length = waiting.length();
        return length == 0 || length < LONGEST_NOTHING
                && (waiting.toString().isBlank() || isEmptyObject() || waiting.toString().strip().equals("null"));
    }

    private boolean isEmptyObject() {
        return waiting.length() < LONGEST_NOTHING && waiting.toString().strip().equals("{}");
    }

    @Override
    JsonNode opening() {
        return isAnswer() ? TextBlock.of("") : toolUse(Json.MAPPER.createObjectNode());
    }

    @Override
    JsonNode whole() {
        if (isAnswer()) {
            return TextBlock.of(saysNothing() ? "{}" : waiting.toString());
        }
        return toolUse(ToolArguments.input(waiting.toString()));
    }

    private JsonNode toolUse(ObjectNode input) {
        return Json.MAPPER.createObjectNode().put("type", "tool_use").put("id", ids.tool(id))
                .put("name", context.toolNames().toClient(name)).set("input", input);
    }

    @Override
    Delta delta() {
        return isAnswer() ? Delta.TEXT_DELTA : Delta.INPUT_JSON_DELTA;
    }
}
