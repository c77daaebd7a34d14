package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Works out the answer to a request from its prompt, its tools, its thinking, and the faults that touch the content. */
final class Composer {

    private static final String THOUGHT = "Let me think about what was said.";
    private static final String WIDE_TEXT = " \u2014 h\u00e9llo w\u00f6rld, \u4f60\u597d, \ud83d\udc2a \ud83c\udf1e";
    private static final int QUOTED_LENGTH = 60;

    private final AtomicLong ids;

    Composer(AtomicLong ids) {
        this.ids = ids;
    }

    Answer compose(Dialect dialect, JsonNode body, int bodyLength, boolean streamed, Faults faults) throws Refusal {
        Prompt prompt = Prompt.of(body.path("messages"));
        Script script = Script.parse(prompt.text());
        List<Answer.Block> blocks = new ArrayList<>();
        String stopReason = "end_turn";
        JsonNode schema = outputSchema(body);
        boolean thinks = wantsThinking(dialect, body);
        if (thinks) {
            blocks.add(thinking(body));
        }
        List<Script.Call> calls = script.callsAfter(prompt.results().size());
        String missing = calls.stream()
                .map(Script.Call::name)
                .filter(name -> !offersTool(body, name))
                .findFirst()
                .orElse(null);
        if (!schema.isMissingNode()) {
            blocks.add(text(sample(schema), faults));
        } else if (faults.has("big")) {
            blocks.add(new Answer.Text(Pieces.bytes(faults.number("big", 0))));
        } else if (missing != null) {
            blocks.add(text("There is no tool called " + missing + ".", faults));
        } else if (!calls.isEmpty()) {
            if (script.pieces() != null) {
                blocks.add(new Answer.Text(script.pieces()));
            }
            boolean broken = faults.has("bad-tool-json") && (streamed || !dialect.speaksMessages());
            for (Script.Call call : calls) {
                blocks.add(toolUse(call, broken, faults.has("same-tool-id")));
            }
            stopReason = "tool_use";
        } else if (script.pieces() != null) {
            blocks.add(new Answer.Text(script.pieces()));
        } else {
            blocks.add(text(script.steps().isEmpty() ? echo(prompt) : report(prompt), faults));
        }
        if (faults.has("no-content")) {
            blocks.clear();
        }
        if (faults.has("stop")) {
            stopReason = faults.argument("stop");
        }
        Usage usage = faults.has("no-usage") ? null : usage(bodyLength, blocks);
        return new Answer(blocks, stopReason, script.silenceMillis(), script.delayMillis(), usage,
                faults.has("interleaved-tools"));
    }

    private static Usage usage(int bodyLength, List<Answer.Block> blocks) {
        long output = 0;
        long thinking = 0;
        for (Answer.Block block : blocks) {
            if (block instanceof Answer.Text text) {
                output += text.pieces().size();
            } else if (block instanceof Answer.ToolUse tool) {
                output += 10 + tool.input().length() / 4;
            } else {
                thinking = THOUGHT.length() / 4;
            }
        }
        return new Usage(Usage.inputTokens(bodyLength), output + thinking, thinking);
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
        return body.has("reasoning_effort") && !body.get("reasoning_effort").asText().equals("none");
    }

    private Answer.Thinking thinking(JsonNode body) {
        boolean hidden = body.path("thinking").path("display").asText().equals("omitted")
                || body.path("reasoning").path("exclude").asBoolean();
        return new Answer.Thinking(hidden ? "" : THOUGHT, "EqQBCkYIBxgCKkD+sim/" + ids.incrementAndGet() + "/wQ==");
    }

    private static Answer.Text text(String text, Faults faults) {
        return new Answer.Text(Pieces.ofText(faults.has("split-utf8") ? text + WIDE_TEXT : text));
    }

    private Answer.ToolUse toolUse(Script.Call call, boolean broken, boolean sameId) throws Refusal {
        String id = "toolu_sim" + (sameId ? 0 : ids.incrementAndGet());
        try {
            String input = Json.read(call.input()).toString();
            return new Answer.ToolUse(id, call.name(), broken ? "{\"broken\": \"tr" : input);
        } catch (IOException e) {
            throw Refusal.badRequest("simulator: the input of @call " + call.name() + " is no JSON: " + call.input());
        }
    }

    private static boolean offersTool(JsonNode body, String name) {
        for (JsonNode tool : body.path("tools")) {
            JsonNode named = tool.has("function") ? tool.get("function") : tool;
            if (named.path("name").asText().equals(name)) {
                return true;
            }
        }
        return false;
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

    /** A JSON object with a value for each required property, for each property where none is required. */
    private static String sample(JsonNode schema) {
        List<String> members = new ArrayList<>();
        JsonNode properties = schema.path("properties");
        for (Iterator<String> names = properties.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            boolean wanted = schema.path("required").isEmpty();
            for (JsonNode required : schema.path("required")) {
                wanted |= required.asText().equals(name);
            }
            if (wanted) {
                members.add(Json.quote(name) + ":" + sampleValue(properties.get(name)));
            }
        }
        return "{" + String.join(",", members) + "}";
    }

    private static String sampleValue(JsonNode schema) {
        if (schema.path("enum").isArray() && !schema.get("enum").isEmpty()) {
            return schema.get("enum").get(0).toString();
        }
        return switch (schema.path("type").asText()) {
            case "integer", "number" -> "0";
            case "boolean" -> "false";
            case "array" -> "[]";
            case "object" -> sample(schema);
            default -> "\"demo\"";
        };
    }
}
