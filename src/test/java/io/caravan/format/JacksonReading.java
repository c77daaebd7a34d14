/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A request's bytes as Jackson's parser reads them, for comparison. */
record JacksonReading(List<Member> members, String model, boolean stream) {

    record Member(String name, int keyStart, int valueStart, int valueEnd) {
    }

    private static final JsonFactory UTF_8_ALONE =
            Json.FACTORY.rebuild().disable(JsonFactory.Feature.CHARSET_DETECTION).build();

    /** Null if Jackson refuses the body, or if it is no object, or its model no string. */
    static JacksonReading of(byte[] body) {
        List<Member> members = new ArrayList<>();
        String model = null;
        boolean stream = false;
        try (JsonParser parser = UTF_8_ALONE.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                int keyStart = (int) parser.currentTokenLocation().getByteOffset();
                JsonToken value = parser.nextToken();
                int valueStart = (int) parser.currentTokenLocation().getByteOffset();
                if (name.equals("model")) {
                    model = value == JsonToken.VALUE_STRING ? parser.getText() : null;
                    if (model == null) {
                        return null;
                    }
                } else if (name.equals("stream")) {
                    stream = value == JsonToken.VALUE_TRUE;
                }
                parser.skipChildren();
                parser.finishToken();
                members.add(new Member(name, keyStart, valueStart, (int) parser.currentLocation().getByteOffset()));
            }
            return parser.nextToken() == null ? new JacksonReading(members, model, stream) : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** The same, and null as well if the body is not well-formed UTF-8, of which Jackson takes some. */
    static JacksonReading strictly(byte[] body) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            return of(body);
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
