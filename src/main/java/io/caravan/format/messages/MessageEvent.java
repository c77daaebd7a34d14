/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One event of a Messages stream, read in one pass and used again for the next; usage is gathered over all of them. Strings
 * that go on to the client are not decoded and encoded again: it knows where they stand, quotes and escapes included. One
 * thread.
 */
public final class MessageEvent {

    private static final byte[] NOTHING = {};

    /** A string or object in the event's bytes, as it is written there. */
    public static final class Span {

        private byte[] bytes = NOTHING;
        private int start;
        private int end;
        private int chars;

        /** Whether there is none, or {@code ""} or {@code {}}. */
        public boolean isEmpty() {
            return end - start <= 2;
        }

        /** Its length in characters, decoded. */
        public int chars() {
            return chars;
        }

        public void writeTo(Bytes out) {
            out.write(bytes, start, end - start);
        }

        /** Writes a string without its quotes; nothing if there is none. */
        public void writeInner(Bytes out) {
            if (!isEmpty()) {
                out.write(bytes, start + 1, end - start - 2);
            }
        }

        private void clear() {
            start = 0;
            end = 0;
            chars = 0;
        }
    }

    public final Span text = new Span();
    public final Span thinking = new Span();
    public final Span signature = new Span();
    public final Span data = new Span();
    public final Span id = new Span();
    public final Span name = new Span();
    public final Span partialJson = new Span();
    public final Span input = new Span();
    private final Span[] spans = {text, thinking, signature, data, id, name, partialJson, input};
    private final UsageReader counts = new UsageReader();
    private String type = "";
    private String partType = "";
    private String messageId = "";
    private @Nullable String stopReason;
    private String explanation = "";
    private int index;
    private boolean error;
    private JsonNode citation = MissingNode.getInstance();
    private JsonNode content = MissingNode.getInstance();
    private byte[] bytes = NOTHING;
    private int offset;

    /** The token counts of all events read so far. */
    public Usage usage() {
        return counts.usage();
    }

    /** How many of the output tokens went into thinking. */
    public long thinkingTokens() {
        return counts.thinking();
    }

    /** Takes the {@code usage} of a whole message. */
    public void readUsage(JsonNode usage) throws IOException {
        if (usage.isObject()) {
            try (JsonParser parser = usage.traverse()) {
                parser.nextToken();
                counts.read(parser);
            }
        }
    }

    /** Reads the JSON object in {@code json[start, start+length)}. */
    public void read(byte[] json, int start, int length) throws IOException {
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
                throw new MalformedBody("no event of a message");
            }
            readTop(parser);
            if (parser.nextToken() != null) {
                throw new MalformedBody("no event of a message");
            }
        }
    }

    public String type() {
        return type;
    }

    /** The type of the content block or delta. */
    public String partType() {
        return partType;
    }

    /** The message's id; empty if the event has none. */
    public String messageId() {
        return messageId;
    }

    /** Why the message ends, or null if this event does not say so. */
    public @Nullable String stopReason() {
        return stopReason;
    }

    /** Why the model refuses, as the last event said that told; empty if none did. */
    public String explanation() {
        return explanation;
    }

    public int index() {
        return index;
    }

    public boolean isError() {
        return error || type.equals("error");
    }

    public JsonNode citation() {
        return citation;
    }

    /** The content of a block that comes whole, such as a search result. */
    public JsonNode content() {
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
            case "stop_details" -> explanation = Json.MAPPER.<JsonNode>readTree(parser).path("explanation").asText("");
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
