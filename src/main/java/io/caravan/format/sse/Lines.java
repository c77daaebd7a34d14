/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.sse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The lines of an event stream, found in its bytes. */
final class Lines {

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LINE_FEEDS = 0x0a0a_0a0a_0a0a_0a0aL;
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Lines() {
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether {@code bytes[from, to)} begin with {@code beginning}. */
    static boolean startsWith(byte[] bytes, int from, int to, byte[] beginning) {
        int end = from + beginning.length;
        return end <= to && Arrays.equals(bytes, from, end, beginning, 0, beginning.length);
    }

    /** The line feed that ends the line at {@code from}; {@code to} if there is none before. */
    static int end(byte[] bytes, int from, int to) {
        int at = from;
        for (int last = to - Long.BYTES; at <= last; at += Long.BYTES) {
            long others = (long) EIGHT.get(bytes, at) ^ LINE_FEEDS; // 0 where a line feed stands
            long found = others - LOW_BITS & ~others & HIGH_BITS;
            if (found != 0) {
                return at + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
        }
        while (at < to && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    /** The first byte of a field's value: behind its colon, and behind one space if there is one. */
    static int value(byte[] bytes, int from, int to) {
        if (from < to && bytes[from] == ' ') {
            return from + 1;
        }
        return from;
    }
}
