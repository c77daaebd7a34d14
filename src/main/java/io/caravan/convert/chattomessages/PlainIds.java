/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

/** Ids in the characters that every API takes: ASCII letters and digits, {@code _} and {@code -}. */
final class PlainIds {

    private static final String TAKEN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

    private PlainIds() {
    }

    /** {@code id} without any other character. */
    static String stripped(String id) {
        StringBuilder plain = new StringBuilder(id.length());
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (isTaken(c)) {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /** {@code id} with {@code _} in the place of every other character. */
    static String replaced(String id) {
        StringBuilder plain = new StringBuilder(id);
        for (int i = 0; i < id.length(); i++) {
            if (!isTaken(id.charAt(i))) {
                plain.setCharAt(i, '_');
            }
        }
        return plain.toString();
    }

    private static boolean isTaken(char c) {
        return TAKEN.indexOf(c) >= 0;
    }
}
