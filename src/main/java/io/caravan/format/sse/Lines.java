/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.sse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The lines of an event stream, found in its bytes. */
final class Lines {

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
