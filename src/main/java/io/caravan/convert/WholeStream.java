/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.failure.Failure;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Holds all that is written of a stream. */
final class WholeStream implements Translator.Stream.Sink {

    private final Bytes out = new Bytes(1024);

    /** What becomes of a stream that is there to its end. */
    static byte[] through(Translator.Stream translator, byte[] stream) {
        WholeStream all = new WholeStream();
        EventBuffer events = new EventBuffer(Integer.MAX_VALUE);
        ByteArrayInputStream in = new ByteArrayInputStream(stream);
        try {
            while (events.fill(in) >= 0) {
                translator.take(events, all);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        translator.end(events, all);
        Optional<Failure> told = translator.told();
        if (told.isPresent()) {
            throw told.get();
        }
        return all.toByteArray();
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    @Override
    public void write(byte[] bytes, int from, int to) {
        out.write(bytes, from, to - from);
    }

    @Override
    public void writePart(byte[] bytes, int from, int to) {
        write(bytes, from, to);
    }
}
