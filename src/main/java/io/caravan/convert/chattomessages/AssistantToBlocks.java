/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;

/** An assistant message as content blocks: its thinking, then its text, then its tool uses. */
final class AssistantToBlocks {

    private AssistantToBlocks() {
    }

    static ArrayNode of(JsonNode message, String path, ToolCallIds ids, boolean claude) {
        ArrayNode blocks = Json.MAPPER.createArrayNode();
        if (claude) {
            blocks.addAll(SignedThinking.of(message));
        }
        addContent(blocks, message, path + ".content");
        addText(blocks, message.path("refusal"), message.path("refusal"));
        ArrayNode calls = Members.list(message, "tool_calls", path + ".tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            String at = path + ".tool_calls." + i;
            String id = ids.called(calls.get(i).path("id").asText());
            addToolUse(blocks, id, calls.get(i).path("function"), at + ".function");
        }
        JsonNode legacy = message.path("function_call");
        if (legacy.isObject()) {
            addToolUse(blocks, ids.called(legacyId(legacy)), legacy, path + ".function_call");
        }
        Members.moveCacheMarkerToLast(message, blocks);
        return blocks;
    }

    /** The id that stands for a call by {@code functions}, which has none; {@code named} is the call or its result. */
    static String legacyId(JsonNode named) {
        return "function_" + named.path("name").asText();
    }

    private static void addContent(ArrayNode blocks, JsonNode message, String path) {
        JsonNode content = message.path("content");
        if (content.isArray()) {
            for (JsonNode part : content) {
                addText(blocks, text(part), part);
            }
        } else if (content.isTextual() || !message.hasNonNull("content")) {
            addText(blocks, content, content);
        } else {
            throw new MalformedBody(path + ": Input should be a valid string or a list of parts");
        }
    }

    /** What a part of the content says; a missing node if it is neither text nor a refusal. */
    private static JsonNode text(JsonNode part) {
        if (part.isTextual()) {
            return part;
        }
        return switch (part.path("type").asText()) {
            case "refusal" -> part.path("refusal");
            case "text", "input_text", "output_text" -> part.path("text");
            default -> MissingNode.getInstance();
        };
    }

    private static void addText(ArrayNode blocks, JsonNode text, JsonNode part) {
        if (Members.text(text).isBlank()) {
            Members.moveCacheMarkerToLast(part, blocks);
            return;
        }
        ObjectNode block = PartsToBlocks.text(text.textValue());
        Members.moveCacheMarker(part, block);
        blocks.add(block);
    }

    private static void addToolUse(ArrayNode blocks, String id, JsonNode function, String path) {
        blocks.addObject().put("type", "tool_use").put("id", id).put("name", Members.string(function, "name", path))
                .set("input", input(function.path("arguments")));
    }

    /** The arguments as they were written if they are an object; what a model wrote that is none stays readable. */
    private static JsonNode input(JsonNode arguments) {
        if (arguments.isObject()) {
            return arguments;
        }
        String json = arguments.asText().strip();
        if (json.isEmpty() || json.equals("null")) {
            return Json.MAPPER.createObjectNode();
        }
        if (isObject(json)) {
            return Json.MAPPER.getNodeFactory().rawValueNode(new RawValue(json));
        }
        return Json.MAPPER.createObjectNode().put("__raw_arguments", json);
    }

    private static boolean isObject(String json) {
        try (JsonParser parser = Json.FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }
}
