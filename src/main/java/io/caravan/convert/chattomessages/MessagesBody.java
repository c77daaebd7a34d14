/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelTraits;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;

/** An OpenAI client's request turned into a Messages request (protocol 3.7, cases M80 and M81). Immutable. */
public final class MessagesBody {

    private static final String JSON_ONLY = "Respond with one valid JSON object and with nothing else.";

    private final byte[] body;
    private final Set<String> dropped;
    private final boolean stream;
    private final boolean includeUsage;

    private MessagesBody(byte[] body, Set<String> dropped, boolean stream, boolean includeUsage) {
        this.body = body;
        this.dropped = dropped;
        this.stream = stream;
        this.includeUsage = includeUsage;
    }

    /**
     * Turns {@code chatBody} into a request for {@code model}, which is the upstream's name for it.
     *
     * @throws MalformedBody if it is no chat request, or asks for what Messages cannot give; the message begins with the
     *                       parameter, as in {@code n: only 1 is supported}
     */
    public static MessagesBody of(byte[] chatBody, String model, ModelTraits traits) {
        ObjectNode chat = read(chatBody);
        refuseUnsupported(chat);
        chat.remove("model");
        boolean stream = flag(Members.take(chat, "stream"), "stream");
        JsonNode streamOptions = Members.take(chat, "stream_options");
        boolean includeUsage = streamOptions != null && streamOptions.path("include_usage").asBoolean();

        Set<String> dropped = new LinkedHashSet<>();
        ObjectNode request = Json.MAPPER.createObjectNode().put("model", model);
        TurnsFromChat turns = TurnsFromChat.of(Members.take(chat, "messages"), traits);
        request.set("messages", turns.turns());
        ToolsFromChat.move(chat, request);
        ThinkingFromChat.move(chat, request, traits, dropped);
        SamplingFromChat.move(chat, request, traits, dropped);
        format(Members.take(chat, "response_format"), request, turns.system(), dropped);
        if (!turns.system().isEmpty()) {
            request.set("system", turns.system());
        }
        user(chat, request);
        Members.moveCacheMarker(chat, request);
        chat.remove("cache_control");
        if (stream) {
            request.put("stream", true);
        }
        chat.properties().forEach(member -> {
            if (!member.getValue().isNull()) {
                dropped.add(member.getKey());
            }
        });
        return new MessagesBody(written(request), Collections.unmodifiableSet(dropped), stream, includeUsage);
    }

    /** The Messages request in UTF-8. */
    public byte[] body() {
        return body;
    }

    /** The client's parameters that mean nothing to the upstream and were left out, each once, in order. */
    public Set<String> dropped() {
        return dropped;
    }

    /** Whether the client asks for a stream. */
    public boolean stream() {
        return stream;
    }

    /** Whether the client asks for the token counts at the end of a stream. */
    public boolean includeUsage() {
        return includeUsage;
    }

    private static ObjectNode read(byte[] chatBody) {
        try {
            if (Json.exact(chatBody) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new MalformedBody("The request body is not valid JSON");
        }
        throw new MalformedBody("The request body is not a JSON object");
    }

    private static byte[] written(ObjectNode request) {
        try {
            return Json.MAPPER.writeValueAsBytes(request);
        } catch (IOException e) {
            // Half a surrogate pair in a tool's arguments: JSON can escape it, UTF-8 cannot hold it.
            throw new MalformedBody("The request body is not valid Unicode");
        }
    }

    private static void refuseUnsupported(ObjectNode chat) {
        JsonNode n = Members.take(chat, "n");
        if (n != null && n.asInt() != 1) {
            throw new MalformedBody("n: only 1 is supported");
        }
        JsonNode modalities = Members.take(chat, "modalities");
        for (int i = 0; modalities != null && i < modalities.size(); i++) {
            if (!modalities.get(i).asText().equals("text")) {
                throw new MalformedBody("modalities: only text is supported");
            }
        }
        if (Members.take(chat, "audio") != null) {
            throw new MalformedBody("audio: audio output is not supported");
        }
    }

    private static boolean flag(JsonNode value, String member) {
        if (value != null && !value.isBoolean()) {
            throw new MalformedBody(member + ": Input should be a valid boolean");
        }
        return value != null && value.booleanValue();
    }

    private static void format(JsonNode format, ObjectNode request, ArrayNode system, Set<String> dropped) {
        String type = format == null ? "text" : format.path("type").asText();
        JsonNode schema = format == null ? null : format.path("json_schema").path("schema");
        if (type.equals("json_schema") && schema.isObject()) {
            JsonNode config = request.path("output_config");
            ObjectNode output = config.isObject() ? (ObjectNode) config : request.putObject("output_config");
            output.putObject("format").put("type", "json_schema").set("schema", schema);
        } else if (type.equals("json_schema") || type.equals("json_object")) {
            system.add(PartsToBlocks.text(JSON_ONLY));
        } else if (!type.equals("text")) {
            dropped.add("response_format");
        }
    }

    private static void user(ObjectNode chat, ObjectNode request) {
        JsonNode safety = Members.take(chat, "safety_identifier");
        JsonNode user = Members.take(chat, "user");
        String id = (safety != null ? safety : user != null ? user : chat.missingNode()).asText();
        if (!id.isEmpty()) {
            request.putObject("metadata").put("user_id", sha256(id));
        }
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
