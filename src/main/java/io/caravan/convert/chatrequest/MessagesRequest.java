/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RequestTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A Messages client's request, written as a chat upstream's step by step. */
final class MessagesRequest {

    private static final Set<String> EFFORTS = Set.of("low", "medium", "high", "xhigh", "max");
    private static final String[] REQUIRED = {"model", "max_tokens", "messages"};
    private static final String[] UNSUPPORTED = {"mcp_servers", "container"};
    private static final int MORE_BYTES = 1024;

    private final JsonNode request;
    private final Conversion conversion;
    private final ObjectNode sent = Nodes.object();
    private final DeferredTools deferred = new DeferredTools();

    MessagesRequest(JsonNode request, Conversion conversion) {
        this.request = request;
        this.conversion = conversion;
    }

    /** The request as it is sent; {@code size} is that of the client's. */
    ChatRequest converted(int size) {
        checkForm();
        checkSupported();
        conversion.nameModel(sent);
        Turns turns = Turns.read(request.get("messages"), deferred);
        JsonNode choice = request.path("tool_choice");
        deferred.load(choice.path("name"));
        ChatTools tools = ChatTools.read(request.path("tools"), deferred, conversion);
        ChatMessages messages = new ChatMessages(conversion, tools.isEmpty());
        messages.system(request.path("system"));
        messages.turns(turns.list());
        sent.set("messages", messages.json());
        ChatFields.write(request, sent, conversion);
        if (!conversion.dialect().takesRequestMark()) {
            messages.mark(conversion.mark(request));
        }
        tools.write(choice, sent);
        Optional<JsonNode> schema = StructuredOutput.schema(request);
        boolean jsonTool = schema.isPresent() && StructuredOutput.write(schema.get(), sent, conversion);
        Reasoning reasoning = reasoning(turns, messages);
        client();
        conversion.dialect().spell(sent);
        return new ChatRequest(RequestTree.write(sent, size + MORE_BYTES), conversion.dropped(),
                conversion.toolNames().originals(), jsonTool, reasoning.asked(), reasoning.omitted(), stopSequences(),
                messages.usedIds(), conversion.thinker());
    }

    private List<String> stopSequences() {
        List<String> sequences = new ArrayList<>();
        for (JsonNode sequence : request.path("stop_sequences")) {
            if (sequence.isTextual()) {
                sequences.add(sequence.textValue());
            }
        }
        return sequences;
    }

    private Reasoning reasoning(Turns turns, ChatMessages messages) {
        Optional<String> effort = turns.effort()
                .or(() -> Optional.ofNullable(request.path("output_config").path("effort").textValue()))
                .filter(EFFORTS::contains);
        Reasoning reasoning = new Reasoning(request.path("thinking"), effort, conversion);
        boolean forced = ChatTools.isForced(sent.path("tool_choice"));
        boolean claude = conversion.isClaude();
        reasoning.write(sent, claude && forced, claude && messages.lacksThinking());
        return reasoning;
    }

    /** Who the client's user is, and which session it is in. */
    private void client() {
        JsonNode user = request.path("metadata").path("user_id");
        if (user.isTextual() && conversion.dialect().takesUser()) {
            sent.put("user", Sha256.hex(user.textValue()));
        }
        if (conversion.dialect().takesSession()) {
            conversion.session().ifPresent(id -> sent.put("session_id", id));
        }
    }

    private void checkForm() {
        if (!request.isObject()) {
            throw new MalformedBody("The request body must be a JSON object.");
        }
        for (String member : REQUIRED) {
            if (!request.has(member)) {
                throw Nodes.missing(member);
            }
        }
        if (!request.get("model").isTextual()) {
            throw new MalformedBody("model: Input should be a valid string");
        }
        if (!request.get("messages").isArray()) {
            throw new MalformedBody("messages: Input should be a valid list");
        }
    }

    /** What would change the request's meaning if it were left out. */
    private void checkSupported() {
        for (String member : UNSUPPORTED) {
            if (saysSomething(request.path(member))) {
                throw new MalformedBody(member + ": not supported by this upstream; it needs the native route");
            }
        }
    }

    private static boolean saysSomething(JsonNode value) {
        return value.isContainerNode() ? !value.isEmpty() : Nodes.isGiven(value);
    }
}
