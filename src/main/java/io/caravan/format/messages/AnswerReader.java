/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.Usage;
import java.io.IOException;

/** Finds what a {@link MessageAnswer} holds, in one pass over the JSON. */
final class AnswerReader {

    private final JsonParser parser;
    private final int offset;
    private int modelStart = -1;
    private int modelEnd = -1;
    private Usage usage = Usage.UNKNOWN;
    private boolean content;
    private boolean stops;
    private boolean error;

    /**
     * @param parser stands at the object's start
     * @param offset where its bytes begin in their array
     */
    AnswerReader(JsonParser parser, int offset) {
        this.parser = parser;
        this.offset = offset;
    }

    MessageAnswer read() throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String member = parser.currentName();
            switch (parser.nextToken()) {
                case VALUE_STRING -> envelopeString(member);
                case START_OBJECT -> envelopeObject(member);
                case START_ARRAY -> {
                    content |= member.equals("content");
                    parser.skipChildren();
                }
                default -> { }
            }
        }
        return new MessageAnswer(modelStart, modelEnd, usage, content, stops, error);
    }

    private void envelopeString(String member) throws IOException {
        switch (member) {
            case "model" -> readModel();
            case "error_code" -> error = true; // Databricks gives a code and no envelope
            default -> { }
        }
    }

    private void envelopeObject(String member) throws IOException {
        switch (member) {
            case "message" -> readMessage();
            case "delta" -> readDelta();
            case "usage" -> readUsage();
            case "error" -> {
                error = true;
                parser.skipChildren();
            }
            default -> parser.skipChildren();
        }
    }

    private void readMessage() throws IOException {
        usage = Usage.UNKNOWN;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String member = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING && member.equals("model")) {
                readModel();
            } else if (value == JsonToken.START_OBJECT && member.equals("usage")) {
                readUsage();
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readModel() throws IOException {
        modelStart = offset + (int) parser.currentTokenLocation().getByteOffset();
        parser.finishToken();
        modelEnd = offset + (int) parser.currentLocation().getByteOffset();
    }

    private void readDelta() throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean reason = parser.currentName().equals("stop_reason");
            JsonToken value = parser.nextToken();
            stops |= reason && value == JsonToken.VALUE_STRING;
            parser.skipChildren();
        }
    }

    private void readUsage() throws IOException {
        long input = 0;
        long output = 0;
        long cacheRead = 0;
        long cacheWrite = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                switch (name) {
                    case "input_tokens" -> input = parser.getLongValue();
                    case "output_tokens" -> output = parser.getLongValue();
                    case "cache_read_input_tokens" -> cacheRead = parser.getLongValue();
                    case "cache_creation_input_tokens" -> cacheWrite = parser.getLongValue();
                    default -> { }
                }
            } else {
                parser.skipChildren();
            }
        }
        usage = new Usage(input, output, cacheRead, cacheWrite);
    }
}
