/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.IOException;
import java.util.List;

/** Spells an answer as Anthropic Messages do. */
final class MessagesFormat {

    private final String id;
    private final String model;
    private final Answer answer;

    MessagesFormat(String id, String model, Answer answer) {
        this.id = id;
        this.model = Json.quote(model);
        this.answer = answer;
    }

    String json() {
        StringBuilder json = new StringBuilder(1024).append(messageStart()).append("\"content\":[");
        String separator = "";
        for (Answer.Block block : answer.blocks()) {
            json.append(separator).append(whole(block));
            separator = ",";
        }
        json.append("],\"stop_reason\":").append(Json.quote(answer.stopReason())).append(afterStopReason());
        if (answer.usage() != null) {
            json.append(",\"usage\":").append(answer.usage().messages(answer.usage().output()));
        }
        return json.append('}').toString();
    }

    void stream(EventStream stream) throws IOException {
        StringBuilder start = new StringBuilder(512)
                .append("{\"type\":\"message_start\",\"message\":")
                .append(messageStart())
                .append("\"content\":[],\"stop_reason\":null")
                .append(afterStopReason());
        if (answer.usage() != null) {
            start.append(",\"usage\":").append(answer.usage().messages(1));
        }
        stream.start();
        stream.frame(EventStream.Kind.START, "message_start", start.append("}}").toString());
        stream.frame(EventStream.Kind.PING, "ping", "{\"type\":\"ping\"}");
        int index = 0;
        List<Answer.ToolUse> tools = answer.toolUses();
        boolean interleaved = answer.interleaved() && tools.size() > 1;
        for (Answer.Block block : answer.blocks()) {
            if (!(interleaved && block instanceof Answer.ToolUse)) {
                block(stream, index++, block);
            }
        }
        if (interleaved) {
            interleave(stream, index, tools);
        }
        finish(stream);
    }

    private void finish(EventStream stream) throws IOException {
        String usage = answer.usage() == null ? "" : ",\"usage\":" + answer.usage().messagesDelta();
        stream.frame(EventStream.Kind.FINISH, "message_delta",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":" + Json.quote(answer.stopReason())
                        + ",\"stop_sequence\":null}" + usage + "}");
        stream.frame(EventStream.Kind.END, "message_stop", "{\"type\":\"message_stop\"}");
        stream.end();
    }

    private void block(EventStream stream, int index, Answer.Block block) throws IOException {
        if (block instanceof Answer.Thinking thinking) {
            start(stream, index, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}");
            for (String piece : Pieces.ofText(thinking.text())) {
                delta(stream, EventStream.Kind.THINKING, index, "thinking_delta", "thinking", piece);
            }
            if (thinking.signature() != null) {
                delta(stream, EventStream.Kind.THINKING, index, "signature_delta", "signature", thinking.signature());
            }
            stop(stream, EventStream.Kind.BLOCK_END, index);
        } else if (block instanceof Answer.Redacted) {
            start(stream, index, whole(block));
            stop(stream, EventStream.Kind.BLOCK_END, index);
        } else if (block instanceof Answer.Text text) {
            start(stream, index, "{\"type\":\"text\",\"text\":\"\"}");
            for (String piece : text.pieces()) {
                delta(stream, EventStream.Kind.CONTENT, index, "text_delta", "text", piece);
            }
            stop(stream, EventStream.Kind.BLOCK_END, index);
        } else if (block instanceof Answer.ToolUse tool) {
            start(stream, index, toolStart(tool, "{}"));
            delta(stream, EventStream.Kind.PING, index, "input_json_delta", "partial_json", "");
            for (String piece : Pieces.ofLength(tool.input(), answer.jsonPieceLength())) {
                delta(stream, EventStream.Kind.CONTENT, index, "input_json_delta", "partial_json", piece);
            }
            stop(stream, EventStream.Kind.TOOL_END, index);
        }
    }

    private void interleave(EventStream stream, int first, List<Answer.ToolUse> tools) throws IOException {
        int longest = 0;
        for (int i = 0; i < tools.size(); i++) {
            start(stream, first + i, toolStart(tools.get(i), "{}"));
            longest = Math.max(longest, tools.get(i).input().length());
        }
        for (int from = 0; from < longest; from += answer.jsonPieceLength()) {
            for (int i = 0; i < tools.size(); i++) {
                List<String> pieces = Pieces.ofLength(tools.get(i).input(), answer.jsonPieceLength());
                int piece = from / answer.jsonPieceLength();
                if (piece < pieces.size()) {
                    delta(stream, EventStream.Kind.CONTENT, first + i, "input_json_delta", "partial_json",
                            pieces.get(piece));
                }
            }
        }
        for (int i = 0; i < tools.size(); i++) {
            stop(stream, EventStream.Kind.TOOL_END, first + i);
        }
    }

    private static void start(EventStream stream, int index, String block) throws IOException {
        stream.frame(EventStream.Kind.BLOCK, "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}");
    }

    private static void delta(
            EventStream stream, EventStream.Kind kind, int index, String type, String field, String piece)
            throws IOException {
        stream.frame(kind, "content_block_delta",
                "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":{\"type\":\"" + type + "\",\""
                        + field + "\":" + Json.quote(piece) + "}}");
    }

    private static void stop(EventStream stream, EventStream.Kind kind, int index) throws IOException {
        stream.frame(kind, "content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}");
    }

    private static String toolStart(Answer.ToolUse tool, String input) {
        return "{\"type\":\"tool_use\",\"id\":" + Json.quote(tool.id()) + ",\"name\":" + Json.quote(tool.name())
                + ",\"input\":" + input + "}";
    }

    private static String whole(Answer.Block block) {
        if (block instanceof Answer.Thinking thinking) {
            return "{\"type\":\"thinking\",\"thinking\":" + Json.quote(thinking.text()) + ",\"signature\":"
                    + Json.quote(thinking.signature() == null ? "" : thinking.signature()) + "}";
        }
        if (block instanceof Answer.Redacted redacted) {
            return "{\"type\":\"redacted_thinking\",\"data\":" + Json.quote(redacted.data()) + "}";
        }
        if (block instanceof Answer.ToolUse tool) {
            return toolStart(tool, tool.input());
        }
        return "{\"type\":\"text\",\"text\":" + Json.quote(((Answer.Text) block).whole()) + "}";
    }

    private String messageStart() {
        return "{\"id\":\"" + id + "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":" + model + ",";
    }

    private static String afterStopReason() {
        return ",\"stop_sequence\":null,\"stop_details\":null,\"container\":null,\"diagnostics\":null";
    }
}
