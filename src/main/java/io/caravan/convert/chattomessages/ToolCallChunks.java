/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import static io.caravan.format.chat.ChunkWriter.ascii;

import io.caravan.failure.ErrorReader;
import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessageEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tool uses in a chat stream: numbered by themselves, their input in pieces. */
final class ToolCallChunks {

    private static final byte[] INDEX = ascii("{\"tool_calls\":[{\"index\":");
    private static final byte[] ID = ascii(",\"id\":");
    private static final byte[] NAME = ascii(",\"type\":\"function\",\"function\":{\"name\":");
    private static final byte[] NO_ARGUMENTS = ascii(",\"arguments\":\"\"}}]}");
    private static final byte[] ARGUMENTS = ascii(",\"function\":{\"arguments\":");
    private static final byte[] END = ascii("}}]}");
    private static final byte[] NO_INPUT = ascii("\"{}\"");
    private static final byte[] OUT = {};

    private static final class Call {

        private final int block;
        private final byte[] number;
        /** The input that came with the block's start, quoted; what its deltas bring takes its place. Empty if it is out. */
        private byte[] input;

        private Call(int block, int number, byte[] input) {
            this.block = block;
            this.number = ascii(Integer.toString(number));
            this.input = input;
        }
    }

    private final List<Call> open = new ArrayList<>(2);
    private int begun;

    void begin(MessageEvent event, ChunkWriter chunks, Bytes out) {
        Call call = new Call(event.index(), begun++, quoted(event.input));
        open.add(call);
        chunks.open(out);
        out.write(INDEX);
        out.write(call.number);
        out.write(ID);
        if (event.id.isEmpty()) {
            out.write(Json.quoted("call_" + begun));
        } else {
            event.id.writeTo(out);
        }
        out.write(NAME);
        if (event.name.isEmpty()) {
            throw ErrorReader.unreadable();
        }
        event.name.writeTo(out);
        out.write(NO_ARGUMENTS);
        chunks.close(out);
    }

    void arguments(MessageEvent event, ChunkWriter chunks, Bytes out) {
        Call call = of(event.index());
        if (call == null || event.partialJson.isEmpty()) {
            return;
        }
        call.input = OUT;
        openArguments(call, chunks, out);
        event.partialJson.writeTo(out);
        out.write(END);
        chunks.close(out);
    }

    /** The block ends: a call whose input came with its start, or that has none, gets it now. */
    void end(int block, ChunkWriter chunks, Bytes out) {
        Call call = of(block);
        if (call != null) {
            open.remove(call);
            end(call, chunks, out);
        }
    }

    void endAll(ChunkWriter chunks, Bytes out) {
        open.forEach(call -> end(call, chunks, out));
        open.clear();
    }

    private static void end(Call call, ChunkWriter chunks, Bytes out) {
        if (call.input.length > 0) {
            openArguments(call, chunks, out);
            out.write(call.input);
            out.write(END);
            chunks.close(out);
        }
    }

    private static void openArguments(Call call, ChunkWriter chunks, Bytes out) {
        chunks.open(out);
        out.write(INDEX);
        out.write(call.number);
        out.write(ARGUMENTS);
    }

    private @Nullable Call of(int block) {
        for (Call call : open) {
            if (call.block == block) {
                return call;
            }
        }
        return null;
    }

    private static byte[] quoted(MessageEvent.Span input) {
        if (input.isEmpty()) {
            return NO_INPUT;
        }
        Bytes json = new Bytes(256);
        input.writeTo(json);
        return Json.quoted(json.toString(StandardCharsets.UTF_8));
    }
}
