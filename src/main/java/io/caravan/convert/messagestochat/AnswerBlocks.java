/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.EventFrames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content blocks of one answer in their order. The first one is open at the client; the others wait, for blocks are
 * never interleaved, until it may be closed: a tool use not before its JSON is whole (R12).
 */
final class AnswerBlocks {

    private final AnswerContext context;
    private final AnswerIds ids;
    private final Deque<PendingBlock> blocks = new ArrayDeque<>();
    private final List<ToolUseBlock> calls = new ArrayList<>();
    /** All thinking that is bound to its model, for a client that asked for none. */
    private final BoundThinkingBlock unasked;
    private @Nullable String lastSignature;
    private boolean begun;
    private boolean answered;
    private int index;
    private long chars;

    AnswerBlocks(AnswerContext context) {
        this.context = context;
        this.ids = new AnswerIds(context.usedIds());
        this.unasked = new BoundThinkingBlock(context);
    }

    void text(String text) {
        if (text.isEmpty() || answered) {
            return;
        }
        if (!endsWithText()) {
            blocks.add(new TextBlock(context.jsonTool()));
        }
        blocks.getLast().waiting.append(text);
        chars += text.length();
    }

    void reasoning(ReasoningPiece piece) {
        if (piece.repeats(lastSignature)) {
            return;
        }
        lastSignature = piece.signature();
        thinkingFor(piece).add(piece);
        chars += piece.text().length();
    }

    /** Thinking that is bound to its model. */
    void thoughts(List<Thought> thoughts) {
        boolean follows = blocks.isEmpty() || blocks.peekLast() instanceof BoundThinkingBlock;
        if (follows || thoughts.stream().anyMatch(Thought::says)) {
            thoughts.forEach(this::thought);
        }
    }

    private void thought(Thought thought) {
        bindingBlock().add(thought);
        chars += thought.shown().length();
    }

    private BoundThinkingBlock bindingBlock() {
        if (!context.thinkingAsked()) {
            return unasked;
        }
        if (blocks.peekLast() instanceof BoundThinkingBlock last) {
            return last;
        }
        BoundThinkingBlock block = new BoundThinkingBlock(context);
        blocks.add(block);
        return block;
    }

    /** The block that {@code piece} goes on with, or a new one. */
    private ThinkingBlock thinkingFor(ReasoningPiece piece) {
        if (blocks.peekLast() instanceof ThinkingBlock last && last.takes(piece)) {
            return last;
        }
        ThinkingBlock block = new ThinkingBlock(context, piece.index());
        blocks.add(block);
        return block;
    }

    /** A piece of a call that may have begun. */
    void toolPiece(ToolPiece piece) {
        ToolUseBlock call = callAt(piece);
        if (call == null) {
            call(piece);
        } else {
            add(call, piece);
        }
    }

    /** A call of its own. */
    void call(ToolPiece piece) {
        if (piece.saysSomething()) {
            ToolUseBlock call = new ToolUseBlock(context, ids, piece.index());
            calls.add(call);
            blocks.add(call);
            add(call, piece);
        }
    }

    private void add(ToolUseBlock call, ToolPiece piece) {
        call.add(piece);
        chars += piece.arguments().length();
        if (call.isAnswer()) {
            answered = true;
            blocks.removeIf(TextBlock.class::isInstance);
        }
    }

    /** The call that {@code piece} goes on with, or null if it begins one. */
    private @Nullable ToolUseBlock callAt(ToolPiece piece) {
        ToolUseBlock latest = null;
        for (int i = calls.size() - 1; i >= 0; i--) {
            ToolUseBlock call = calls.get(i);
            if (call.isAt(piece.index())) {
                if (call.hasId(piece.id()) && !call.isFollowedBy(piece)) {
                    return call;
                }
                if (latest == null) {
                    latest = call;
                }
            }
        }
        if (latest == null || latest.isFollowedBy(piece)) {
            return null;
        }
        return latest;
    }

    /** Appends what can be said by now; with {@code ends} all of it. */
    void write(Bytes out, boolean ends) {
        while (!blocks.isEmpty()) {
            PendingBlock open = blocks.element();
            boolean closes = ends || closes(open);
            open.write(out, index, closes);
            begun |= open.begun();
            if (!closes) {
                return;
            }
            blocks.remove();
            if (open.begun()) {
                EventFrames.blockStop(out, index++);
            }
        }
    }

    private boolean closes(PendingBlock open) {
        if (open.mustEnd()) {
            return true;
        }
        return blocks.size() > 1 && open.mayEnd();
    }

    /**
     * Takes the end of the answer.
     *
     * @param cutShort whether it may have ended in the middle of a call
     * @throws Failure if a call's arguments are not one JSON object: half a call must not run
     */
    void end(boolean cutShort) {
        for (ToolUseBlock call : calls) {
            boolean whole = call.end();
            if (!whole && !cutShort) {
                throw Failure.of(Kind.BAD_ANSWER,
                        "The upstream called a tool with arguments that are not one JSON object.");
            }
        }
        if (begun) {
            blocks.addLast(unasked);
        } else {
            blocks.addFirst(unasked);
        }
    }

    /** Whether nothing has come of it yet. */
    boolean isEmpty() {
        return chars == 0 && blocks.isEmpty() && calls.isEmpty();
    }

    /** Whether it says anything, and no call is half told: it may have ended here. */
    boolean mayHaveEnded() {
        return !isEmpty() && calls.stream().allMatch(ToolUseBlock::isWhole);
    }

    /** All blocks, for a JSON answer; a call that the model's limit cut short is none. */
    ArrayNode whole() {
        blocks.removeIf(block -> block instanceof ToolUseBlock call && !call.end());
        ArrayNode content = Json.MAPPER.createArrayNode();
        for (PendingBlock block : blocks) {
            if (block.mayBegin(true)) {
                content.add(block.whole());
            }
        }
        return content;
    }

    boolean endsWithText() {
        return blocks.peekLast() instanceof TextBlock;
    }

    /** Whether a block has begun at the client. */
    boolean begun() {
        return begun;
    }

    boolean usesTool() {
        return calls.stream().anyMatch(ToolUseBlock::isUse);
    }

    /** How many characters have come, of which a missing token count is estimated. */
    long chars() {
        return chars;
    }
}
