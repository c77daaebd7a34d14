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

    void take(CharSequence piece) {
        for (int i = 0; i < piece.length(); i++) {
            char c = piece.charAt(i);
            if (inString) {
                inString = escaped || c != '"';
                escaped = !escaped && c == '\\';
            } else if (c == '"') {
                inString = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
                whole |= depth == 0;
            }
        }
    }

    /** Whether the bracket that was opened first has been closed. */
    boolean whole() {
        return whole;
    }
}
