/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.Parts;
import io.caravan.format.json.MalformedBody;
import io.caravan.provider.ChatDialect.Rule;

/** An OpenAI client's messages for a strict upstream: known members only, no empty texts, tool results as strings. */
final class StrictMessages {

    private final Conversion conversion;
    private final ArrayNode messages = Nodes.array();
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
        parts.text(text);
        int at = 0;
        if (messages.get(0).path("role").asText().equals("system")) {
            at = 1;
        }
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
        ObjectNode beside = Nodes.object();
        boolean thought = thinking(message, parts, beside);
        content(message, path, parts);
        ArrayNode calls = calls(message.path("tool_calls"));
        if (parts.isEmpty() && calls.isEmpty()) {
            return;
        }
        ObjectNode kept = messages.addObject().put("role", "assistant");
        if (!parts.isEmpty() || conversion.has(Rule.EMPTY_CONTENT_NULL)) {
            kept.set("content", parts.content());
        }
        kept.setAll(beside);
        lacksThinking = false;
        if (!calls.isEmpty()) {
            kept.set("tool_calls", calls);
            lacksThinking = !thought;
        }
    }

    private static ArrayNode calls(JsonNode given) {
        ArrayNode calls = Nodes.array();
        for (JsonNode call : given) {
            JsonNode function = call.path("function");
            JsonNode arguments = function.path("arguments");
            ObjectNode kept = calls.addObject().put("id", call.path("id").asText()).put("type", "function");
            kept.putObject("function").put("name", function.path("name").asText()).put("arguments",
                    arguments.isContainerNode() ? Nodes.written(arguments) : arguments.asText(""));
        }
        return calls;
    }

    /** What either spelling of signed thinking holds, as the upstream spells it; true if there is any. */
    private boolean thinking(JsonNode message, Parts parts, ObjectNode beside) {
        if (conversion.keepsThinking() && holdsReasoning(message.path("content"))) {
            return true;
        }
        JsonNode blocks = message.path("thinking_blocks");
        if (blocks.isEmpty()) {
            blocks = message.path("reasoning_details");
        }
        boolean any = false;
        for (JsonNode given : blocks) {
            ObjectNode block = thinkingBlock(given);
            if (conversion.goesBack(block)) {
                conversion.dialect().giveBack(block, parts, beside);
                any = true;
            }
        }
        return any;
    }

    private static boolean holdsReasoning(JsonNode content) {
        for (JsonNode item : content) {
            if (Nodes.isOfType(item, "reasoning") && !isUnsigned(item)) {
                return true;
            }
        }
        return false;
    }

    /** An item of {@code thinking_blocks} or {@code reasoning_details} as a block of the Messages format. */
    private static ObjectNode thinkingBlock(JsonNode given) {
        ObjectNode block = Nodes.object();
        if (Nodes.isText(given.path("data"))) {
            block.put("type", "redacted_thinking").set("data", given.get("data"));
        } else {
            block.put("type", "thinking").put("thinking", given.path("thinking").asText(given.path("text").asText()))
                    .set("signature", given.get("signature"));
        }
        return block;
    }

    /** Whether a part of reasoning is not Claude's. */
    private static boolean isUnsigned(JsonNode reasoning) {
        for (JsonNode part : reasoning.path("summary")) {
            if (Nodes.isText(part.path("signature")) || Nodes.isText(part.path("data"))) {
                return false;
            }
        }
        return true;
    }

    private void tool(JsonNode message, String path) {
        String id = message.path("tool_call_id").asText();
        String text = parts(message, path).flat(id, held);
        if (text.isEmpty()) {
            text = Parts.NO_OUTPUT;
        }
        messages.addObject().put("role", "tool").put("tool_call_id", id).put("content", text);
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
        Nodes.list(content, path + ".content");
        boolean thinks = conversion.has(Rule.THINKING_HISTORY) && message.path("role").asText().equals("assistant");
        for (int i = 0; i < content.size(); i++) {
            part(content.get(i), path + ".content." + i, thinks, parts);
        }
    }

    /** @param thinks whether reasoning goes back */
    private void part(JsonNode part, String path, boolean thinks, Parts parts) {
        JsonNode mark = conversion.mark(part);
        switch (part.path("type").asText()) {
            case "text" -> parts.text(Nodes.required(part, "text", path), mark);
            case "image_url" -> {
                ImageUrl.ofPart((ObjectNode) part, path, conversion);
                parts.add(Parts.image(ImageUrl.inPart(part)), mark);
            }
            case "reasoning" -> {
                if (thinks && conversion.isClaude() != isUnsigned(part)) {
                    parts.addUnmarked((ObjectNode) part);
                }
            }
            case "file" -> throw new MalformedBody("capability_rejected: document_block");
            case "input_audio" -> throw new MalformedBody(path + ".input_audio: not supported by this upstream");
            default -> parts.text(Spoken.of(part), mark);
        }
    }
}
