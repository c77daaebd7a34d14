/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;

/** Walks one Messages request. Whatever has the wrong type is passed over, as it is the upstream's to judge. */
final class RequestWalk {

    private static final int PER_MESSAGE = 4;

    private final JsonParser in;
    private final TextTokens text;
    private final ToolTokens tools;
    private final ContentTokens content;
    private final int start;
    private long messages = -1;

    RequestWalk(byte[] body, JsonParser in, Tokenizer tokenizer) {
        this.in = in;
        this.start = tokenizer.start();
        this.text = new TextTokens(tokenizer);
        this.tools = new ToolTokens(text);
        this.content = new ContentTokens(body, in, text, tools, tokenizer);
    }

    long tokens() throws IOException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedBody("The request body must be a JSON object.");
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            member(name, in.nextToken());
        }
        if (in.nextToken() != null) {
            throw new MalformedBody("The request body holds more than one JSON value.");
        }
        if (messages < 0) {
            throw new MalformedBody("messages: Field required");
        }
        long fixed = start + messages * PER_MESSAGE + tools.finish() + content.finish();
        return fixed + (long) Math.ceil(text.tokens());
    }

    private void member(String name, JsonToken value) throws IOException {
        switch (name) {
            case "system" -> content.add(value);
            case "messages" -> messages(value);
            case "tools" -> tools(value);
            case "output_config" -> outputConfig(value);
            case "output_format" -> text.add(CompactJson.of(in));
            default -> in.skipChildren();
        }
    }

    private void messages(JsonToken value) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            throw new MalformedBody("messages: Input should be a valid array");
        }
        messages = 0;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() == JsonToken.START_OBJECT) {
                message();
            } else {
                in.skipChildren();
            }
        }
    }

    private void message() throws IOException {
        messages++;
        String role = "";
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            switch (name) {
                case "role" -> role = CompactJson.string(in, role);
                case "content" -> content.add(value);
                default -> {
                }
            }
            in.skipChildren();
        }
        content.endMessage(role);
    }

    private void tools(JsonToken value) throws IOException {
        if (value == JsonToken.START_ARRAY) {
            while (in.nextToken() != JsonToken.END_ARRAY) {
                tools.read(in);
            }
        } else {
            in.skipChildren();
        }
    }

    private void outputConfig(JsonToken value) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            in.skipChildren();
            return;
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            boolean format = in.currentName().equals("format");
            in.nextToken();
            if (format) {
                text.add(CompactJson.of(in));
            } else {
                in.skipChildren();
            }
        }
    }
}
