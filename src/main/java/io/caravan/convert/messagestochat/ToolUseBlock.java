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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tool call; or the forced one that is no call but the answer, whose input becomes text. */
final class ToolUseBlock extends PendingBlock {

    private static final String EMPTY = "{}";

    private final AnswerContext context;
    private final AnswerIds ids;
    private final @Nullable Integer index;
    private final CallArguments arguments = new CallArguments();
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
        boolean whole = arguments.whole();
        if (hasId(piece.id())) {
            return otherName && whole;
        }
        if (id != null && piece.id() != null) {
            return named || whole;
        }
        if (named && whole) {
            return otherName || !isRepeatedBy(piece);
        }
        return otherName && piece.index() == null;
    }

    private boolean isRepeatedBy(ToolPiece piece) {
        return piece.index() != null && arguments.repeatedBy(piece.arguments());
    }

    void add(ToolPiece piece) {
        if (id == null) {
            id = piece.id();
        }
        if (name == null) {
            name = piece.name();
        }
        waiting.append(arguments.add(piece.arguments()));
    }

    /**
     * All pieces have come; returns whether they are one JSON object, or none. Slips of spelling are mended in what has not
     * been said yet.
     */
    boolean end() {
        if (arguments.sayNothing()) {
            return true;
        }
        Optional<String> rest = arguments.rest();
        rest.ifPresent(waiting::append);
        if (rest.isEmpty() && !begun()) {
            rest = ToolArguments.mended(arguments.text());
            rest.ifPresent(mended -> waiting.replace(0, waiting.length(), mended));
        }
        return rest.isPresent();
    }

    /** Whether its arguments are as whole as can be told. */
    boolean isWhole() {
        return arguments.sayNothing() || arguments.value().isPresent();
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
            if (ends && !arguments.text().isBlank()) {
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
        return arguments.whole() && !holds() && isWhole();
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
        return !told && arguments.sayNothing();
    }

    @Override
    JsonNode opening() {
        return isAnswer() ? TextBlock.of("") : toolUse(Json.MAPPER.createObjectNode());
    }

    @Override
    JsonNode whole() {
        if (isAnswer()) {
            return TextBlock.of(arguments.sayNothing() ? EMPTY : waiting.toString());
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
