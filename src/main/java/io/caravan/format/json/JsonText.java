/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.json;

/** Writes text as the inside of a JSON string, in UTF-8. */
public final class JsonText {

    private static final int LONGEST_ESCAPE = 6;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private JsonText() {
    }

    /** Appends {@code text}, escaped; half a surrogate pair becomes U+FFFD, for it cannot be written. */
    public static void write(Bytes out, CharSequence text) {
        int length = text.length();
        byte[] plain = new byte[length];
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                out.write(plain, 0, i);
                writeEscaped(out, text, i);
                return;
            }
            plain[i] = (byte) c;
        }
        out.write(plain, 0, length);
    }

    private static void writeEscaped(Bytes out, CharSequence text, int from) {
        int length = text.length();
        byte[] bytes = new byte[(length - from) * LONGEST_ESCAPE];
        int at = 0;
        for (int i = from; i < length; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                at = escape(bytes, at, c);
            } else if (c < 0x80) {
                bytes[at++] = (byte) c;
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                at = utf8(bytes, at, Character.toCodePoint(c, text.charAt(++i)));
            } else {
                at = utf8(bytes, at, Character.isSurrogate(c) ? 0xFFFD : c);
            }
        }
        out.write(bytes, 0, at);
    }

    private static int escape(byte[] bytes, int start, char c) {
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

    private static int utf8(byte[] bytes, int start, int c) {
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
