/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.Usage;
import java.io.IOException;

/** The usage of one answer, gathered over its events. */
final class UsageReader {

    private Usage usage = Usage.UNKNOWN;
    private long thinking;

    Usage usage() {
        return usage;
    }

    /** Takes the {@code usage} object that {@code parser} stands at the start of; the later of two numbers counts. */
    void read(JsonParser parser) throws IOException {
        long input = 0;
        long output = 0;
        long cacheRead = 0;
        long cacheWrite = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_NUMBER_INT) {
                switch (name) {
                    case "input_tokens" -> input = count(parser);
                    case "output_tokens" -> output = count(parser);
                    case "cache_read_input_tokens" -> cacheRead = count(parser);
                    case "cache_creation_input_tokens" -> cacheWrite = count(parser);
                    default -> { }
                }
            } else if (value == JsonToken.START_OBJECT && name.equals("output_tokens_details")) {
                readDetails(parser);
            } else {
                parser.skipChildren();
            }
        }
        usage = usage.updated(new Usage(input, output, cacheRead, cacheWrite));
    }

    /** How many of the output tokens went into thinking. */
    long thinking() {
        return thinking;
    }

    private void readDetails(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean counts = parser.currentName().equals("thinking_tokens");
            if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && counts) {
                thinking = Math.max(thinking, count(parser));
            } else {
                parser.skipChildren();
            }
        }
    }

    /** A count, 0 if it is none that a long holds: an upstream's nonsense is no reason to lose an answer. */
    private static long count(JsonParser parser) throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            return 0;
        }
        return Math.max(0, parser.getLongValue());
    }
}
