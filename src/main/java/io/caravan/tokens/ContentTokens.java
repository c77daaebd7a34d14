/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.json.Json;
import java.io.IOException;

/**
 * Adds up what stands in a system prompt and in messages. Blocks are read by their members' names, so that a kind of
 * block nobody has heard of is counted too.
 */
final class ContentTokens {

    private static final int REMOTE_DOCUMENT = 20_000;
    /** Characters of base64 in which a token of encrypted text comes back. */
    private static final int SEALED_CHARS = 5;

    private final byte[] body;
    private final JsonParser in;
    private final TextTokens text;
    private final ToolTokens tools;
    private final Attachment attachment;
    private final ThinkingOfTurn thinking = new ThinkingOfTurn();
    private long others;

    ContentTokens(byte[] body, JsonParser in, TextTokens text, ToolTokens tools, boolean newTokenizer) {
        this.body = body;
        this.in = in;
        this.text = text;
        this.tools = tools;
        this.attachment = new Attachment(body, newTokenizer);
    }

    void endMessage(String role) {
        thinking.endMessage(role);
    }

    /** Counts the thinking that is billed, and returns what is not text. */
    long finish() {
        thinking.texts().forEach(text::add);
        return others + thinking.sealed() / SEALED_CHARS;
    }

    /** Adds up the value the parser stands at: a string, a block, or an array of these. */
    void add(JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            text.add(in.getText());
        } else if (value == JsonToken.START_OBJECT) {
            block();
        } else if (value == JsonToken.START_ARRAY) {
            while (in.nextToken() != JsonToken.END_ARRAY) {
                if (in.currentToken().isStructStart()) {
                    add(in.currentToken());
                }
            }
        }
    }

    private void block() throws IOException {
        String type = "";
        String name = null;
        boolean remote = false;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String member = in.currentName();
            JsonToken value = in.nextToken();
            boolean string = value == JsonToken.VALUE_STRING;
            switch (member) {
                case "type" -> type = string ? in.getText() : type;
                case "text", "content", "title", "context", "url", "query", "stdout", "stderr" -> add(value);
                case "name", "tool_name" -> {
                    name = string ? in.getText() : name;
                    add(value);
                }
                case "source" -> {
                    if (value == JsonToken.START_OBJECT) {
                        remote = source();
                    } else {
                        add(value);
                    }
                }
                case "input" -> text.add(CompactJson.of(in));
                case "thinking" -> thinking.text(string ? in.getText() : "");
                case "signature", "data" -> thinking.seal(string ? in.getTextLength() : 0);
                case "encrypted_content" -> others += string ? in.getTextLength() / SEALED_CHARS : 0;
                case "definition" -> tools.read(in);
                case "citations", "cache_control", "caller" -> {
                }
                default -> {
                    if (value.isStructStart()) {
                        add(value);
                    }
                }
            }
            in.skipChildren();
        }
        if (remote) {
            others += type.equals("document") ? REMOTE_DOCUMENT : Attachment.REMOTE_IMAGE;
        } else if (type.equals("tool_reference") && name != null) {
            tools.loaded(name);
        }
        thinking.endBlock(type);
    }

    /** Reads a block's source. True if its content is elsewhere. */
    private boolean source() throws IOException {
        String type = "";
        int start = -1;
        int end = -1;
        JsonToken token = in.nextToken();
        while (token == JsonToken.FIELD_NAME) {
            String member = in.currentName();
            JsonToken value = in.nextToken();
            if (member.equals("data") && value == JsonToken.VALUE_STRING) {
                start = offset() + 1;
                token = in.nextToken();
                end = closingQuote(offset());
                continue;
            }
            if (member.equals("type") && value == JsonToken.VALUE_STRING) {
                type = in.getText();
            } else if (member.equals("content")) {
                add(value);
            } else {
                in.skipChildren();
            }
            token = in.nextToken();
        }
        if (start >= 0 && type.equals("text")) {
            try (JsonParser again = Json.FACTORY.createParser(body, start - 1, end - start + 2)) {
                text.add(again.nextTextValue());
            }
        } else if (start >= 0) {
            others += attachment.tokens(start, end);
        }
        return type.equals("url") || type.equals("file");
    }

    private int offset() {
        return (int) in.currentTokenLocation().getByteOffset();
    }

    private int closingQuote(int before) {
        int at = before - 1;
        while (body[at] != '"') {
            at--;
        }
        return at;
    }
}
