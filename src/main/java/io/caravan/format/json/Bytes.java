/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.json;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Bytes on their way out, in an array that grows and is used again. One thread at a time. */
public final class Bytes extends ByteArrayOutputStream {

    private static final int LONGEST_ESCAPE = 6;
    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final int REPLACEMENT = 0xFFFD;

    /** @param size how many bytes there is room for before the array has to grow */
    public Bytes(int size) {
        super(size);
    }

    /** The array itself, of which the first {@link #size()} bytes count; valid until the next write. */
    public byte[] array() {
        return buf;
    }

    /** All bytes written, as an array of their length; it may be {@link #array()} itself. */
    byte[] exact() {
        if (count == buf.length) {
            return buf;
        }
        return toByteArray();
    }

    /** Whether {@code wanted} stands in {@code in[from, to)}; the longer it is, the fewer bytes are looked at. */
    public static boolean contains(byte[] in, int from, int to, byte[] wanted) {
        int length = wanted.length;
        int[] steps = new int[256];
        Arrays.fill(steps, length);
        for (int i = 0; i < length - 1; i++) {
            steps[wanted[i] & 0xff] = length - 1 - i;
        }
        byte end = wanted[length - 1];
        int last = from + length - 1;
        while (last < to) {
            if (in[last] == end && Arrays.equals(in, last + 1 - length, last + 1, wanted, 0, length)) {
                return true;
            }
            last += steps[in[last] & 0xff];
        }
        return false;
    }

    @Override
    public void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    /**
     * Appends {@code text} as the inside of a JSON string, escaped and in UTF-8. Half a surrogate pair becomes U+FFFD, for it
     * cannot be written.
     */
    public void writeEscaped(CharSequence text) {
        int length = text.length();
        byte[] plain = new byte[length];
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (!isPlain(c)) {
                write(plain, 0, i);
                writeEscaped(text, i);
                return;
            }
            plain[i] = (byte) c;
        }
        write(plain, 0, length);
    }

    private void writeEscaped(CharSequence text, int from) {
        int length = text.length();
        byte[] bytes = new byte[(length - from) * LONGEST_ESCAPE];
        int at = 0;
        int i = from;
        while (i < length) {
            int c = Character.codePointAt(text, i);
            i += Character.charCount(c);
            if (isPlain(c)) {
                bytes[at++] = (byte) c;
            } else if (c < 0x80) {
                at = escape(bytes, at, c);
            } else {
                at = utf8(bytes, at, c);
            }
        }
        write(bytes, 0, at);
    }

    /** Whether a character stands in a JSON string as the one byte it is. */
    private static boolean isPlain(int c) {
        return switch (c) {
            case '"', '\\' -> false;
            default -> c >= ' ' && c < 0x80;
        };
    }

    private static int escape(byte[] bytes, int start, int c) {
        int at = start;
        bytes[at++] = '\\';
        switch (c) {
            case '\n' -> bytes[at++] = 'n';
            case '\r' -> bytes[at++] = 'r';
            case '\t' -> bytes[at++] = 't';
            case '"', '\\' -> bytes[at++] = (byte) c;
            default -> {
                bytes[at++] = 'u';
                bytes[at++] = '0';
                bytes[at++] = '0';
                bytes[at++] = (byte) HEX[c >> 4];
                bytes[at++] = (byte) HEX[c & 15];
            }
        }
        return at;
    }

    private static int utf8(byte[] bytes, int start, int codePoint) {
        int c = codePoint;
        if (Character.getType(c) == Character.SURROGATE) {
            c = REPLACEMENT;
        }
        int at = start;
        if (c < 0x800) {
            bytes[at++] = (byte) (0xC0 | c >> 6);
        } else {
            if (c < 0x10000) {
                bytes[at++] = (byte) (0xE0 | c >> 12);
            } else {
                bytes[at++] = (byte) (0xF0 | c >> 18);
                bytes[at++] = (byte) (0x80 | c >> 12 & 0x3F);
            }
            bytes[at++] = (byte) (0x80 | c >> 6 & 0x3F);
        }
        bytes[at++] = (byte) (0x80 | c & 0x3F);
        return at;
    }
}
