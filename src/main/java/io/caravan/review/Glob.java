/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import java.text.Normalizer;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A pattern in which {@code *} stands for any characters and {@code ?} for one. In a path's, {@code *} and {@code ?} stand
 * for no slash, and <code>**</code> for any characters; what matches a folder matches all in it. Matching takes no longer than the product of both lengths.
 */
final class Glob {

    private static final int NONE = -1;
    private static final Pattern UNSEEN = Pattern.compile("\\p{Cf}");
    private static final Pattern STARS = Pattern.compile("(?<=\\*\\*)/|[*?]+");

    private final String pattern;
    private final String needle;
    private final String folded;
    private final String foldedNeedle;
    private final boolean path;

    private Glob(String pattern, boolean path) {
        this.pattern = pattern;
        this.needle = needle(pattern);
        this.folded = fold(pattern);
        this.foldedNeedle = needle(folded);
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
        return text.contains(needle) && matches(pattern, text);
    }

    /** As {@link #matches}, also where a file system would take one letter for the other; {@code text} is {@link #fold folded}. */
    boolean resembles(String text) {
        return text.contains(foldedNeedle) && matches(folded, text);
    }

    /** Whether it {@link #resembles} one of these. */
    boolean resemblesOne(List<String> texts) {
        for (String text : texts) {
            if (resembles(text)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of the globs matches. */
    static boolean anyMatches(List<Glob> globs, String text) {
        for (Glob glob : globs) {
            if (glob.matches(text)) {
                return true;
            }
        }
        return false;
    }

    /** Small letters, without what is not seen: what file systems that do not tell them apart take for the same. */
    static String fold(String text) {
        if (isAscii(text)) {
            return text.toLowerCase(Locale.ROOT);
        }
        return UNSEEN.matcher(Normalizer.normalize(text, Normalizer.Form.NFKC)).replaceAll("")
                .toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    private static boolean isAscii(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) > 127) {
                return false;
            }
        }
        return true;
    }

    /** The longest piece that every text has that matches. */
    private static String needle(String pattern) {
        return STARS.splitAsStream(pattern).max(Comparator.comparingInt(String::length)).orElse("");
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
            return restMayBeEmpty();
        }

        /** Whether what is left of the glob matches nothing: stars, and folders that need not be there. */
        private boolean restMayBeEmpty() {
            while (g < glob.length() && glob.charAt(g) == '*') {
                int from = g;
                skipStars();
                if (namesFolders(from)) {
                    g++;
                }
            }
            return g == glob.length();
        }

        private void skipStars() {
            while (g < glob.length() && glob.charAt(g) == '*') {
                g++;
            }
        }

        /** Whether the stars from {@code from} to here are a double one for folders: one that stands between slashes. */
        private boolean namesFolders(int from) {
            boolean deep = path && g - from > 1;
            boolean begins = from == 0 || glob.charAt(from - 1) == '/';
            return deep && begins && g < glob.length() && glob.charAt(g) == '/';
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
            skipStars();
            boolean deep = !path || g - from > 1;
            if (deep) {
                boolean folders = namesFolders(from);
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
