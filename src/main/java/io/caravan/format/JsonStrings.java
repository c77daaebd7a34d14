/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.io.CharTypes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Goes over the strings of JSON in UTF-8 without decoding them: nearly all of a request is strings. */
final class JsonStrings {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long SPACES = ONES * ' ';
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long HIGHEST_BITS = 0x8080808080808080L;

    private JsonStrings() {
    }

    /** The index behind the string's closing quote; {@code from} is the first behind its opening one. */
    static int end(byte[] json, int from, int to) throws JsonParseException {
        int i = behindPlain(json, from, to);
        while (i < to && json[i] != '"') {
            if (json[i] == '\\') {
                i = behindEscapes(json, i, to);
            } else {
                i = behindCharacters(json, i, to);
            }
            i = behindPlain(json, i, to);
        }
        if (i == to) {
            throw JsonScanner.malformed(i);
        }
        return i + 1;
    }

    /**
     * The next byte that does not stand for itself: a quote, a backslash, a control character or none of ASCII. Of eight
     * bytes at once, those with their highest bit set after the subtractions; a borrow spoils only bytes behind the first
     * of them, which is in the lowest place.
     */
    private static int behindPlain(byte[] json, int from, int to) {
        int i = from;
        while (i <= to - Long.BYTES) {
            long eight = (long) LONG.get(json, i);
            long odd = eight | eight - SPACES | (eight ^ QUOTES) - ONES | (eight ^ BACKSLASHES) - ONES;
            if ((odd & HIGHEST_BITS) != 0) {
                return i + Long.numberOfTrailingZeros(odd & HIGHEST_BITS) / Byte.SIZE;
            }
            i += Long.BYTES;
        }
        while (i < to && isPlain(json[i])) {
            i++;
        }
        return i;
    }

    private static boolean isPlain(byte b) {
        return switch (b) {
            case '"', '\\' -> false;
            default -> b >= ' ';
        };
    }

    /**
     * Refuses half of a surrogate pair among the escapes of the valid string in {@code json[from, to)}, which Jackson takes
     * in a value, but not in a name.
     */
    static void requirePairs(byte[] json, int from, int to) throws JsonParseException {
        boolean inPair = false;
        for (int i = from; i < to; i += characterLength(json, i)) {
            int unit = escapedUnit(json, i);
            if (Character.isLowSurrogate((char) unit) != inPair) {
                throw JsonScanner.malformed(i);
            }
            inPair = Character.isHighSurrogate((char) unit);
        }
    }

    /** The length of what begins here, where a character of several bytes may count byte by byte. */
    private static int characterLength(byte[] json, int i) {
        if (json[i] != '\\') {
            return 1;
        }
        return json[i + 1] == 'u' ? 6 : 2;
    }

    /** The UTF-16 unit whose number stands here, or 0. */
    private static int escapedUnit(byte[] json, int i) {
        int unit = 0;
        if (json[i] == '\\' && json[i + 1] == 'u') {
            for (int digit = i + 2; digit < i + 6; digit++) {
                unit = unit << 4 | CharTypes.charToHex(json[digit]);
            }
        }
        return unit;
    }

    private static int behindEscapes(byte[] json, int from, int to) throws JsonParseException {
        int i = from;
        while (i < to && json[i] == '\\') {
            i = behindEscape(json, i + 1, to);
        }
        return i;
    }

    private static int behindCharacters(byte[] json, int from, int to) throws JsonParseException {
        int i = from;
        do {
            i = behindCharacter(json, i, to);
        } while (i < to && json[i] < 0);
        return i;
    }

    private static int behindEscape(byte[] json, int i, int to) throws JsonParseException {
        switch (byteAt(json, i, to)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return i + 1;
            }
            case 'u' -> {
                for (int digit = i + 1; digit <= i + 4; digit++) {
                    if (CharTypes.charToHex(byteAt(json, digit, to)) < 0) {
                        throw JsonScanner.malformed(digit);
                    }
                }
                return i + 5;
            }
            default -> throw JsonScanner.malformed(i);
        }
    }

    /** Behind a character of several bytes, which alone is allowed here: a control character is not. */
    private static int behindCharacter(byte[] json, int i, int to) throws JsonParseException {
        int length = length((json[i] & 0xff) << 8 | byteAt(json, i + 1, to) & 0xff);
        if (length == 0) {
            throw JsonScanner.malformed(i);
        }
        for (int next = i + 2; next < i + length; next++) {
            if (!follows(byteAt(json, next, to))) {
                throw JsonScanner.malformed(i);
            }
        }
        return i + length;
    }

    /** The length of a character that begins with these two bytes, or 0 if none does (RFC 3629, section 4). */
    private static int length(int start) {
        if (!follows(start) || start < 0xc200) {
            return 0;
        }
        if (start < 0xe000) {
            return 2;
        }
        return start < 0xf000 ? lengthOfThree(start) : lengthOfFour(start);
    }

    /** Not written longer than need be, and not half of a surrogate pair. */
    private static int lengthOfThree(int start) {
        boolean surrogate = start >= 0xeda0 && start < 0xee00;
        if (surrogate || start < 0xe0a0) {
            return 0;
        }
        return 3;
    }

    /** Not written longer than need be, and no more than Unicode has. */
    private static int lengthOfFour(int start) {
        if (start < 0xf090 || start >= 0xf490) {
            return 0;
        }
        return 4;
    }

    private static boolean follows(int b) {
        return (b & 0xc0) == 0x80;
    }

    private static int byteAt(byte[] json, int i, int to) {
        if (i < to) {
            return json[i];
        }
        return -1;
    }
}
