/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.EventFrames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The content blocks of one answer in their order (protocol 3.6). The first one is open at the client; the others wait, for
 * blocks are never interleaved, until it may be closed: a tool use not before its JSON is whole (rule 12).
 */
final class AnswerBlocks {

    private final AnswerContext context;
    private final AnswerIds ids = new AnswerIds();
    private final Deque<PendingBlock> blocks = new ArrayDeque<>();
    private final List<ToolUseBlock> calls = new ArrayList<>();
    private String lastSignature;
    private int index;
    private long chars;

    AnswerBlocks(AnswerContext context) {
        this.context = context;
    }

    void text(String text) {
        if (text == null || text.isEmpty() || answered()) {
            return;
        }
        if (!(blocks.peekLast() instanceof TextBlock)) {
            blocks.add(new TextBlock(context.jsonTool()));
        }
        blocks.peekLast().waiting.append(text);
        chars += text.length();
    }

    void reasoning(ReasoningPiece piece) {
        if (piece.text().isEmpty() && piece.signature() != null && piece.signature().equals(lastSignature)) {
            return;
        }
        lastSignature = piece.signature();
        if (!(blocks.peekLast() instanceof ThinkingBlock last && last.takes(piece))) {
            blocks.add(new ThinkingBlock(context, piece.index()));
        }
        ((ThinkingBlock) blocks.peekLast()).add(piece);
        chars += piece.text().length();
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
        if (piece.id() == null && piece.name() == null && piece.arguments().isBlank()) {
            return;
        }
        ToolUseBlock call = new ToolUseBlock(context, ids, piece.index());
        calls.add(call);
        blocks.add(call);
        add(call, piece);
    }

    private void add(ToolUseBlock call, ToolPiece piece) {
        call.add(piece);
        chars += piece.arguments().length();
        if (call.isAnswer()) {
            blocks.removeIf(TextBlock.class::isInstance);
        }
    }

    private ToolUseBlock callAt(ToolPiece piece) {
        ToolUseBlock latest = null;
        for (int i = calls.size() - 1; i >= 0; i--) {
            ToolUseBlock call = calls.get(i);
            if (call.isAt(piece.index())) {
                if (call.hasId(piece.id()) && !call.isFollowedBy(piece)) {
                    return call;
                }
                latest = latest == null ? call : latest;
            }
        }
        return latest == null || latest.isFollowedBy(piece) ? null : latest;
    }

    /** Appends what can be said by now; with {@code ends} all of it. */
    void write(Bytes out, boolean ends) {
        while (!blocks.isEmpty()) {
            PendingBlock open = blocks.peek();
            boolean closes = ends || open.mustEnd() || blocks.size() > 1 && open.mayEnd();
            open.write(out, index, closes);
            if (!closes) {
                return;
            }
            blocks.remove();
            if (open.begun()) {
                EventFrames.blockStop(out, index++);
            }
        }
    }

    /** All blocks, for a JSON answer. */
    ArrayNode whole() {
        ArrayNode content = Json.MAPPER.createArrayNode();
        for (PendingBlock block : blocks) {
            if (block.mayBegin(true)) {
                content.add((JsonNode) block.whole());
            }
        }
        return content;
    }

    boolean endsWithText() {
        return blocks.peekLast() instanceof TextBlock;
    }

    boolean begun() {
        return index > 0 || !blocks.isEmpty() && blocks.peek().begun();
    }

    boolean usesTool() {
        return calls.stream().anyMatch(ToolUseBlock::isUse);
    }

    private boolean answered() {
        return context.jsonTool() && calls.stream().anyMatch(ToolUseBlock::isAnswer);
    }

    /** How many characters have come, of which a missing token count is estimated. */
    long chars() {
        return chars;
    }
}
