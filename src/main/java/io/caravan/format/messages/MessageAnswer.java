/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

    /**
     * Reads the JSON object in {@code bytes[offset, offset+length)}. Its positions count from the array's start.
     *
     * @throws MalformedBody if that is not one whole JSON object
     */
    public static MessageAnswer read(byte[] bytes, int offset, int length) {
        try (JsonParser parser = Json.FACTORY.createParser(bytes, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedBody("not a JSON object");
            }
            MessageAnswer answer = new AnswerReader(parser, offset).read();
            if (parser.nextToken() != null) {
                throw new MalformedBody("more than one JSON value");
            }
            return answer;
        } catch (IOException e) {
            throw new MalformedBody("not valid JSON");
        }
    }

    /** The edits that make the answer bear {@code name} as its model. */
    public List<Edit> withModel(String name) {
        if (modelStart < 0) {
            return List.of();
        }
        return List.of(new Edit(modelStart, modelEnd, Json.quoted(name)));
    }

    /**
     * {@code usage} as a message has it, with every member, for clients insist on some of them.
     *
     * @param thinking how many of the output tokens went into thinking
     */
    public static ObjectNode usage(Usage usage, long thinking) {
        return UsageSchema.whole(usage, thinking);
    }
}
