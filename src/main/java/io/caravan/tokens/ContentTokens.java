/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.Set;

/**
 * Adds up what stands in a system prompt and in messages. Blocks are read by their members' names, so that a kind of
 * block nobody has heard of is counted too.
 */
final class ContentTokens {

    private static final int REMOTE_DOCUMENT = 20_000;
    /** Members whose strings, blocks, and arrays of blocks, are content. */
    private static final Set<String> CONTENT =
            Set.of("text", "content", "title", "context", "url", "query", "stdout", "stderr");
    /** Types of a source that only names where the content is. */
    private static final Set<String> ELSEWHERE = Set.of("url", "file");
    /** Characters of base64 in which a token of encrypted text comes back. */
    private static final int SEALED_CHARS = 5;

    /** What has been read of one block. */
    private static final class Block {
        String type = "";
        String name = "";
        boolean named;
        boolean remote;
    }

    /** What has been read of a block's source; its data stands between {@code start} and {@code end}, if there is any. */
    private static final class Source {
        String type = "";
        int start = -1;
        int end = -1;
    }

    private final byte[] body;
    private final JsonParser in;
    private final TextTokens text;
    private final ToolTokens tools;
    private final Attachment attachment;
    private final ThinkingOfTurn thinking = new ThinkingOfTurn();
    private long others;

    ContentTokens(byte[] body, JsonParser in, TextTokens text, ToolTokens tools, Tokenizer tokenizer) {
        this.body = body;
        this.in = in;
        this.text = text;
        this.tools = tools;
        this.attachment = new Attachment(body, tokenizer);
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
        Block block = new Block();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String member = in.currentName();
            read(block, member, in.nextToken());
            in.skipChildren();
        }
        if (block.remote) {
            others += block.type.equals("document") ? REMOTE_DOCUMENT : Attachment.REMOTE_IMAGE;
        } else if (block.named && block.type.equals("tool_reference")) {
            tools.loaded(block.name);
        }
        thinking.endBlock(block.type);
    }

    private void read(Block block, String member, JsonToken value) throws IOException {
        switch (member) {
            case "type" -> block.type = CompactJson.string(in, block.type);
            case "name", "tool_name" -> {
                block.named |= value == JsonToken.VALUE_STRING;
                block.name = CompactJson.string(in, block.name);
                add(value);
            }
            case "source" -> {
                if (value == JsonToken.START_OBJECT) {
                    block.remote = source();
                } else {
                    add(value);
                }
            }
            case "input" -> text.add(CompactJson.of(in));
            case "definition" -> tools.read(in);
            case "citations", "cache_control", "caller" -> {
            }
            default -> readContent(member, value);
        }
    }

    /** Reads a member that holds content, plain or sealed; of a member that nobody has heard of, the blocks in it. */
    private void readContent(String member, JsonToken value) throws IOException {
        switch (member) {
            case "thinking" -> thinking.text(CompactJson.string(in, ""));
            case "signature", "data" -> thinking.seal(CompactJson.length(in));
            case "encrypted_content" -> others += CompactJson.length(in) / SEALED_CHARS;
            default -> {
                if (value.isStructStart() || CONTENT.contains(member)) {
                    add(value);
                }
            }
        }
    }

    /** Reads a block's source. True if its content is elsewhere. */
    private boolean source() throws IOException {
        Source source = new Source();
        JsonToken token = in.nextToken();
        while (token == JsonToken.FIELD_NAME) {
            String member = in.currentName();
            boolean string = in.nextToken() == JsonToken.VALUE_STRING;
            if (string && member.equals("data")) {
                // Not decoded: the next token tells where it ends.
                source.start = offset() + 1;
                token = in.nextToken();
                source.end = closingQuote(offset());
            } else {
                read(source, member);
                token = in.nextToken();
            }
        }
        count(source);
        return ELSEWHERE.contains(source.type);
    }

    private void read(Source source, String member) throws IOException {
        if (member.equals("type")) {
            source.type = CompactJson.string(in, source.type);
        } else if (member.equals("content")) {
            add(in.currentToken());
        }
        in.skipChildren();
    }

    private void count(Source source) throws IOException {
        if (source.start < 0) {
            return;
        }
        if (!source.type.equals("text")) {
            others += attachment.tokens(source.start, source.end);
            return;
        }
        try (JsonParser again = Json.FACTORY.createParser(body, source.start - 1, source.end - source.start + 2)) {
            text.add(again.nextTextValue());
        }
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
