/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Spells an answer as OpenAI chat completions do, in the spelling of one dialect. */
final class ChatFormat {

    private static final long CREATED = 1_790_000_000L;
    private static final Map<String, String> FINISH_REASONS = Map.of(
            "end_turn", "stop", "stop_sequence", "stop", "pause_turn", "stop", "tool_use", "tool_calls",
            "max_tokens", "length", "model_context_window_exceeded", "length", "refusal", "content_filter");

    private final Dialect dialect;
    private final String id;
    private final String model;
    private final Answer answer;
    private final Faults faults;
    private final ChatReasoning reasoning;
    private final ChatToolCalls toolCalls;
    private int thoughts;

    ChatFormat(Dialect dialect, String id, String model, Answer answer, Faults faults) {
        this.dialect = dialect;
        this.id = id;
        this.model = Json.quote(model);
        this.answer = answer;
        this.faults = faults;
        reasoning = new ChatReasoning(dialect);
        toolCalls = new ChatToolCalls(faults, answer.jsonPieceLength());
    }

    String json() {
        StringBuilder json = new StringBuilder(512)
                .append('{').append(head("chat.completion"))
                .append(",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\"").append(content());
        if (!answer.toolUses().isEmpty()) {
            json.append(',').append(toolCalls.member(answer.toolUses()));
        }
        json.append("},\"finish_reason\":").append(finishReason()).append('}');
        if (faults.has("two-choices")) {
            json.append(",{\"index\":1,\"message\":{\"role\":\"assistant\",\"content\":\"other\"},\"finish_reason\":")
                    .append(finishReason()).append('}');
        }
        json.append(']');
        if (answer.usage() != null) {
            json.append(",\"usage\":").append(usage(answer.usage().output()));
        }
        return json.append('}').toString();
    }

    private String content() {
        List<Answer.Block> thinking = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (Answer.Block block : answer.blocks()) {
            if (block instanceof Answer.Text part) {
                text.append(part.whole());
            } else if (!(block instanceof Answer.ToolUse)) {
                thinking.add(block);
            }
        }
        String quoted = Json.quote(text.toString());
        boolean items = reasoning.isContent() && (!thinking.isEmpty() || faults.has("text-items"));
        if (items) {
            String textItem = text.length() == 0 ? "" : textItem(quoted);
            String separator = thinking.isEmpty() || textItem.isEmpty() ? "" : ",";
            return ",\"content\":[" + reasoning.items(thinking) + separator + textItem + "]";
        }
        boolean none = text.length() == 0 && (!answer.toolUses().isEmpty() || faults.has("null-content"));
        return ",\"content\":" + (none ? "null" : quoted)
                + (thinking.isEmpty() ? "" : "," + reasoning.members(thinking));
    }

    /** @param withUsage whether a last chunk tells the usage */
    void stream(EventStream stream, boolean withUsage) throws IOException {
        stream.start();
        if (dialect.isOpenRouter()) {
            stream.comment("OPENROUTER PROCESSING");
        }
        ChatChunks chunks = new ChatChunks(stream, head("chat.completion.chunk"), faults, usage(1),
                answer.usage() == null ? "null" : usage(answer.usage().output()));
        chunks.role();
        String lateSignature = null;
        List<Answer.ToolUse> tools = new ArrayList<>();
        for (Answer.Block block : answer.blocks()) {
            if (block instanceof Answer.ToolUse tool) {
                tools.add(tool);
                continue;
            }
            flush(chunks, tools);
            if (block instanceof Answer.Thinking thinking) {
                lateSignature = think(chunks, thinking);
            } else if (block instanceof Answer.Redacted redacted) {
                chunks.delta(EventStream.Kind.THINKING, reasoning.delta(redacted, thoughts++));
            } else {
                for (String piece : ((Answer.Text) block).pieces()) {
                    chunks.delta(EventStream.Kind.CONTENT, text(Json.quote(piece)));
                    lateSignature = sign(chunks, lateSignature);
                }
            }
        }
        flush(chunks, tools);
        sign(chunks, lateSignature);
        chunks.finish(finishReason());
        boolean toldBefore = faults.has("usage-in-finish") || faults.has("usage-in-every-chunk");
        if (withUsage && answer.usage() != null && !toldBefore) {
            chunks.usage();
        }
        stream.frame(EventStream.Kind.END, null, "[DONE]");
        stream.end();
    }

    /** Sends thinking; the signature if it is to come later, else null. */
    private String think(ChatChunks chunks, Answer.Thinking thinking) throws IOException {
        List<String> pieces = Pieces.ofText(thinking.text());
        boolean inline = faults.has("signature-inline") && !pieces.isEmpty();
        for (int i = 0; i < pieces.size(); i++) {
            String signature = inline && i == pieces.size() - 1 ? thinking.signature() : null;
            chunks.delta(EventStream.Kind.THINKING, reasoning.delta(pieces.get(i), signature, thoughts));
        }
        thoughts++;
        if (faults.has("late-signature")) {
            return thinking.signature();
        }
        return inline ? null : sign(chunks, thinking.signature());
    }

    /** Sends the signature of the thinking before, if there is one; always null. */
    private String sign(ChatChunks chunks, String signature) throws IOException {
        if (signature != null) {
            chunks.delta(EventStream.Kind.THINKING, reasoning.delta("", signature, thoughts - 1));
        }
        return null;
    }

    private void flush(ChatChunks chunks, List<Answer.ToolUse> tools) throws IOException {
        if (!tools.isEmpty()) {
            toolCalls.stream(chunks, tools, answer.interleaved());
            tools.clear();
        }
    }

    private String text(String quoted) {
        boolean item = reasoning.isContent() && faults.has("text-items");
        return "\"content\":" + (item ? "[" + textItem(quoted) + "]" : quoted);
    }

    private static String textItem(String quoted) {
        return "{\"type\":\"text\",\"text\":" + quoted + "}";
    }

    private String usage(long outputSoFar) {
        return answer.usage() == null
                ? "null"
                : answer.usage().chat(dialect, outputSoFar, faults.has("cache-exclusive"));
    }

    private String head(String object) {
        return "\"id\":\"" + id + "\",\"object\":\"" + object + "\",\"created\":" + CREATED + ",\"model\":" + model;
    }

    private String finishReason() {
        String reason = answer.stopReason();
        return reason.equals("null") ? "null" : Json.quote(FINISH_REASONS.getOrDefault(reason, reason));
    }
}
