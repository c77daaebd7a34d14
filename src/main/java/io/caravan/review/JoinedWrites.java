/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import io.caravan.convert.Translator.Stream.Sink;
import io.caravan.format.json.Bytes;

/** Has what is written before a {@link #flush} leave in one write; a single piece is not copied. One thread. */
final class JoinedWrites {

    private static final byte[] NOTHING = {};

    private final Bytes joined = new Bytes(512);
    private final Sink out;
    private byte[] first = NOTHING;
    private int from;
    private int to;

    JoinedWrites(Sink out) {
        this.out = out;
    }

    /** Takes {@code bytes[start, end)}, which must stay as they are until the next flush. */
    void write(byte[] bytes, int start, int end) {
        if (end <= start) {
            return;
        }
        if (from == to) {
            first = bytes;
            from = start;
            to = end;
            return;
        }
        if (joined.size() == 0) {
            joined.write(first, from, to - from);
        }
        joined.write(bytes, start, end - start);
    }

    void writePart(byte[] bytes, int start, int end) {
        flush();
        out.writePart(bytes, start, end);
    }

    void flush() {
        int start = from;
        int end = to;
        from = 0;
        to = 0;
        if (joined.size() > 0) {
            byte[] all = joined.toByteArray();
            joined.reset();
            out.write(all, 0, all.length);
        } else if (end > start) {
            out.write(first, start, end);
        }
    }
}
