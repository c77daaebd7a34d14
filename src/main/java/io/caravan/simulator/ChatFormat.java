package io.caravan.simulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Spells an answer as OpenAI chat completions do, in the spelling of one dialect. */
final class ChatFormat {

    private static final int JSON_PIECE_LENGTH = 12;
    private static final long CREATED = 1_790_000_000L;
    private static final Map<String, String> FINISH_REASONS = Map.of(
            "end_turn", "stop", "stop_sequence", "stop", "pause_turn", "stop", "tool_use", "tool_calls",
            "max_tokens", "length", "model_context_window_exceeded", "length", "refusal", "content_filter");

    private final Dialect dialect;
    private final String id;
    private final String model;
    private final Answer answer;

    ChatFormat(Dialect dialect, String id, String model, Answer answer) {
        this.dialect = dialect;
        this.id = id;
        this.model = Json.quote(model);
        this.answer = answer;
    }

    String json() {
        StringBuilder json = new StringBuilder(512)
                .append(head("chat.completion"))
                .append(",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\"");
        Answer.Thinking thinking = thinking();
        StringBuilder text = new StringBuilder();
        for (Answer.Block block : answer.blocks()) {
            if (block instanceof Answer.Text part) {
                text.append(part.whole());
            }
        }
        String content = text.length() == 0 && !answer.toolUses().isEmpty() ? "null" : Json.quote(text.toString());
        if (thinking != null && dialect == Dialect.DATABRICKS_CHAT) {
            String textItem = text.length() == 0 ? "" : ",{\"type\":\"text\",\"text\":" + content + "}";
            json.append(",\"content\":[").append(reasoningItem(thinking.text(), thinking.signature())).append(textItem)
                    .append(']');
        } else {
            json.append(",\"content\":").append(content);
            if (thinking != null) {
                json.append(',').append(reasoning(thinking.text(), thinking.signature()));
            }
        }
        List<String> calls = new ArrayList<>();
        for (Answer.ToolUse tool : answer.toolUses()) {
            calls.add("{\"id\":" + Json.quote(tool.id()) + ",\"type\":\"function\",\"function\":{\"name\":"
                    + Json.quote(tool.name()) + ",\"arguments\":" + Json.quote(tool.input()) + "}}");
        }
        if (!calls.isEmpty()) {
            json.append(",\"tool_calls\":[").append(String.join(",", calls)).append(']');
        }
        json.append("},\"finish_reason\":").append(finishReason()).append("}]");
        if (answer.usage() != null) {
            json.append(",\"usage\":").append(answer.usage().chat(dialect));
        }
        return json.append('}').toString();
    }

    /** @param withUsage whether a last chunk tells the usage */
    void stream(EventStream stream, boolean withUsage) throws IOException {
        stream.start();
        if (dialect.isOpenRouter()) {
            stream.comment("OPENROUTER PROCESSING");
        }
        delta(stream, EventStream.Kind.START, "\"role\":\"assistant\",\"content\":\"\"");
        Answer.Thinking thinking = thinking();
        if (thinking != null) {
            for (String piece : Pieces.ofText(thinking.text())) {
                delta(stream, EventStream.Kind.THINKING, reasoningDelta(piece, null));
            }
            delta(stream, EventStream.Kind.THINKING, reasoningDelta("", thinking.signature()));
        }
        for (Answer.Block block : answer.blocks()) {
            if (block instanceof Answer.Text text) {
                for (String piece : text.pieces()) {
                    delta(stream, EventStream.Kind.CONTENT, "\"content\":" + Json.quote(piece));
                }
            }
        }
        tools(stream);
        stream.frame(EventStream.Kind.FINISH, null,
                chunk("{\"index\":0,\"delta\":{},\"finish_reason\":" + finishReason() + "}", "null"));
        if (withUsage && answer.usage() != null) {
            stream.frame(EventStream.Kind.PING, null, chunk("", answer.usage().chat(dialect)));
        }
        stream.frame(EventStream.Kind.END, null, "[DONE]");
        stream.end();
    }

    private void tools(EventStream stream) throws IOException {
        List<Answer.ToolUse> tools = answer.toolUses();
        if (!answer.interleaved()) {
            for (int i = 0; i < tools.size(); i++) {
                toolStart(stream, i, tools.get(i));
                for (String piece : Pieces.ofLength(tools.get(i).input(), JSON_PIECE_LENGTH)) {
                    toolPiece(stream, i, piece);
                }
                stream.frame(EventStream.Kind.TOOL_END, null, null);
            }
            return;
        }
        List<List<String>> pieces = new ArrayList<>();
        int most = 0;
        for (int i = 0; i < tools.size(); i++) {
            toolStart(stream, i, tools.get(i));
            pieces.add(Pieces.ofLength(tools.get(i).input(), JSON_PIECE_LENGTH));
            most = Math.max(most, pieces.get(i).size());
        }
        for (int piece = 0; piece < most; piece++) {
            for (int i = 0; i < tools.size(); i++) {
                if (piece < pieces.get(i).size()) {
                    toolPiece(stream, i, pieces.get(i).get(piece));
                }
            }
        }
    }

    private void toolStart(EventStream stream, int index, Answer.ToolUse tool) throws IOException {
        delta(stream, EventStream.Kind.BLOCK, "\"tool_calls\":[{\"index\":" + index + ",\"id\":"
                + Json.quote(tool.id()) + ",\"type\":\"function\",\"function\":{\"name\":" + Json.quote(tool.name())
                + ",\"arguments\":\"\"}}]");
    }

    private void toolPiece(EventStream stream, int index, String piece) throws IOException {
        delta(stream, EventStream.Kind.CONTENT, "\"tool_calls\":[{\"index\":" + index
                + ",\"function\":{\"arguments\":" + Json.quote(piece) + "}}]");
    }

    private void delta(EventStream stream, EventStream.Kind kind, String members) throws IOException {
        stream.frame(kind, null, chunk("{\"index\":0,\"delta\":{" + members + "},\"finish_reason\":null}", "null"));
    }

    private String chunk(String choice, String usage) {
        return head("chat.completion.chunk") + ",\"choices\":[" + choice + "],\"usage\":" + usage + "}";
    }

    private String head(String object) {
        return "{\"id\":\"" + id + "\",\"object\":\"" + object + "\",\"created\":" + CREATED + ",\"model\":" + model;
    }

    private String finishReason() {
        return Json.quote(FINISH_REASONS.getOrDefault(answer.stopReason(), answer.stopReason()));
    }

    private Answer.Thinking thinking() {
        for (Answer.Block block : answer.blocks()) {
            if (block instanceof Answer.Thinking thinking) {
                return thinking;
            }
        }
        return null;
    }

    private String reasoningDelta(String text, String signature) {
        return dialect == Dialect.DATABRICKS_CHAT
                ? "\"content\":[" + reasoningItem(text, signature) + "]"
                : reasoning(text, signature);
    }

    private static String reasoningItem(String text, String signature) {
        return "{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":" + Json.quote(text)
                + signatureMember(signature) + "}]}";
    }

    private String reasoning(String text, String signature) {
        if (dialect == Dialect.OPENROUTER_CHAT) {
            return "\"reasoning\":" + Json.quote(text)
                    + ",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":"
                    + Json.quote(text) + signatureMember(signature)
                    + ",\"format\":\"anthropic-claude-v1\",\"index\":0}]";
        }
        return "\"reasoning_content\":" + Json.quote(text)
                + ",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":"
                + Json.quote(text) + signatureMember(signature) + "}]";
    }

    private static String signatureMember(String signature) {
        return signature == null ? "" : ",\"signature\":" + Json.quote(signature);
    }
}
