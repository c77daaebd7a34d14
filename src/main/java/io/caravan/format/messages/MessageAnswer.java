/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.Usage;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.util.List;

/**
 * A message as an upstream answers it, in JSON: where its {@code model} stands, and its usage. Serves both a whole
 * answer and the {@code data} of a {@code message_start} or {@code message_delta} event.
 *
 * @param modelStart first byte of the model's value, or -1 if there is none
 * @param modelEnd   first byte behind it
 * @param usage      its token counts
 * @param content    whether it has content blocks, be there none
 * @param stops      whether it is a {@code message_delta} that gives the reason why the message ends
 * @param error      whether it is an error instead of a message
 */
public record MessageAnswer(int modelStart, int modelEnd, Usage usage, boolean content, boolean stops, boolean error) {

    private static final int CONTENT = 2;
    private static final int STOPS = 3;
    private static final int ERROR = 4;

    /**
     * Reads the JSON object in {@code bytes[offset, offset+length)}. Its positions count from the array's start.
     *
     * @throws MalformedBody if that is not one whole JSON object
     */
    public static MessageAnswer read(byte[] bytes, int offset, int length) {
        int[] found = {-1, -1, 0, 0, 0};
        Usage usage = Usage.UNKNOWN;
        try (JsonParser parser = Json.FACTORY.createParser(bytes, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedBody("not a JSON object");
            }
            usage = readObject(parser, offset, found, true);
            if (parser.nextToken() != null) {
                throw new MalformedBody("more than one JSON value");
            }
        } catch (IOException e) {
            throw new MalformedBody("not valid JSON");
        }
        return new MessageAnswer(found[0], found[1], usage, found[CONTENT] != 0, found[STOPS] != 0, found[ERROR] != 0);
    }

    /** The edits that make the answer bear {@code name} as its model. */
    public List<Edit> withModel(String name) {
        return modelStart < 0 ? List.of() : List.of(new Edit(modelStart, modelEnd, Json.quoted(name)));
    }

    private static Usage readObject(JsonParser parser, int offset, int[] found, boolean envelope) throws IOException {
        Usage usage = Usage.UNKNOWN;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("model") && value == JsonToken.VALUE_STRING) {
                found[0] = offset + (int) parser.currentTokenLocation().getByteOffset();
                parser.finishToken();
                found[1] = offset + (int) parser.currentLocation().getByteOffset();
            } else if (name.equals("usage") && value == JsonToken.START_OBJECT) {
                usage = readUsage(parser);
            } else if (envelope && isError(name, value)) {
                found[ERROR] = 1;
                parser.skipChildren();
            } else if (envelope && name.equals("content") && value == JsonToken.START_ARRAY) {
                found[CONTENT] = 1;
                parser.skipChildren();
            } else if (envelope && name.equals("delta") && value == JsonToken.START_OBJECT) {
                readDelta(parser, found);
            } else if (envelope && name.equals("message") && value == JsonToken.START_OBJECT) {
                usage = readObject(parser, offset, found, false);
            } else {
                parser.skipChildren();
            }
        }
        return usage;
    }

    private static void readDelta(JsonParser parser, int[] found) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean reason = parser.currentName().equals("stop_reason");
            if (parser.nextToken() == JsonToken.VALUE_STRING && reason) {
                found[STOPS] = 1;
            }
            parser.skipChildren();
        }
    }

    /** Databricks gives a code and no envelope. */
    private static boolean isError(String name, JsonToken value) {
        return name.equals("error") && value == JsonToken.START_OBJECT
                || name.equals("error_code") && value == JsonToken.VALUE_STRING;
    }

    private static Usage readUsage(JsonParser parser) throws IOException {
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
        return new Usage(input, output, cacheRead, cacheWrite);
    }
}
