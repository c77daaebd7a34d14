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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A tool call; or the forced one that is no call but the answer, whose input becomes text. */
final class ToolUseBlock extends PendingBlock {

    private static final int LONGEST_NOTHING = 16;
    private static final String EMPTY = "{}";
    private static final Set<String> NOTHING = Set.of("", EMPTY, "null");

    private final AnswerContext context;
    private final AnswerIds ids;
    private final @Nullable Integer index;
    private JsonProgress progress = new JsonProgress();
    private @Nullable String id;
    private @Nullable String name;
    private boolean told;

    ToolUseBlock(AnswerContext context, AnswerIds ids, @Nullable Integer index) {
        this.context = context;
        this.ids = ids;
        this.index = index;
    }

    boolean isAt(@Nullable Integer other) {
        return other == null || other.equals(index);
    }

    boolean hasId(@Nullable String other) {
        return other != null && other.equals(id);
    }

    /** Whether {@code piece}, which stands at this call's place, begins another call. */
    boolean isFollowedBy(ToolPiece piece) {
        boolean named = name != null && piece.name() != null;
        boolean otherName = named && !Objects.equals(name, piece.name());
        boolean whole = progress.whole();
        if (hasId(piece.id())) {
            return otherName && whole;
        }
        if (id != null && piece.id() != null) {
            return named || whole;
        }
        if (named && whole) {
            return true;
        }
        return otherName && piece.index() == null;
    }

    void add(ToolPiece piece) {
        if (id == null) {
            id = piece.id();
        }
        if (name == null) {
            name = piece.name();
        }
        boolean replaceable = !told && isEmptyObject();
        if (replaceable && !piece.arguments().isBlank()) {
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
        return context.isAnswer(name);
    }

    @Override
    boolean mayBegin(boolean ends) {
        if (name == null) {
            if (ends && !waiting.toString().isBlank()) {
                throw Failure.of(Kind.BAD_ANSWER, "The upstream called a tool without naming it.");
            }
            return false;
        }
        if (ends || !holds()) {
            return true;
        }
        return id != null && !isAnswer();
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
            EventFrames.delta(out, blockIndex, delta(), EMPTY);
        }
    }

    /** An empty object may be followed by the real one, and no arguments by some. */
    private boolean holds() {
        return !told && saysNothing();
    }

    private boolean saysNothing() {
        return waiting.length() < LONGEST_NOTHING && NOTHING.contains(waiting.toString().strip());
    }

    private boolean isEmptyObject() {
        return waiting.length() < LONGEST_NOTHING && waiting.toString().strip().equals(EMPTY);
    }

    @Override
    JsonNode opening() {
        return isAnswer() ? TextBlock.of("") : toolUse(Json.MAPPER.createObjectNode());
    }

    @Override
    JsonNode whole() {
        if (isAnswer()) {
            return TextBlock.of(saysNothing() ? EMPTY : waiting.toString());
        }
        return toolUse(ToolArguments.input(waiting.toString()));
    }

    private JsonNode toolUse(ObjectNode input) {
        return Json.MAPPER.createObjectNode().put("type", "tool_use").put("id", ids.tool(id))
                .put("name", context.clientName(Objects.requireNonNull(name))).set("input", input);
    }

    @Override
    Delta delta() {
        return isAnswer() ? Delta.TEXT_DELTA : Delta.INPUT_JSON_DELTA;
    }
}
