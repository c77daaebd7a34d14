/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.provider.ChatDialect.Rule;

/** An OpenAI client's request for an upstream that takes fields it does not know: all stays but what a rule forbids. */
final class LenientChat {

    private final Conversion conversion;

    private LenientChat(Conversion conversion) {
        this.conversion = conversion;
    }

    /** {@code request} itself, changed. */
    static ObjectNode of(ObjectNode request, Conversion conversion) {
        LenientChat chat = new LenientChat(conversion);
        conversion.nameModel(request);
        chat.members(request);
        JsonNode messages = request.get("messages");
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof ObjectNode message) {
                chat.message(message, "messages." + i);
            }
        }
        conversion.dialect().spell(request);
        return request;
    }

    private void members(ObjectNode request) {
        if (!conversion.has(Rule.PARALLEL_TOOL_CALLS)) {
            remove(request, "parallel_tool_calls");
        }
        if (!conversion.has(Rule.STREAM_USAGE)) {
            remove(request, "stream_options");
        }
        JsonNode tools = request.path("tools");
        if (!conversion.keepsMarks()) {
            remove(request, "cache_control");
            tools.forEach(tool -> remove(tool, "cache_control"));
        }
        if (conversion.strictSchema()) {
            tools.forEach(LenientChat::reduceSchema);
        }
    }

    private static void reduceSchema(JsonNode tool) {
        if (tool.path("function") instanceof ObjectNode function && function.path("parameters").isObject()) {
            function.set("parameters", ToolSchema.of(function.get("parameters"), true));
        }
    }

    private void message(ObjectNode message, String path) {
        JsonNode content = message.path("content");
        if (conversion.has(Rule.EMPTY_CONTENT_NULL) && "".equals(content.textValue())) {
            message.set("content", NullNode.instance);
        }
        ClientThinking.fit(message, conversion);
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i) instanceof ObjectNode part) {
                part(part, path + ".content." + i);
            }
        }
    }

    private void part(ObjectNode part, String path) {
        if (!conversion.keepsMarks()) {
            remove(part, "cache_control");
        }
        ImageUrl.ofPart(part, path, conversion);
    }

    private void remove(JsonNode from, String member) {
        if (from instanceof ObjectNode object && object.remove(member) != null) {
            conversion.drop(member);
        }
    }
}
