/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import io.caravan.convert.Translator;
import io.caravan.failure.ClientErrors;
import io.caravan.failure.Failure;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Runs a stream through a translator as the gateway does, errors included. */
public final class MessagesStreams {

    private MessagesStreams() {
    }

    /** What the client gets for {@code events}, which come in reads of {@code most} bytes. */
    public static String translated(Translator.Stream translator, byte[] events, int most) {
        Bytes out = new Bytes(1024);
        try {
            run(translator, new ByteArrayInputStream(events) {
                @Override
                public synchronized int read(byte[] bytes, int offset, int length) {
                    return super.read(bytes, offset, Math.min(most, length));
                }
            }, out);
        } catch (Failure e) {
            out.write(ClientErrors.of(WireFormat.CHAT).event(e, e.type(), ""));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Appends to {@code out} what the client gets for whole events. */
    public static void feed(Translator.Stream translator, byte[] events, Bytes out) {
        EventBuffer buffer = new EventBuffer(Integer.MAX_VALUE);
        InputStream in = new ByteArrayInputStream(events);
        try {
            while (buffer.fill(in) >= 0) {
                translator.take(buffer, sink(out));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Translator.Stream.Sink sink(Bytes out) {
        return new Translator.Stream.Sink() {
            @Override
            public void write(byte[] bytes, int from, int to) {
                out.write(bytes, from, to - from);
            }

            @Override
            public void writePart(byte[] bytes, int from, int to) {
                throw new AssertionError("part of an event");
            }
        };
    }

    private static void run(Translator.Stream translator, InputStream in, Bytes out) {
        EventBuffer buffer = new EventBuffer(Integer.MAX_VALUE);
        Translator.Stream.Sink sink = sink(out);
        try {
            while (buffer.fill(in) >= 0) {
                translator.take(buffer, sink);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        translator.end(buffer, sink);
    }
}
