/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Works out the answer to a request from its prompt, its tools, its thinking, and the faults that touch the content. */
final class Composer {

    private static final String THOUGHT = "Let me think about what was said.";
    private static final String WIDE_TEXT = " \u2014 h\u00e9llo w\u00f6rld, \u4f60\u597d, \ud83d\udc2a \ud83c\udf1e";
    private static final int QUOTED_LENGTH = 60;
    private static final int JSON_PIECE_LENGTH = 12;

    private final AtomicLong ids;
    private final boolean scripted;

    /** @param scripted whether a prompt's directives count */
    Composer(AtomicLong ids, boolean scripted) {
        this.ids = ids;
        this.scripted = scripted;
    }

    Answer compose(Dialect dialect, JsonNode body, int bodyLength, boolean streamed, Faults faults) throws Refusal {
        Prompt prompt = Prompt.of(body.path("messages"));
        Script script = scripted ? Script.parse(prompt.text()) : Script.EMPTY;
        List<Answer.Block> blocks = new ArrayList<>(thinking(dialect, body, faults));
        boolean broken = faults.has("bad-tool-json") && (streamed || !dialect.speaksMessages());
        boolean calls = say(dialect, body, prompt, script, blocks, faults, broken);
        if (faults.has("think-again")) {
            blocks.add(thinking(body, faults));
        }
        if (calls && faults.has("text-after-tool")) {
            blocks.add(text("That was called.", faults));
        }
        if (faults.has("no-content")) {
            blocks.clear();
        }
        String stopReason = faults.has("stop") ? faults.argument("stop") : calls ? "tool_use" : "end_turn";
        Usage usage = faults.has("no-usage") ? null : usage(bodyLength, blocks, faults);
        int jsonPieceLength = faults.has("json-pieces")
                ? (int) Math.max(1, faults.number("json-pieces", 1))
                : JSON_PIECE_LENGTH;
        return new Answer(blocks, stopReason, script.silenceMillis(), script.delayMillis(), usage, jsonPieceLength,
                faults.has("interleaved-tools"));
    }

    /** Adds what is said, or the tools that are called; true for the latter. */
    private boolean say(
            Dialect dialect, JsonNode body, Prompt prompt, Script script, List<Answer.Block> blocks, Faults faults,
            boolean broken) throws Refusal {
        JsonNode schema = outputSchema(body);
        OfferedTools tools = new OfferedTools(body);
        List<Script.Call> calls = new ArrayList<>();
        String missing = null;
        for (Script.Call call : script.callsAfter(prompt.results().size())) {
            String name = tools.named(call.name());
            missing = name == null && missing == null ? call.name() : missing;
            calls.add(new Script.Call(name, call.input()));
        }
        String forced = tools.forced();
        if (forced != null && calls.stream().noneMatch(call -> forced.equals(call.name()))) {
            calls = List.of(new Script.Call(forced, Sample.of(tools.schema(forced))));
            missing = null;
        } else if (calls.isEmpty() && tools.mustCall()) {
            calls = List.of(new Script.Call(tools.first(), Sample.of(tools.schema(tools.first()))));
        }
        if (!schema.isMissingNode()) {
            blocks.add(text(Sample.of(schema), faults));
        } else if (body.path("response_format").path("type").asText().equals("json_object")) {
            blocks.add(text("{\"answer\":" + Json.quote(echo(prompt)) + "}", faults));
        } else if (faults.has("big")) {
            blocks.add(new Answer.Text(Pieces.bytes(faults.number("big", 0))));
        } else if (missing != null) {
            blocks.add(text("There is no tool called " + missing + ".", faults));
        } else if (!calls.isEmpty()) {
            if (script.pieces() != null) {
                blocks.add(new Answer.Text(script.pieces()));
            }
            for (Script.Call call : calls) {
                blocks.add(toolUse(callId(dialect, faults), call, broken));
            }
            return true;
        } else if (script.pieces() != null) {
            blocks.add(new Answer.Text(script.pieces()));
        } else {
            blocks.add(text(script.steps().isEmpty() ? echo(prompt) : report(prompt), faults));
        }
        return false;
    }

    private static Usage usage(int bodyLength, List<Answer.Block> blocks, Faults faults) throws Refusal {
        long output = 0;
        long thinking = 0;
        for (Answer.Block block : blocks) {
            if (block instanceof Answer.Text text) {
                output += text.pieces().size();
            } else if (block instanceof Answer.ToolUse tool) {
                output += 10 + tool.input().length() / 4;
            } else {
                thinking += THOUGHT.length() / 4;
            }
        }
        return new Usage(Usage.inputTokens(bodyLength), faults.number("cached", 0), faults.number("cache-written", 0),
                output + thinking, thinking);
    }

    private List<Answer.Block> thinking(Dialect dialect, JsonNode body, Faults faults) {
        List<Answer.Block> blocks = new ArrayList<>();
        if (faults.has("redacted-thinking")) {
            blocks.add(new Answer.Redacted(Signatures.redacted(ids.incrementAndGet())));
        }
        if (wantsThinking(dialect, body)) {
            blocks.add(thinking(body, faults));
        }
        return blocks;
    }

    private Answer.Thinking thinking(JsonNode body, Faults faults) {
        boolean hidden = body.path("thinking").path("display").asText().equals("omitted")
                || body.path("reasoning").path("exclude").asBoolean();
        String signature = faults.has("no-signature") ? null : Signatures.of(ids.incrementAndGet(), THOUGHT);
        return new Answer.Thinking(hidden ? "" : THOUGHT, signature);
    }

    private static boolean wantsThinking(Dialect dialect, JsonNode body) {
        String type = body.path("thinking").path("type").asText();
        if (type.equals("enabled") || type.equals("adaptive")) {
            return true;
        }
        if (dialect.isOpenRouter()) {
            JsonNode reasoning = body.path("reasoning");
            return reasoning.isObject()
                    && !reasoning.path("effort").asText().equals("none")
                    && reasoning.path("enabled").asBoolean(true);
        }
        return dialect == Dialect.DEEPSEEK_CHAT || dialect == Dialect.MISTRAL_CHAT || body.has("reasoning_effort") && !body.get("reasoning_effort").asText().equals("none");
    }

    private static Answer.Text text(String text, Faults faults) {
        return new Answer.Text(Pieces.ofText(faults.has("split-utf8") ? text + WIDE_TEXT : text));
    }

    private String callId(Dialect dialect, Faults faults) {
        long number = faults.has("same-tool-id") ? 0 : ids.incrementAndGet();
        if (dialect == Dialect.MISTRAL_CHAT) {
            return String.format("sim%06d", number % 1_000_000);
        }
        return (dialect.isPlainOpenAi() ? "call_sim" : "toolu_sim") + number;
    }

    private Answer.ToolUse toolUse(String id, Script.Call call, boolean broken) throws Refusal {
        try {
            String input = Json.read(call.input()).toString();
            return new Answer.ToolUse(id, call.name(), broken ? "{\"broken\": \"tr" : input);
        } catch (IOException e) {
            throw Refusal.badRequest("simulator: the input of @call " + call.name() + " is no JSON: " + call.input());
        }
    }

    private static String echo(Prompt prompt) {
        StringBuilder text = new StringBuilder("Hi! You said: ").append(Prompt.cut(prompt.spoken(), QUOTED_LENGTH));
        if (prompt.images() + prompt.documents() > 0) {
            text.append(" (images: ").append(prompt.images())
                    .append(", documents: ").append(prompt.documents()).append(')');
        }
        return text.toString();
    }

    private static String report(Prompt prompt) {
        StringBuilder text = new StringBuilder("Done: ").append(prompt.results().size()).append(" tool results.");
        for (int i = 0; i < prompt.results().size(); i++) {
            text.append('\n').append(i + 1).append(": ").append(prompt.results().get(i));
        }
        return text.toString();
    }

    private static JsonNode outputSchema(JsonNode body) {
        for (JsonNode format : List.of(
                body.path("output_config").path("format"),
                body.path("output_format"),
                body.path("response_format").path("json_schema"))) {
            if (format.path("schema").path("properties").isObject()) {
                return format.path("schema");
            }
        }
        return body.path("output_config").path("format").path("schema").path("properties");
    }
}
