/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.ChatOptions;
import io.caravan.convert.Conversion;
import io.caravan.format.chat.ToolNames;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RequestTree;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Set;

/** A Messages request turned into a chat upstream's (protocol 3.4). Immutable. */
public final class ChatRequest {

    private static final Set<String> EFFORTS = Set.of("low", "medium", "high", "xhigh", "max");

    private final byte[] body;
    private final Conversion conversion;
    private final boolean jsonTool;
    private final boolean thinkingAsked;
    private final boolean thinkingOmitted;

    private ChatRequest(JsonNode request, int size, ChatOptions options) {
        conversion = new Conversion(options);
        checkRequired(request);
        ObjectNode sent = Conversion.object();
        if (options.model() != null) {
            sent.put("model", options.model());
        }
        DeferredTools deferred = new DeferredTools();
        Turns turns = Turns.read(request.get("messages"), deferred);
        ChatMessages messages = new ChatMessages(conversion);
        messages.system(request.path("system"));
        messages.turns(turns.list());
        sent.set("messages", messages.json());
        ChatFields.write(request, sent, conversion);
        if (!options.dialect().takesRequestMark()) {
            messages.mark(conversion.mark(request));
        }

        JsonNode choice = request.path("tool_choice");
        deferred.load(choice.path("name"));
        ChatTools.read(request.path("tools"), deferred, conversion).write(choice, sent);
        JsonNode schema = StructuredOutput.schema(request);
        jsonTool = schema != null && StructuredOutput.write(schema, sent, conversion);

        String topEffort = request.path("output_config").path("effort").textValue();
        String effort = turns.effort() == null ? topEffort : turns.effort();
        Reasoning reasoning = new Reasoning(request.path("thinking"), EFFORTS.contains(effort == null ? "" : effort)
                ? effort : null, conversion);
        boolean forced = sent.path("tool_choice").isObject() || sent.path("tool_choice").asText().equals("required");
        boolean claude = options.traits().claude();
        reasoning.write(sent, claude && forced, claude && messages.lacksThinking());
        thinkingAsked = reasoning.asked();
        thinkingOmitted = reasoning.omitted();
        if (request.path("metadata").path("user_id").isTextual() && options.dialect().takesUser()) {
            sent.put("user", hash(request.path("metadata").path("user_id").textValue()));
        }
        if (options.dialect().takesSession() && options.sessionId() != null) {
            sent.put("session_id", options.sessionId());
        }
        body = RequestTree.write(sent, size + 1024);
    }

    /**
     * Converts a request; {@code messagesBody} must not change meanwhile. The tree it is read into is not kept.
     *
     * @throws MalformedBody on what is the client's fault (E35, E36), and on what would change the request's meaning if
     *         left out: {@code mcp_servers}, {@code container}, file sources, a server tool that is the only tool
     */
    public static ChatRequest of(byte[] messagesBody, ChatOptions options) {
        return new ChatRequest(RequestTree.read(messagesBody), messagesBody.length, options);
    }

    /** The exact bytes to send, JSON in UTF-8. */
    public byte[] body() {
        return body;
    }

    /** The names of what was left out on purpose, in order: never words of the client's. */
    public Set<String> dropped() {
        return Collections.unmodifiableSet(conversion.dropped());
    }

    /** The names the tools go by at the upstream. */
    public ToolNames toolNames() {
        return conversion.toolNames();
    }

    /** Whether structured output became the forced tool {@code json_output}, whose input is the answer's text (M38). */
    public boolean jsonTool() {
        return jsonTool;
    }

    /** Whether the client asked for thinking. */
    public boolean thinkingAsked() {
        return thinkingAsked;
    }

    /** Whether the client wants thinking without its text, signature only (M35). */
    public boolean thinkingOmitted() {
        return thinkingOmitted;
    }

    private static void checkRequired(JsonNode request) {
        if (!request.isObject()) {
            throw new MalformedBody("The request body must be a JSON object.");
        }
        for (String field : new String[] {"model", "max_tokens", "messages"}) {
            if (!request.has(field)) {
                throw new MalformedBody(field + ": Field required");
            }
        }
        if (!request.get("model").isTextual()) {
            throw new MalformedBody("model: Input should be a valid string");
        }
        if (!request.get("messages").isArray()) {
            throw new MalformedBody("messages: Input should be a valid list");
        }
        for (String field : new String[] {"mcp_servers", "container"}) {
            JsonNode value = request.path(field);
            if (Conversion.given(value) && !(value.isContainerNode() && value.isEmpty())) {
                throw new MalformedBody(field + ": not supported by this upstream; it needs the native route");
            }
        }
    }

    private static String hash(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
