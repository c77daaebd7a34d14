/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import java.text.Normalizer;
import java.util.Locale;

/**
 * A pattern in which {@code *} stands for any characters and {@code ?} for one. In a path's, {@code *} and {@code ?} stand
 * for no slash, and <code>**</code> for any characters; what matches a folder matches all in it. Matching takes no longer than the product of both lengths.
 */
final class Glob {

    private static final int NONE = -1;

    private final String pattern;
    private final String folded;
    private final boolean path;

    private Glob(String pattern, boolean path) {
        this.pattern = pattern;
        this.folded = fold(pattern);
        this.path = path;
    }

    static Glob ofText(String pattern) {
        return new Glob(pattern, false);
    }

    static Glob ofPath(String pattern) {
        return new Glob(pattern, true);
    }

    String pattern() {
        return pattern;
    }

    boolean matches(String text) {
        return matches(pattern, text);
    }

    /** As {@link #matches}, also where a file system would take one letter for the other; {@code text} is {@link #fold folded}. */
    boolean resembles(String text) {
        return matches(folded, text);
    }

    /** Small letters, without what is not seen: what file systems that do not tell them apart take for the same. */
    static String fold(String text) {
        if (text.chars().allMatch(c -> c < 128)) {
            return text.toLowerCase(Locale.ROOT);
        }
        return Normalizer.normalize(text, Normalizer.Form.NFKC).replaceAll("\\p{Cf}", "")
                .toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private boolean matches(String glob, String text) {
        return new Match(glob, text, path).matches();
    }

    /** One run over a text: on a mismatch the last star takes one character more, or the last double star. */
    private static final class Match {

        private final String glob;
        private final String text;
        private final boolean path;
        private int g;
        private int t;
        private int starGlob = NONE;
        private int starText;
        private int deepGlob = NONE;
        private int deepText;

        Match(String glob, String text, boolean path) {
            this.glob = glob;
            this.text = text;
            this.path = path;
        }

        boolean matches() {
            while (t < text.length()) {
                if (inFolder()) {
                    return true;
                }
                boolean goesOn = step() || longerStar() || longerDeepStar();
                if (!goesOn) {
                    return false;
                }
            }
            while (g < glob.length() && glob.charAt(g) == '*') {
                g++;
            }
            return g == glob.length();
        }

        /** Whether a folder matched that the text is in. */
        private boolean inFolder() {
            return path && g == glob.length() && text.charAt(t) == '/';
        }

        private boolean step() {
            if (g == glob.length()) {
                return false;
            }
            char c = glob.charAt(g);
            if (c == '*') {
                star();
                return true;
            }
            boolean same = c == text.charAt(t) || c == '?' && passable(t);
            if (same) {
                g++;
                t++;
            }
            return same;
        }

        private void star() {
            int from = g;
            while (g < glob.length() && glob.charAt(g) == '*') {
                g++;
            }
            boolean deep = !path || g - from > 1;
            if (deep) {
                boolean folders = path && g < glob.length() && glob.charAt(g) == '/' && (from == 0 || glob.charAt(from - 1) == '/');
                deepGlob = g;
                deepText = t;
                starGlob = NONE;
                if (folders && atName(t)) {
                    g++; // no folder first
                    deepText--;
                }
            } else {
                starGlob = g;
                starText = t;
            }
        }

        private boolean atName(int index) {
            return index == 0 || text.charAt(index - 1) == '/';
        }

        private boolean longerStar() {
            if (starGlob == NONE || !passable(starText)) {
                return false;
            }
            starText++;
            g = starGlob;
            t = starText;
            return true;
        }

        private boolean longerDeepStar() {
            if (deepGlob == NONE) {
                return false;
            }
            deepText++;
            g = deepGlob;
            t = deepText;
            starGlob = NONE;
            return true;
        }

        private boolean passable(int index) {
            return index < text.length() && !(path && text.charAt(index) == '/');
        }
    }
}
