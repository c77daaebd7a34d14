/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

/** How far a JSON object has come that arrives in pieces. It counts brackets; what is between them is not judged. */
final class JsonProgress {

    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean whole;

    /** Takes {@code piece}; returns how much of it belongs to the object. */
    int take(CharSequence piece) {
        for (int i = 0; i < piece.length(); i++) {
            if (whole) {
                return i;
            }
            char c = piece.charAt(i);
            if (inString) {
                takeInString(c);
            } else {
                takeOutside(c);
            }
        }
        return piece.length();
    }

    private void takeInString(char c) {
        if (escaped) {
            escaped = false;
            return;
        }
        escaped = c == '\\';
        inString = c != '"';
    }

    private void takeOutside(char c) {
        switch (c) {
            case '"' -> inString = true;
            case '{', '[' -> depth++;
            case '}', ']' -> {
                depth--;
                whole |= depth == 0;
            }
            default -> { }
        }
    }

    /** Whether the bracket that was opened first has been closed. */
    boolean whole() {
        return whole;
    }
}
