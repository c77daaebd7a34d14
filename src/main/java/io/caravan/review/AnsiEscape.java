/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

/** An escape of {@code $'…'}. */
final class AnsiEscape {

    private static final String LETTERS = "abeEfnrtv";
    private static final String MEANT = "\u0007\b\u001b\u001b\f\n\r\t\u000b";
    private static final int HEX = 16;
    private static final int OCTAL = 8;

    private AnsiEscape() {
    }

    /** Reads what follows a backslash. */
    static void read(ShellText in, StringBuilder to) {
        if (!in.more()) {
            return;
        }
        char c = in.next();
        int letter = LETTERS.indexOf(c);
        if (letter >= 0) {
            to.append(MEANT.charAt(letter));
            return;
        }
        switch (c) {
            case 'x' -> number(in, to, HEX, 2, 0);
            case 'u' -> number(in, to, HEX, 4, 0);
            case 'U' -> number(in, to, HEX, 8, 0);
            case 'c' -> in.skip(1);
            default -> other(in, to, c);
        }
    }

    private static void other(ShellText in, StringBuilder to, char c) {
        int digit = Character.digit(c, OCTAL);
        if (digit < 0) {
            to.append(c);
        } else {
            number(in, to, OCTAL, 2, digit);
        }
    }

    private static void number(ShellText in, StringBuilder to, int radix, int most, int begun) {
        int code = begun;
        for (int read = 0; read < most && digit(in, radix) >= 0; read++) {
            code = code * radix + digit(in, radix);
            in.skip(1);
        }
        if (Character.isValidCodePoint(code)) {
            to.appendCodePoint(code);
        }
    }

    private static int digit(ShellText in, int radix) {
        return in.peek() == ShellText.END ? -1 : Character.digit(in.peek(), radix);
    }
}
