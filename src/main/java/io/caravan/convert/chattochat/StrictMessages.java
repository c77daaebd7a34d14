/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Conversion;
import io.caravan.format.chat.ChatRule;
import io.caravan.format.chat.Parts;
import io.caravan.format.chat.Spoken;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RawText;
import io.caravan.format.json.RequestTree;
import java.nio.charset.StandardCharsets;

/** An OpenAI client's messages for a strict upstream: known members only, no empty texts, tool results as strings. */
final class StrictMessages {

    private final Conversion conversion;
    private final ArrayNode messages = Conversion.array();
    private Parts held = new Parts();
    private boolean lacksThinking;

    private StrictMessages(Conversion conversion) {
        this.conversion = conversion;
    }

    static StrictMessages read(JsonNode given, Conversion conversion) {
        StrictMessages read = new StrictMessages(conversion);
        for (int i = 0; i < given.size(); i++) {
            read.message(given.get(i), "messages." + i);
        }
        read.giveHeld();
        if (read.messages.isEmpty()) {
            throw new MalformedBody("messages: at least one message is required");
        }
        return read;
    }

    ArrayNode json() {
        return messages;
    }

    /** Whether the last tool calls go back without the thinking before them. */
    boolean lacksThinking() {
        return lacksThinking;
    }

    /** Adds an instruction of the gateway's behind the first system message, or as one. */
    void instruct(String text) {
        Parts parts = new Parts();
        parts.text(text, null);
        int at = messages.get(0).path("role").asText().equals("system") ? 1 : 0;
        messages.insertObject(at).put("role", "system").set("content", parts.content());
    }

    private void message(JsonNode message, String path) {
        String role = message.path("role").asText();
        if (!role.equals("tool")) {
            giveHeld();
        }
        switch (role) {
            case "system", "developer" -> say("system", parts(message, path));
            case "user" -> say("user", parts(message, path));
            case "assistant" -> assistant(message, path);
            case "tool" -> tool(message, path);
            default -> throw new MalformedBody(path
                    + ".role: Input should be 'system', 'user', 'assistant' or 'tool'");
        }
    }

    private void say(String role, Parts parts) {
        if (!parts.isEmpty()) {
            messages.addObject().put("role", role).set("content", parts.content());
        }
    }

    private void assistant(JsonNode message, String path) {
        Parts parts = new Parts();
        ObjectNode beside = Conversion.object();
        boolean thought = thinking(message, parts, beside);
        content(message, path, parts);
        ArrayNode calls = Conversion.array();
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            JsonNode arguments = function.path("arguments");
            ObjectNode kept = calls.addObject().put("id", call.path("id").asText()).put("type", "function");
            kept.putObject("function").put("name", function.path("name").asText()).put("arguments",
                    arguments.isContainerNode() ? new String(RequestTree.write(arguments, 512), StandardCharsets.UTF_8)
                            : arguments.asText(""));
        }
        if (parts.isEmpty() && calls.isEmpty()) {
            return;
        }
        ObjectNode kept = messages.addObject().put("role", "assistant");
        if (!parts.isEmpty() || conversion.has(ChatRule.EMPTY_CONTENT_NULL)) {
            kept.set("content", parts.content());
        }
        kept.setAll(beside);
        if (!calls.isEmpty()) {
            kept.set("tool_calls", calls);
        }
        lacksThinking = !calls.isEmpty() && !thought;
    }

    /** What either spelling of signed thinking holds, as the upstream spells it; true if there is any. */
    private boolean thinking(JsonNode message, Parts parts, ObjectNode beside) {
        boolean any = false;
        for (JsonNode item : message.path("content")) {
            any |= conversion.keepsThinking() && item.path("type").asText().equals("reasoning");
        }
        if (any) {
            return true;
        }
        JsonNode blocks = message.path("thinking_blocks");
        for (JsonNode block : blocks.isEmpty() ? message.path("reasoning_details") : blocks) {
            ObjectNode thought = Conversion.object();
            if (block.path("data").isTextual() || RawText.of(block.get("data")) != null) {
                thought.put("type", "redacted_thinking").set("data", block.get("data"));
            } else {
                thought.put("type", "thinking").put("thinking", block.path("thinking").asText(block.path("text").asText()))
                        .set("signature", block.get("signature"));
            }
            if (conversion.goesBack(thought)) {
                conversion.dialect().giveBack(thought, parts, beside);
                any = true;
            }
        }
        return any;
    }

    private void tool(JsonNode message, String path) {
        String id = message.path("tool_call_id").asText();
        String text = parts(message, path).flat(id, held);
        messages.addObject().put("role", "tool").put("tool_call_id", id)
                .put("content", text.isEmpty() ? Parts.NO_OUTPUT : text);
    }

    private void giveHeld() {
        say("user", held);
        held = new Parts();
    }

    private Parts parts(JsonNode message, String path) {
        Parts parts = new Parts();
        content(message, path, parts);
        return parts;
    }

    private void content(JsonNode message, String path, Parts parts) {
        JsonNode content = message.path("content");
        if (content.isTextual()) {
            parts.text(content.textValue(), conversion.mark(message));
            return;
        }
        for (int i = 0; i < content.size(); i++) {
            JsonNode part = content.get(i);
            String at = path + ".content." + i;
            JsonNode mark = conversion.mark(part);
            switch (part.path("type").asText()) {
                case "text" -> parts.text(Conversion.required(part, "text", at), mark);
                case "image_url" -> {
                    ChatRewrite.image((ObjectNode) part, at, conversion);
                    JsonNode image = part.path("image_url");
                    parts.add(Parts.image(image.isObject() ? image.path("url") : image), mark);
                }
                case "reasoning" -> {
                    if (conversion.keepsThinking() && message.path("role").asText().equals("assistant")) {
                        parts.addUnmarked((ObjectNode) part);
                    }
                }
                case "file" -> throw new MalformedBody("capability_rejected: document_block");
                case "input_audio" -> throw new MalformedBody(at + ".input_audio: not supported by this upstream");
                default -> parts.text(Spoken.of(part), mark);
            }
        }
    }
}
