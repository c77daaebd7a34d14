/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import static io.caravan.format.chat.ChunkWriter.ascii;

import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.Bytes;
import io.caravan.format.messages.MessageEvent;

/** Thinking in a chat stream, as LiteLLM's clients and as OpenRouter's read it. */
final class ReasoningChunks {

    private static final byte[] TEXT = ascii("{\"reasoning_content\":");
    private static final byte[] TEXT_BLOCK = ascii(",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":");
    private static final byte[] TEXT_DETAIL = ascii(
            ",\"signature\":\"\"}],\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":");
    private static final byte[] SIGNATURE_BLOCK = ascii(
            "{\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":");
    private static final byte[] SIGNATURE_DETAIL = ascii(
            "}],\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":");
    private static final byte[] REDACTED_BLOCK = ascii("{\"thinking_blocks\":[{\"type\":\"redacted_thinking\",\"data\":");
    private static final byte[] REDACTED_DETAIL = ascii(
            "}],\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":");

    private int index = -1;
    private byte[] end = {};

    /** A block of thinking begins. */
    void begin() {
        index++;
        end = ascii(",\"format\":\"anthropic-claude-v1\",\"index\":" + index + "}]}");
    }

    /** Writes what the start of such a block or a delta in it brings. */
    void write(MessageEvent event, ChunkWriter chunks, Bytes out) {
        if (index < 0) {
            begin();
        }
        if (!event.thinking.isEmpty()) {
            chunks.open(out);
            out.write(TEXT);
            event.thinking.writeTo(out);
            write(TEXT_BLOCK, event.thinking, TEXT_DETAIL, chunks, out);
        }
        if (!event.signature.isEmpty()) {
            chunks.open(out);
            write(SIGNATURE_BLOCK, event.signature, SIGNATURE_DETAIL, chunks, out);
        }
        if (!event.data.isEmpty()) {
            chunks.open(out);
            write(REDACTED_BLOCK, event.data, REDACTED_DETAIL, chunks, out);
        }
    }

    private void write(byte[] block, MessageEvent.Span value, byte[] detail, ChunkWriter chunks, Bytes out) {
        out.write(block);
        value.writeTo(out);
        out.write(detail);
        value.writeTo(out);
        out.write(end);
        chunks.close(out);
    }
}
