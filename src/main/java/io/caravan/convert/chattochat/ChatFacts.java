/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattochat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.failure.ErrorReader;
import io.caravan.format.Usage;
import io.caravan.format.chat.ChatUsage;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.List;

/** A chat completion or one chunk of it, read in one pass: where its model's name stands, and what must be known of it. */
final class ChatFacts {

    private final int offset;
    private int modelStart = -1;
    private int modelEnd;
    private boolean choices;
    private boolean content;
    private boolean error;
    private boolean finished;
    private Usage usage = Usage.UNKNOWN;

    private ChatFacts(int offset) {
        this.offset = offset;
    }

    /** Reads the JSON object in {@code bytes[offset, offset+length)}; positions count from the array's start. */
    static ChatFacts read(byte[] bytes, int offset, int length) throws IOException {
        ChatFacts answer = new ChatFacts(offset);
        try (JsonParser parser = Json.FACTORY.createParser(bytes, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw ErrorReader.unreadable();
            }
            answer.readTop(parser);
            if (parser.nextToken() != null) {
                throw ErrorReader.unreadable();
            }
        }
        return answer;
    }

    boolean hasChoices() {
        return choices;
    }

    /** Whether a delta says more than the role. */
    boolean hasContent() {
        return content;
    }

    boolean isError() {
        return error;
    }

    boolean isFinished() {
        return finished;
    }

    Usage usage() {
        return usage;
    }

    int modelStart() {
        return modelStart;
    }

    int modelEnd() {
        return modelEnd;
    }

    /** The edit that gives the client's name of the model, if there is one to replace. */
    List<Edit> withModel(byte[] quotedName) {
        if (modelStart < 0) {
            return List.of();
        }
        return List.of(new Edit(modelStart, modelEnd, quotedName));
    }

    private void readTop(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            readMember(parser.currentName(), parser.nextToken(), parser);
            parser.skipChildren();
        }
    }

    /** Reads a member that counts, of others nothing; what it leaves of the value is skipped behind it. */
    private void readMember(String name, JsonToken value, JsonParser parser) throws IOException {
        switch (name) {
            case "model" -> {
                if (value == JsonToken.VALUE_STRING) {
                    readModel(parser);
                }
            }
            case "choices" -> {
                if (value == JsonToken.START_ARRAY) {
                    readChoices(parser);
                }
            }
            case "usage" -> {
                if (value == JsonToken.START_OBJECT) {
                    usage = ChatUsage.read(Json.MAPPER.readTree(parser)).usage();
                }
            }
            case "error" -> error |= value != JsonToken.VALUE_NULL;
            case "error_code" -> error = true;
            default -> { }
        }
    }

    private void readModel(JsonParser parser) throws IOException {
        modelStart = offset + (int) parser.currentTokenLocation().getByteOffset();
        parser.finishToken();
        modelEnd = offset + (int) parser.currentLocation().getByteOffset();
    }

    private void readChoices(JsonParser parser) throws IOException {
        choices = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                readChoice(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readChoice(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("finish_reason") && value == JsonToken.VALUE_STRING) {
                finished = true;
                error |= parser.getText().equals("error");
            } else if (name.equals("delta") && value == JsonToken.START_OBJECT) {
                readDelta(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readDelta(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean role = parser.currentName().equals("role");
            JsonToken value = parser.nextToken();
            content |= !role && says(parser, value);
            parser.skipChildren();
        }
    }

    private static boolean says(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getTextLength() > 0;
        }
        return value != JsonToken.VALUE_NULL;
    }
}
