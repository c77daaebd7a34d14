/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** JSON objects spelt in every way that is allowed, and bodies spoilt by a few bytes; the same seed gives the same. */
final class RandomJson {

    private static final String[] SPACES = {"", "", "", "", " ", "\n  ", "\t", "\r\n", "\r"};
    private static final String[] NAMES = {"model", "model", "stream", "stream", "messages", "mod\\u0065l", "str\\u0065am",
        "max_tokens", "", " ", "\u00fc", "\\u00fc", "\uD83D\uDE00", "\\ud83d\\uDE00", "\\ud800", "a\\\"b", "model ", "Model",
        "a_name_of_some_length_as_tools_have_them", "\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57"};
    private static final String[] PIECES = {"a", "plain words, ", "public record Point(int x, int y) {", "\\n", "\\t\\r\\b\\f",
        "\\\"", "\\\\", "\\/", "/", "\\u00e9", "\\uABcd", "\\ud83d\\ude00", "\\ud800", "\\udc00", "\\u0000", "\u00e9",
        "\u6f22", "\uD83D\uDE00", "\uFFFF", "\u0080", "\u07FF\u0800\uD7FF\uE000", "\uDBFF\uDFFF", "\u007f", "'", "{}[]:,",
        "iVBORw0KGgoAAAANSUhEUgAA+/=="};
    private static final String[] SCALARS = {"true", "true", "false", "null", "0", "-0", "7", "-12", "32000", "0.5", "-1.25",
        "1e5", "1E+5", "1.0e-10", "0e0", "123456789012345678901234567890", "\"true\""};
    private static final byte[] ODD = {'"', '"', '\\', '\\', '{', '}', '[', ']', ':', ',', 'u', 'e', '.', '-', '+', '0', '1',
        't', 'n', '/', '#', ' ', '\n', 0, 0x1e, 0x1f, 0x7f, (byte) 0x80, (byte) 0xbf, (byte) 0xc0, (byte) 0xc2, (byte) 0xe0,
        (byte) 0xed, (byte) 0xa0, (byte) 0xf0, (byte) 0x90, (byte) 0xf4, (byte) 0xf5, (byte) 0xff};

    private final Random random;
    private final StringBuilder text = new StringBuilder();

    RandomJson(long seed) {
        random = new Random(seed);
    }

    /** An object with a member for each of a few names, of which some may be the same. */
    byte[] object() {
        text.setLength(0);
        space();
        object(4);
        space();
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The body with one to three places flipped, replaced, cut, doubled or added to. */
    byte[] spoilt(byte[] body) {
        byte[] spoilt = body;
        for (int i = random.nextInt(3); i >= 0 && spoilt.length > 0; i--) {
            int from = random.nextInt(spoilt.length);
            int to = Math.min(spoilt.length, from + 1 + random.nextInt(random.nextBoolean() ? 3 : 40));
            switch (random.nextInt(6)) {
                case 0 -> spoilt = put(spoilt, from, from + 1, (byte) (spoilt[from] ^ 1 << random.nextInt(8)));
                case 1 -> spoilt = put(spoilt, from, from + 1, odd());
                case 2 -> spoilt = put(spoilt, from, from, odd());
                case 3 -> spoilt = put(spoilt, from, to);
                case 4 -> spoilt = put(spoilt, from, from, Arrays.copyOfRange(spoilt, from, to));
                default -> spoilt = put(spoilt, from, spoilt.length);
            }
        }
        return spoilt;
    }

    private byte odd() {
        return ODD[random.nextInt(ODD.length)];
    }

    private static byte[] put(byte[] body, int from, int to, byte... between) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + between.length);
        out.write(body, 0, from);
        out.writeBytes(between);
        out.write(body, to, body.length - to);
        return out.toByteArray();
    }

    private void value(int depth) {
        switch (depth == 0 ? random.nextInt(3) : random.nextInt(5)) {
            case 0, 1 -> string();
            case 2 -> text.append(one(SCALARS));
            case 3 -> object(depth - 1);
            default -> array(depth - 1);
        }
    }

    private void object(int depth) {
        text.append('{');
        space();
        for (int i = random.nextInt(5); i > 0; i--) {
            String name = one(NAMES);
            text.append('"').append(name).append('"');
            space();
            text.append(':');
            space();
            if (name.equals("model") && random.nextInt(20) > 0) {
                string();
            } else {
                value(depth);
            }
            space();
            comma(i);
        }
        text.append('}');
    }

    private void array(int depth) {
        text.append('[');
        space();
        for (int i = random.nextInt(4); i > 0; i--) {
            value(depth);
            space();
            comma(i);
        }
        text.append(']');
    }

    private void comma(int left) {
        if (left > 1) {
            text.append(',');
            space();
        }
    }

    private void string() {
        text.append('"');
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(one(PIECES));
        }
        text.append('"');
    }

    private void space() {
        text.append(one(SPACES));
    }

    private String one(String[] of) {
        return of[random.nextInt(of.length)];
    }
}
