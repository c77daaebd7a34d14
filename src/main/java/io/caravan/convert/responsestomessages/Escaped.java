/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import io.caravan.failure.ErrorReader;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessageEvent;
import java.io.IOException;

/** A text as it stands in JSON, between its quotes: it is gathered from pieces, and written, without being decoded. */
final class Escaped {

    private final Bytes inner = new Bytes(256);

    void add(MessageEvent.Span piece) {
        piece.writeInner(inner);
    }

    boolean isEmpty() {
        return inner.size() == 0;
    }

    /** Writes it with its quotes. */
    void writeTo(Bytes out) {
        out.write('"');
        writeInner(out);
        out.write('"');
    }

    /** Writes it without its quotes. */
    void writeInner(Bytes out) {
        out.write(inner.array(), 0, inner.size());
    }

    /** What it says. */
    String text() {
        Bytes quoted = new Bytes(inner.size() + 2);
        writeTo(quoted);
        return text(quoted);
    }

    static String text(MessageEvent.Span span) {
        Bytes quoted = new Bytes(64);
        quoted.write('"');
        span.writeInner(quoted);
        quoted.write('"');
        return text(quoted);
    }

    private static String text(Bytes quoted) {
        try {
            return Json.MAPPER.readTree(quoted.array(), 0, quoted.size()).textValue();
        } catch (IOException e) {
            throw ErrorReader.unreadable();
        }
    }
}
