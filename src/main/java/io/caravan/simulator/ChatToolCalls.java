/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Tool calls in a chat message and, in the pieces and variants servers send, in a chat stream. */
final class ChatToolCalls {

    private final Faults faults;
    private final int pieceLength;
    private int next;

    ChatToolCalls(Faults faults, int pieceLength) {
        this.faults = faults;
        this.pieceLength = pieceLength;
    }

    /** The member {@code tool_calls} of a message. */
    String member(List<Answer.ToolUse> tools) {
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < tools.size(); i++) {
            calls.add("{" + whole(tools.get(i)) + "}");
        }
        return "\"tool_calls\":[" + String.join(",", calls) + "]";
    }

    /** Sends the calls that follow one another in an answer. */
    void stream(ChatChunks chunks, List<Answer.ToolUse> tools, boolean interleaved) throws IOException {
        int first = next;
        next += tools.size();
        if (faults.has("tool-in-one-chunk")) {
            for (int i = 0; i < tools.size(); i++) {
                delta(chunks, EventStream.Kind.CONTENT, first + i, whole(tools.get(i)));
            }
            return;
        }
        List<List<String>> pieces = new ArrayList<>();
        int most = 0;
        for (Answer.ToolUse tool : tools) {
            pieces.add(Pieces.ofLength(tool.input(), pieceLength));
            most = Math.max(most, pieces.get(pieces.size() - 1).size());
        }
        if (!interleaved) {
            for (int i = 0; i < tools.size(); i++) {
                start(chunks, first + i, tools.get(i));
                for (String piece : pieces.get(i)) {
                    piece(chunks, first + i, tools.get(i), piece);
                }
                chunks.toolEnd();
            }
            return;
        }
        for (int i = 0; i < tools.size(); i++) {
            start(chunks, first + i, tools.get(i));
        }
        for (int piece = 0; piece < most; piece++) {
            for (int i = 0; i < tools.size(); i++) {
                if (piece < pieces.get(i).size()) {
                    piece(chunks, first + i, tools.get(i), pieces.get(i).get(piece));
                }
            }
        }
    }

    private void start(ChatChunks chunks, int index, Answer.ToolUse tool) throws IOException {
        String leading = Json.quote(faults.has("leading-braces") ? "{}" : "");
        if (faults.has("late-tool-name")) {
            delta(chunks, EventStream.Kind.BLOCK, index, "\"id\":" + Json.quote(tool.id())
                    + ",\"type\":\"function\",\"function\":{\"arguments\":" + leading + "}");
            delta(chunks, EventStream.Kind.PING, index, "\"function\":{\"name\":" + Json.quote(tool.name()) + "}");
        } else {
            delta(chunks, EventStream.Kind.BLOCK, index, head(tool, true) + leading + "}");
        }
    }

    private void piece(ChatChunks chunks, int index, Answer.ToolUse tool, String piece) throws IOException {
        String head = head(tool, faults.has("repeated-tool-ids"));
        delta(chunks, EventStream.Kind.CONTENT, index, head + Json.quote(piece) + "}");
    }

    private void delta(ChatChunks chunks, EventStream.Kind kind, int index, String members) throws IOException {
        String indexMember = faults.has("no-tool-index") ? "" : "\"index\":" + index + ",";
        chunks.delta(kind, "\"tool_calls\":[{" + indexMember + members + "}]");
    }

    private String whole(Answer.ToolUse tool) {
        return head(tool, true) + Json.quote(tool.input()) + "}";
    }

    /** The members of a call up to the value of its arguments. */
    private String head(Answer.ToolUse tool, boolean named) {
        if (!named) {
            return "\"function\":{\"arguments\":";
        }
        String id = faults.has("no-tool-id") ? "" : "\"id\":" + Json.quote(tool.id()) + ",";
        return id + "\"type\":\"function\",\"function\":{\"name\":" + Json.quote(tool.name()) + ",\"arguments\":";
    }
}
