/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

/**
 * A word of a command. {@code -x} also matches where it stands among other letters, {@code -axf}; {@code --name} also with
 * a value, and shortened. Anything else is a glob.
 */
final class WordGlob {

    private static final int SHORTEST = 3;

    private final String pattern;
    private final Glob glob;

    private WordGlob(String pattern) {
        this.pattern = pattern;
        this.glob = Glob.ofText(pattern);
    }

    static WordGlob of(String pattern) {
        return new WordGlob(pattern);
    }

    boolean matches(String word) {
        if (glob.matches(word)) {
            return true;
        }
        if (pattern.startsWith("--")) {
            String name = word.split("=", 2)[0];
            return name.length() >= SHORTEST && pattern.startsWith(name);
        }
        boolean letter = pattern.length() == 2 && pattern.charAt(0) == '-';
        return letter && isLetters(word) && word.indexOf(pattern.charAt(1)) > 0;
    }

    private static boolean isLetters(String word) {
        return word.length() > 1 && word.charAt(0) == '-' && word.charAt(1) != '-';
    }
}
