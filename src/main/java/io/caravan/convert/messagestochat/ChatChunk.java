/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.io.IOException;

/**
 * One {@code chat.completion.chunk}, of its choices the one with index 0 alone (case S34). Read in one pass: what a plain
 * text delta holds becomes no tree.
 */
final class ChatChunk {

    private String id;
    private boolean choice;
    private String text = "";
    private ObjectNode rest;
    private String finishReason;
    private JsonNode choiceError;
    private JsonNode usage;
    private boolean error;

    private ChatChunk() {
    }

    /** Reads the object at whose start {@code parser} stands. */
    static ChatChunk read(JsonParser parser) throws IOException {
        ChatChunk chunk = new ChatChunk();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("choices") && value == JsonToken.START_ARRAY) {
                chunk.readChoices(parser);
            } else if (name.equals("usage") && value == JsonToken.START_OBJECT) {
                chunk.usage = Json.MAPPER.readTree(parser);
            } else if (name.equals("id") && value == JsonToken.VALUE_STRING) {
                chunk.id = parser.getText();
            } else {
                chunk.error |= (name.equals("error") || name.equals("error_code")) && isFault(parser, value);
                parser.skipChildren();
            }
        }
        return chunk;
    }

    private void readChoices(JsonParser parser) throws IOException {
        JsonToken value;
        while ((value = parser.nextToken()) != JsonToken.END_ARRAY && value != null) {
            if (choice || value != JsonToken.START_OBJECT) {
                parser.skipChildren();
            } else if (readChoice(parser)) {
                choice = true;
            } else {
                text = "";
                rest = null;
                finishReason = null;
                choiceError = null;
            }
        }
    }

    /** Returns whether it is the choice that counts, which is known only behind it. */
    private boolean readChoice(JsonParser parser) throws IOException {
        boolean first = true;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("delta") && value == JsonToken.START_OBJECT) {
                readDelta(parser);
            } else if (name.equals("finish_reason") && said(parser, value)) {
                finishReason = parser.getValueAsString("");
                parser.skipChildren();
            } else if (name.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
                first = parser.getValueAsInt() == 0;
            } else if (name.equals("error") && isFault(parser, value)) {
                choiceError = Json.MAPPER.createObjectNode().set("error", Json.MAPPER.readTree(parser));
            } else {
                parser.skipChildren();
            }
        }
        return first;
    }

    private void readDelta(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("content") && value == JsonToken.VALUE_STRING) {
                text = parser.getText();
            } else if (!name.equals("role") && said(parser, value)) {
                if (rest == null) {
                    rest = Json.MAPPER.createObjectNode();
                }
                rest.set(name, Json.MAPPER.readTree(parser));
            } else {
                parser.skipChildren();
            }
        }
    }

    private static boolean said(JsonParser parser, JsonToken value) throws IOException {
        return value != JsonToken.VALUE_NULL && (value != JsonToken.VALUE_STRING || parser.getTextLength() > 0);
    }

    /** As {@link ChatErrors#isError} has it. */
    private static boolean isFault(JsonParser parser, JsonToken value) throws IOException {
        return value == JsonToken.START_OBJECT || value == JsonToken.VALUE_NUMBER_INT
                || value == JsonToken.VALUE_STRING && parser.getTextLength() > 0;
    }

    String id() {
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
    ObjectNode rest() {
        return rest;
    }

    /** Null while there is none. */
    String finishReason() {
        return finishReason;
    }

    /** An error inside the choice as the body it would have been, or null. */
    JsonNode choiceError() {
        return choiceError;
    }

    /** Whether the chunk itself is an error. */
    boolean isError() {
        return error;
    }

    /** Null if it tells none. */
    JsonNode usage() {
        return usage;
    }
}
