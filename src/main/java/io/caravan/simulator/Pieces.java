/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Texts cut into the pieces they are streamed in; the long ones take no memory. */
final class Pieces {

    private static final String[] WORDS = {
        "the ", "caravan ", "goes ", "on ", "through ", "sand ", "and ", "wind ", "until ", "it ", "rests "
    };
    private static final String KILOBYTE = "0123456789abcdef".repeat(64);

    private Pieces() {}

    /** A text cut after each space. */
    static List<String> ofText(String text) {
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int space = text.indexOf(' ', from);
            int end = space < 0 ? text.length() : space + 1;
            pieces.add(text.substring(from, end));
            from = end;
        }
        return pieces;
    }

    /** A text cut after so many characters, never inside a surrogate pair. */
    static List<String> ofLength(String text, int length) {
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int end = Math.min(text.length(), from + length);
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            pieces.add(text.substring(from, end));
            from = end;
        }
        return pieces;
    }

    static List<String> words(int count) {
        return lazily(count, i -> WORDS[i % WORDS.length]);
    }

    static List<String> characters(int count) {
        return lazily(count, i -> String.valueOf((char) ('a' + i % 26)));
    }

    /** Pieces that tell their own number: {@code e0 e1 e2 }… */
    static List<String> numbered(int count) {
        return lazily(count, i -> "e" + i + " ");
    }

    /** So many bytes in pieces of a kilobyte. */
    static List<String> bytes(long count) {
        int whole = Math.toIntExact(count / KILOBYTE.length());
        int rest = (int) (count % KILOBYTE.length());
        return lazily(rest == 0 ? whole : whole + 1, i -> i < whole ? KILOBYTE : KILOBYTE.substring(0, rest));
    }

    private static List<String> lazily(int count, IntFunction<String> piece) {
        return new AbstractList<>() {
            @Override
            public String get(int index) {
                return piece.apply(index);
            }

            @Override
            public int size() {
                return count;
            }
        };
    }
}
