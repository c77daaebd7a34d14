/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.convert.ChatStream;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One event of a Messages stream, read in one pass and used again for the next. Strings that go on to the client are not
 * decoded and encoded again: it knows where they stand, quotes and escapes included.
 */
final class MessagesEvent {

    private static final byte[] NOTHING = {};

    /** A string or object in the event's bytes, as it is written there. */
    static final class Span {

        private byte[] bytes = NOTHING;
        private int start;
        private int end;
        private int chars;

        /** Whether there is none, or {@code ""} or {@code {}}. */
        boolean isEmpty() {
            return end - start <= 2;
        }

        /** Its length in characters, decoded. */
        int chars() {
            return chars;
        }

        void writeTo(Bytes out) {
            out.write(bytes, start, end - start);
        }

        private void clear() {
            start = 0;
            end = 0;
            chars = 0;
        }
    }

    final Span text = new Span();
    final Span thinking = new Span();
    final Span signature = new Span();
    final Span data = new Span();
    final Span id = new Span();
    final Span name = new Span();
    final Span partialJson = new Span();
    final Span input = new Span();
    private final Span[] spans = {text, thinking, signature, data, id, name, partialJson, input};
    private final TokenCounts counts;
    private String type = "";
    private String partType = "";
    private String messageId = "";
    private @Nullable String stopReason;
    private int index;
    private boolean error;
    private JsonNode citation = MissingNode.getInstance();
    private JsonNode content = MissingNode.getInstance();
    private byte[] bytes = NOTHING;
    private int offset;

    /** @param counts where the usage goes that events bring */
    MessagesEvent(TokenCounts counts) {
        this.counts = counts;
    }

    /** Reads the JSON object in {@code json[start, start+length)}. */
    void read(byte[] json, int start, int length) throws IOException {
        bytes = json;
        offset = start;
        type = "";
        partType = "";
        messageId = "";
        stopReason = null;
        index = -1;
        error = false;
        citation = MissingNode.getInstance();
        content = MissingNode.getInstance();
        for (Span span : spans) {
            span.clear();
        }
        try (JsonParser parser = Json.FACTORY.createParser(json, start, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw ChatStream.unreadable();
            }
            readTop(parser);
            if (parser.nextToken() != null) {
                throw ChatStream.unreadable();
            }
        }
    }

    String type() {
        return type;
    }

    /** The type of the content block or delta. */
    String partType() {
        return partType;
    }

    /** The message's id; empty if the event has none. */
    String messageId() {
        return messageId;
    }

    /** Why the message ends, or null if this event does not say so. */
    @Nullable String stopReason() {
        return stopReason;
    }

    int index() {
        return index;
    }

    boolean isError() {
        return error || type.equals("error");
    }

    JsonNode citation() {
        return citation;
    }

    /** The content of a block that comes whole, such as a search result. */
    JsonNode content() {
        return content;
    }

    private void readTop(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String member = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_OBJECT) {
                readTopObject(parser, member);
            } else {
                readTopValue(parser, member, value);
            }
        }
    }

    private void readTopObject(JsonParser parser, String member) throws IOException {
        switch (member) {
            case "delta", "content_block" -> readPart(parser);
            case "message" -> readMessage(parser);
            case "usage" -> counts.read(parser);
            case "error" -> {
                error = true;
                parser.skipChildren();
            }
            default -> parser.skipChildren();
        }
    }

    private void readTopValue(JsonParser parser, String member, JsonToken value) throws IOException {
        switch (member) {
            case "type" -> {
                if (value == JsonToken.VALUE_STRING) {
                    type = parser.getText();
                }
            }
            case "index" -> {
                if (value == JsonToken.VALUE_NUMBER_INT) {
                    index = parser.getValueAsInt(-1);
                }
            }
            case "error_code" -> error = true;
            default -> { }
        }
        parser.skipChildren();
    }

    private void readMessage(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String member = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING && member.equals("id")) {
                messageId = parser.getText();
            } else if (value == JsonToken.START_OBJECT && member.equals("usage")) {
                counts.read(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readPart(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String member = parser.currentName();
            switch (parser.nextToken()) {
                case VALUE_STRING -> readString(parser, member);
                case START_OBJECT -> readPartObject(parser, member);
                case START_ARRAY -> readPartArray(parser, member);
                default -> { }
            }
        }
    }

    private void readPartObject(JsonParser parser, String member) throws IOException {
        switch (member) {
            case "input" -> {
                int start = offset + (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                mark(input, start, parser);
            }
            case "citation" -> citation = Json.MAPPER.readTree(parser);
            default -> parser.skipChildren();
        }
    }

    private void readPartArray(JsonParser parser, String member) throws IOException {
        if (member.equals("content")) {
            content = Json.MAPPER.readTree(parser);
        } else {
            parser.skipChildren();
        }
    }

    private void readString(JsonParser parser, String member) throws IOException {
        switch (member) {
            case "type" -> partType = parser.getText();
            case "stop_reason" -> stopReason = parser.getText();
            case "text" -> string(text, parser);
            case "thinking" -> string(thinking, parser);
            case "signature" -> string(signature, parser);
            case "data" -> string(data, parser);
            case "id" -> string(id, parser);
            case "name" -> string(name, parser);
            case "partial_json" -> string(partialJson, parser);
            default -> { }
        }
    }

    private void string(Span span, JsonParser parser) throws IOException {
        int start = offset + (int) parser.currentTokenLocation().getByteOffset();
        span.chars = parser.getTextLength();
        mark(span, start, parser);
    }

    private void mark(Span span, int start, JsonParser parser) {
        span.bytes = bytes;
        span.start = start;
        span.end = offset + (int) parser.currentLocation().getByteOffset();
    }
}
