/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.EventFrames;
import io.caravan.format.messages.EventFrames.Delta;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Thinking of the answer, told or redacted. */
final class ThinkingBlock extends PendingBlock {

    private final AnswerContext context;
    private final int reasoningIndex;
    private final StringBuilder thought = new StringBuilder();
    private @Nullable String signature;
    private @Nullable String redacted;

    ThinkingBlock(AnswerContext context, int reasoningIndex) {
        this.context = context;
        this.reasoningIndex = reasoningIndex;
    }

    /** Whether {@code piece} goes on with this block. */
    boolean takes(ReasoningPiece piece) {
        if (mustEnd() || piece.redacted() != null) {
            return false;
        }
        boolean uncounted = Math.min(piece.index(), reasoningIndex) < 0;
        return uncounted || piece.index() == reasoningIndex;
    }

    void add(ReasoningPiece piece) {
        String more = news(piece);
        thought.append(more);
        if (!context.thinkingOmitted()) {
            waiting.append(more);
        }
        signature = piece.signature();
        redacted = piece.redacted();
    }

    /** Some upstreams say all of a block once more where they sign it. */
    private String news(ReasoningPiece piece) {
        boolean again = piece.signature() != null && piece.text().startsWith(thought.toString());
        return again ? piece.text().substring(thought.length()) : piece.text();
    }

    /** Without a signature it is shown to those only who asked for it, and not if there is nothing to show. */
    @Override
    boolean mayBegin(boolean ends) {
        if (mustEnd()) {
            return true;
        }
        return context.thinkingAsked() && waiting.length() > 0;
    }

    @Override
    boolean mayEnd() {
        return true;
    }

    @Override
    boolean mustEnd() {
        return signature != null || redacted != null;
    }

    @Override
    void writeWaiting(Bytes out, int index, boolean ends) {
        super.writeWaiting(out, index, ends);
        if (signature != null) {
            EventFrames.delta(out, index, Delta.SIGNATURE_DELTA, signature);
        }
    }

    @Override
    JsonNode opening() {
        return redacted == null ? thinking("", "") : redacted(redacted);
    }

    @Override
    JsonNode whole() {
        if (redacted != null) {
            return redacted(redacted);
        }
        return thinking(waiting.toString(), Objects.requireNonNullElse(signature, ""));
    }

    static JsonNode redacted(String data) {
        return Json.MAPPER.createObjectNode().put("type", "redacted_thinking").put("data", data);
    }

    static JsonNode thinking(String text, String signature) {
        return Json.MAPPER.createObjectNode().put("type", "thinking").put("thinking", text).put("signature", signature);
    }

    @Override
    Delta delta() {
        return Delta.THINKING_DELTA;
    }
}
