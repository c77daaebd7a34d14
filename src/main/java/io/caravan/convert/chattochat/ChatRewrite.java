/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.convert.ChatOptions;
import io.caravan.convert.Conversion;
import io.caravan.convert.ImageUrl;
import io.caravan.format.chat.ChatRule;
import io.caravan.format.chat.ToolSchema;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RawText;
import io.caravan.format.json.RequestTree;
import java.util.Collections;
import java.util.Set;

/**
 * An OpenAI client's request made fit for a chat upstream: the model's name replaced and the backend's rules applied
 * (features 5.9). For Databricks only what its chat takes is left (protocol 3.3).
 */
public final class ChatRewrite {

    private final Conversion conversion;

    private ChatRewrite(Conversion conversion) {
        this.conversion = conversion;
    }

    /**
     * The request to send.
     *
     * @param body    JSON in UTF-8
     * @param dropped names of what was left out on purpose, in order: never words of the client's
     */
    public record Result(byte[] body, Set<String> dropped) {
    }

    /**
     * Rewrites a request.
     *
     * @throws MalformedBody if it is no chat request, or names an image the upstream must not be given: one at
     *         {@code http}, a private or loopback host, or any URL where the upstream takes none and none is fetched
     */
    public static Result of(byte[] chatBody, ChatOptions options) {
        if (!(RequestTree.read(chatBody) instanceof ObjectNode request)) {
            throw new MalformedBody("The request body must be a JSON object.");
        }
        if (!request.path("messages").isArray()) {
            throw new MalformedBody(request.has("messages") ? "messages: Input should be a valid list"
                    : "messages: Field required");
        }
        Conversion conversion = new Conversion(options);
        ObjectNode sent = conversion.dialect().refusesUnknownMembers() ? StrictChat.of(request, conversion)
                : new ChatRewrite(conversion).rewritten(request);
        return new Result(RequestTree.write(sent, chatBody.length + 512),
                Collections.unmodifiableSet(conversion.dropped()));
    }

    private ObjectNode rewritten(ObjectNode request) {
        if (conversion.options().model() != null) {
            request.put("model", conversion.options().model());
        }
        if (!conversion.has(ChatRule.PARALLEL_TOOL_CALLS)) {
            remove(request, "parallel_tool_calls");
        }
        if (!conversion.has(ChatRule.STREAM_USAGE)) {
            remove(request, "stream_options");
        }
        boolean marks = conversion.options().traits().claude() && conversion.has(ChatRule.CACHE_CONTROL);
        if (!marks) {
            remove(request, "cache_control");
            request.path("tools").forEach(tool -> remove(tool, "cache_control"));
        }
        if (conversion.options().strictSchema()) {
            request.path("tools").forEach(ChatRewrite::reduceSchema);
        }
        JsonNode messages = request.get("messages");
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof ObjectNode message) {
                message(message, "messages." + i, marks);
            }
        }
        return request;
    }

    private static void reduceSchema(JsonNode tool) {
        if (tool.path("function") instanceof ObjectNode function && function.path("parameters").isObject()) {
            function.set("parameters", ToolSchema.of(function.get("parameters"), true));
        }
    }

    private void message(ObjectNode message, String path, boolean marks) {
        JsonNode content = message.path("content");
        if (conversion.has(ChatRule.EMPTY_CONTENT_NULL) && content.isTextual() && content.textValue().isEmpty()) {
            message.set("content", NullNode.instance);
        }
        if (!conversion.keepsThinking()) {
            for (String field : new String[] {"reasoning_details", "reasoning_content", "thinking_blocks"}) {
                remove(message, field);
            }
        }
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i) instanceof ObjectNode part) {
                if (!marks) {
                    remove(part, "cache_control");
                }
                image(part, path + ".content." + i, conversion);
            }
        }
    }

    /** Makes the URL of an image part one the upstream may have; other parts stay as they are. */
    static void image(ObjectNode part, String path, Conversion conversion) {
        JsonNode image = part.path("image_url");
        JsonNode url = image.isObject() ? image.path("url") : image;
        if (RawText.of(url) == null && !url.isTextual()) {
            return;
        }
        JsonNode sent = url.isTextual() && url.textValue().indexOf(':') < 0
                ? ImageUrl.ofData(TextNode.valueOf(url.textValue().strip()), "")
                : ImageUrl.ofUrl(url, path + ".image_url.url", false, conversion);
        if (image instanceof ObjectNode object) {
            object.set("url", sent);
        } else {
            part.set("image_url", sent);
        }
    }

    private void remove(JsonNode from, String field) {
        if (from instanceof ObjectNode object && object.remove(field) != null) {
            conversion.drop(field);
        }
    }
}
