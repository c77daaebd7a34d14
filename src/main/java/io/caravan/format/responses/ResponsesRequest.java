/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Responses request as the chat request that asks for the same. What chat has no word for either stays under its own name,
 * so that the reader of the chat request says that it was left out.
 *
 * @param chat    the chat request
 * @param called  the tools that answers spell otherwise than as a function, by the name they have in {@code chat}
 * @param dropped what was left out already: parts of members, never words of the client's
 */
public record ResponsesRequest(ObjectNode chat, Map<String, Tool> called, Set<String> dropped) {

    /** How a call of a tool is spelt. */
    public enum Call {
        FUNCTION, CUSTOM, LOCAL_SHELL
    }

    /**
     * A tool as the client knows it.
     *
     * @param namespace the group it is in; empty if it is in none
     */
    public record Tool(Call call, String name, String namespace) {
    }

    /** Begins the {@code encrypted_content} of a reasoning item that has the signature of its summary behind it. */
    public static final String SIGNATURE = "caravan-reasoning-1.s.";
    /** The same, of one whose thinking is itself encrypted. */
    public static final String REDACTED = "caravan-reasoning-1.r.";

    private static final String STATELESS =
            "nothing is stored here; set store to false and send the whole history in input";
    private static final List<String> STORED = List.of("previous_response_id", "conversation", "prompt");
    /** What a stateless server does anyway, and what is served in another way. */
    private static final List<String> SERVED = List.of("prompt_cache_key", "prompt_cache_retention", "stream_options");
    private static final List<String> MEANT_ANYWAY = List.of("reasoning.encrypted_content");

    /**
     * Reads {@code body}, whose members go over into the chat request.
     *
     * @throws MalformedBody if it is no Responses request, or needs stored state
     */
    public static ResponsesRequest of(ObjectNode body) {
        refuseStored(body);
        ToolList tools = ToolList.of(body);
        InputItems input = new InputItems(tools);
        body.set("messages", input.messages(body.remove("instructions"), body.remove("input")));
        body.remove(SERVED);
        rename(body, "max_output_tokens", "max_completion_tokens");
        removeIf(body, "store", BooleanNode.FALSE);
        removeIf(body, "background", BooleanNode.FALSE);
        removeIf(body, "truncation", TextNode.valueOf("disabled"));
        include(body);
        text(body, tools.dropped());
        return new ResponsesRequest(body, tools.called(), tools.dropped());
    }

    private static void refuseStored(ObjectNode body) {
        for (String member : STORED) {
            if (body.hasNonNull(member)) {
                throw new MalformedBody(member + ": " + STATELESS);
            }
        }
        if (body.path("background").asBoolean()) {
            throw new MalformedBody("background: " + STATELESS);
        }
    }

    /** What a reference to a stored item is told. */
    static MalformedBody reference(String path) {
        return new MalformedBody(path + ".type: an item_reference names what was stored; " + STATELESS);
    }

    private static void rename(ObjectNode body, String from, String to) {
        if (body.has(from)) {
            body.set(to, body.remove(from));
        }
    }

    private static void removeIf(ObjectNode body, String member, JsonNode value) {
        if (body.path(member).equals(value)) {
            body.remove(member);
        }
    }

    private static void include(ObjectNode body) {
        boolean meant = true;
        for (JsonNode wanted : body.path("include")) {
            meant &= MEANT_ANYWAY.contains(wanted.asText());
        }
        if (meant) {
            body.remove("include");
        }
    }

    private static void text(ObjectNode body, Set<String> dropped) {
        if (!(body.path("text") instanceof ObjectNode text)) {
            return;
        }
        body.remove("text");
        if (text.hasNonNull("verbosity")) {
            dropped.add("text.verbosity");
        }
        if (text.path("format") instanceof ObjectNode format) {
            body.set("response_format", responseFormat(format));
        }
    }

    private static ObjectNode responseFormat(ObjectNode format) {
        ObjectNode chat = Json.MAPPER.createObjectNode().put("type", format.path("type").asText());
        if (format.has("schema")) {
            format.remove("type");
            chat.set("json_schema", format);
        }
        return chat;
    }
}
