/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One {@code chat.completion.chunk}, of its choices the one with index 0 alone (case S34), be it given in several parts.
 * Read in one pass: what a plain text delta holds becomes no tree.
 */
final class ChatChunk {

    private @Nullable String id;
    private boolean choice;
    private String text = "";
    private @Nullable ObjectNode rest;
    private @Nullable JsonNode message;
    private @Nullable String finishReason;
    private @Nullable String nativeReason;
    private @Nullable JsonNode choiceError;
    private @Nullable JsonNode usage;
    private boolean error;
    private boolean known;

    private ChatChunk() {
    }

    /** Reads the object at whose start {@code parser} stands. */
    static ChatChunk read(JsonParser parser) throws IOException {
        ChatChunk chunk = new ChatChunk();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            chunk.readMember(name, parser.nextToken(), parser);
            parser.skipChildren();
        }
        return chunk;
    }

    /** Reads a member that counts, of others nothing; what it leaves of the value is skipped behind it. */
    private void readMember(String name, JsonToken value, JsonParser parser) throws IOException {
        switch (name) {
            case "choices" -> {
                known = true;
                if (value == JsonToken.START_ARRAY) {
                    readChoices(parser);
                }
            }
            case "usage" -> {
                known = true;
                if (value == JsonToken.START_OBJECT) {
                    usage = Json.MAPPER.readTree(parser);
                }
            }
            case "id" -> {
                if (value == JsonToken.VALUE_STRING) {
                    id = parser.getText();
                }
            }
            case "error", "error_code" -> error |= isFault(parser, value);
            default -> { }
        }
    }

    private void readChoices(JsonParser parser) throws IOException {
        for (JsonToken value = parser.nextToken(); value != JsonToken.END_ARRAY; value = parser.nextToken()) {
            if (value != JsonToken.START_OBJECT) {
                parser.skipChildren();
            } else if (choice) {
                readMore(parser);
            } else if (readChoice(parser)) {
                choice = true;
            } else {
                forget();
            }
        }
    }

    private void forget() {
        text = "";
        rest = null;
        message = null;
        finishReason = null;
        nativeReason = null;
        choiceError = null;
    }

    /** The choice may come in several parts. */
    private void readMore(JsonParser parser) throws IOException {
        ChatChunk more = new ChatChunk();
        if (!more.readChoice(parser)) {
            return;
        }
        text += more.text;
        if (more.rest != null) {
            more.rest.properties().forEach(member -> keep(member.getKey(), member.getValue()));
        }
        if (more.finishReason != null) {
            finishReason = more.finishReason;
            nativeReason = more.nativeReason;
        }
        if (choiceError == null) {
            choiceError = more.choiceError;
        }
    }

    /** Returns whether it is the choice that counts, which is known only behind it. */
    private boolean readChoice(JsonParser parser) throws IOException {
        boolean first = true;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
                first = parser.getValueAsInt() == 0;
            } else {
                readOfChoice(name, value, parser);
            }
            parser.skipChildren();
        }
        return first;
    }

    private void readOfChoice(String name, JsonToken value, JsonParser parser) throws IOException {
        switch (name) {
            case "delta" -> {
                if (value == JsonToken.START_OBJECT) {
                    readDelta(parser);
                }
            }
            case "message" -> {
                if (value == JsonToken.START_OBJECT) {
                    message = Json.MAPPER.readTree(parser);
                }
            }
            case "finish_reason" -> {
                if (said(parser, value)) {
                    finishReason = parser.getValueAsString("");
                }
            }
            case "native_finish_reason" -> {
                if (said(parser, value)) {
                    nativeReason = parser.getValueAsString("");
                }
            }
            case "error" -> {
                if (isFault(parser, value)) {
                    choiceError = Json.MAPPER.createObjectNode().set("error", Json.MAPPER.readTree(parser));
                }
            }
            default -> { }
        }
    }

    private void readDelta(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("content") && value == JsonToken.VALUE_STRING) {
                text = parser.getText();
            } else if (!name.equals("role") && said(parser, value)) {
                keep(name, Json.MAPPER.readTree(parser));
            } else {
                parser.skipChildren();
            }
        }
    }

    private void keep(String name, JsonNode value) {
        if (rest == null) {
            rest = Json.MAPPER.createObjectNode();
        }
        if (rest.get(name) instanceof ArrayNode known && value.isArray()) {
            value.forEach(known::add);
        } else {
            rest.set(name, value);
        }
    }

    private static boolean said(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getTextLength() > 0;
        }
        return value != JsonToken.VALUE_NULL;
    }

    /** As {@link io.caravan.failure.ErrorReader#isError} has it. */
    private static boolean isFault(JsonParser parser, JsonToken value) throws IOException {
        return switch (value) {
            case START_OBJECT, VALUE_NUMBER_INT -> true;
            case VALUE_STRING -> parser.getTextLength() > 0;
            default -> false;
        };
    }

    /** Null if it has none. */
    @Nullable String id() {
        return id;
    }

    /** Whether it holds a choice; what is below comes from it. */
    boolean hasChoice() {
        return choice;
    }

    /** The delta's content if that is a string, else empty. */
    String text() {
        return text;
    }

    /** The delta's other members that say something, or null. */
    @Nullable ObjectNode rest() {
        return rest;
    }

    /** What stands where a delta should: a whole message, or null. */
    @Nullable JsonNode message() {
        return message;
    }

    /** Whether the choice gives a reason why it ends. */
    boolean finishes() {
        return finishReason != null;
    }

    /** Why the choice ends; null while there is no reason. */
    @Nullable StopReason reason() {
        return StopReason.of(finishReason, nativeReason).orElse(null);
    }

    /** An error inside the choice as the body it would have been, or null. */
    @Nullable JsonNode choiceError() {
        return choiceError;
    }

    /** Whether the chunk itself is an error. */
    boolean isError() {
        return error;
    }

    /** Whether it has nothing of what a chunk has. */
    boolean isUnknown() {
        return !known;
    }

    /** Null if it tells none. */
    @Nullable JsonNode usage() {
        return usage;
    }
}
