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
import java.util.Map;
import java.util.Set;

/**
 * An OpenAI client's request turned into a Messages request (cases M80 and M81).
 *
 * @param body         the Messages request in UTF-8
 * @param dropped      the client's parameters that mean nothing to the upstream and were left out, each once, in order
 * @param stream       whether the client asks for a stream
 * @param includeUsage whether it asks for the token counts at the end of a stream
 */
record MessagesBody(byte[] body, Set<String> dropped, boolean stream, boolean includeUsage) {

    private static final String JSON_ONLY = "Respond with one valid JSON object and with nothing else.";

    /**
     * Turns {@code chat}, which is used up, into a request for {@code model}, which is the upstream's name for it.
     *
     * @throws MalformedBody if it is no chat request, or asks for what Messages cannot give; the message begins with the
     *                       parameter, as in {@code n: only 1 is supported}
     */
    static MessagesBody of(ObjectNode chat, String model, ModelTraits traits) {
        refuseUnsupported(chat);
        chat.remove("model");
        boolean stream = flag(Members.take(chat, "stream"), "stream");
        boolean includeUsage = Members.take(chat, "stream_options").path("include_usage").asBoolean();

        Set<String> dropped = new LinkedHashSet<>();
        ObjectNode request = Json.MAPPER.createObjectNode().put("model", model);
        TurnsFromChat turns = TurnsFromChat.of(chat, traits);
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
        for (Map.Entry<String, JsonNode> left : chat.properties()) {
            if (!left.getValue().isNull()) {
                dropped.add(left.getKey());
            }
        }
        return new MessagesBody(written(request), Collections.unmodifiableSet(dropped), stream, includeUsage);
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
        if (!n.isMissingNode() && n.asInt() != 1) {
            throw new MalformedBody("n: only 1 is supported");
        }
        for (JsonNode modality : Members.take(chat, "modalities")) {
            if (!modality.asText().equals("text")) {
                throw new MalformedBody("modalities: only text is supported");
            }
        }
        if (!Members.take(chat, "audio").isMissingNode()) {
            throw new MalformedBody("audio: audio output is not supported");
        }
    }

    private static boolean flag(JsonNode value, String member) {
        if (value.isMissingNode()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new MalformedBody(member + ": Input should be a valid boolean");
        }
        return value.booleanValue();
    }

    private static void format(JsonNode format, ObjectNode request, ArrayNode system, Set<String> dropped) {
        if (format.isMissingNode()) {
            return;
        }
        switch (format.path("type").asText()) {
            case "text" -> { }
            case "json_object" -> system.add(PartsToBlocks.text(JSON_ONLY));
            case "json_schema" -> schema(format.path("json_schema").path("schema"), request, system);
            default -> dropped.add("response_format");
        }
    }

    private static void schema(JsonNode schema, ObjectNode request, ArrayNode system) {
        if (schema.isObject()) {
            request.withObjectProperty("output_config").putObject("format").put("type", "json_schema").set("schema", schema);
        } else {
            system.add(PartsToBlocks.text(JSON_ONLY));
        }
    }

    private static void user(ObjectNode chat, ObjectNode request) {
        String id = Members.takeEither(chat, "safety_identifier", "user").asText();
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
