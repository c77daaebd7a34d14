/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.io.StringWriter;

/** JSON values as a model sees them: without the blanks and escapes a client may have chosen. */
final class CompactJson {

    private CompactJson() {
    }

    /** The value the parser stands at, and leaves it at its end; empty for null. */
    static String of(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return "";
        }
        StringWriter copy = new StringWriter();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(copy)) {
            generator.copyCurrentStructure(in);
        }
        return copy.toString();
    }

    /** The string the parser stands at; {@code otherwise} if it is something else. */
    static String string(JsonParser in, String otherwise) throws IOException {
        return in.hasToken(JsonToken.VALUE_STRING) ? in.getText() : otherwise;
    }

    /** The length of the string the parser stands at, which is not decoded for it; 0 if it is something else. */
    static int length(JsonParser in) throws IOException {
        return in.hasToken(JsonToken.VALUE_STRING) ? in.getTextLength() : 0;
    }
}
