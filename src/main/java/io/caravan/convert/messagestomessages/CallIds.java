/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestomessages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The ids of the calls in one answer, which the conversation must not have used before (R11). Looks at blocks that are calls
 * and at nothing else; of the request only at its bytes, unless they hold the id.
 */
final class CallIds {

    private static final byte[] CALL = "\"tool_use\"".getBytes(StandardCharsets.US_ASCII);

    private final ModelRequest request;
    private final Set<String> own = new HashSet<>(4);

    CallIds(ModelRequest request) {
        this.request = request;
    }

    /** The edits that give other ids to the calls in {@code json[from, to)}, an answer or an event, that repeat one. */
    List<Edit> renamed(byte[] json, int from, int to) {
        if (!Bytes.contains(json, from, to, CALL)) {
            return List.of();
        }
        List<Edit> edits = new ArrayList<>(1);
        try (JsonParser parser = Json.FACTORY.createParser(json, from, to - from)) {
            new Reading(parser, from, edits).value(parser.nextToken(), "");
        } catch (IOException e) {
            return List.of(); // what is no JSON is not judged here
        }
        return edits;
    }

    private final class Reading {

        private final JsonParser parser;
        private final int offset;
        private final List<Edit> edits;

        Reading(JsonParser parser, int offset, List<Edit> edits) {
            this.parser = parser;
            this.offset = offset;
            this.edits = edits;
        }

        /** Goes into nothing but the message's content and an event's block. */
        private void value(@Nullable JsonToken token, String name) throws IOException {
            if (token == JsonToken.START_OBJECT) {
                object(name);
            } else if (token == JsonToken.START_ARRAY && name.equals("content")) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    value(parser.currentToken(), name);
                }
            } else {
                parser.skipChildren();
            }
        }

        private void object(String holder) throws IOException {
            boolean call = false;
            String id = "";
            int start = 0;
            int end = 0;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("type")) {
                    call = parser.getValueAsString("").equals("tool_use");
                } else if (name.equals("id") && token == JsonToken.VALUE_STRING) {
                    start = offset + (int) parser.currentTokenLocation().getByteOffset();
                    id = parser.getText();
                    end = offset + (int) parser.currentLocation().getByteOffset();
                }
                inner(holder, name, token);
            }
            if (call && isRepeated(id)) {
                edits.add(new Edit(start, end, Json.quoted(fresh())));
            }
        }

        private void inner(String holder, String name, @Nullable JsonToken token) throws IOException {
            boolean leads = name.equals("content") || name.equals("content_block");
            if (holder.isEmpty() && leads) {
                value(token, name);
            } else {
                parser.skipChildren();
            }
        }
    }

    private boolean isRepeated(String id) {
        if (id.isEmpty()) {
            return false;
        }
        return !own.add(id) || isUsed(id);
    }

    private boolean isUsed(String id) {
        byte[] body = request.body();
        if (!Bytes.contains(body, 0, body.length, Json.quoted(id))) {
            return false;
        }
        for (JsonNode message : request.value("messages")) {
            for (JsonNode block : message.path("content")) {
                boolean call = block.path("type").asText().equals("tool_use");
                if (call && block.path("id").asText().equals(id)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String fresh() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "toolu_" + String.format("%016x%08x", random.nextLong(), random.nextInt());
    }
}
