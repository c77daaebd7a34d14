/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds what somebody who misspelt a name most likely meant. */
final class NearestName {

    private NearestName() {}

    /**
     * The candidate with the smallest edit distance to {@code name}, the first of several; letter case and the
     * separators {@code . - _} do not count.
     *
     * @param candidates at least one name
     */
    static String of(String name, Collection<String> candidates) {
        String plain = plain(name);
        return candidates.stream()
                .min(Comparator.comparingInt(candidate -> distance(plain, plain(candidate))))
                .orElseThrow();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[._-]", "");
    }

    /** Whether {@code name} is {@code meant} but for one letter more, less or other, two changed round, case or separators. */
    static boolean oneEditApart(String name, String meant) {
        return !name.equals(meant) && distance(plain(name), plain(meant)) <= 1;
    }

    /** The edits that make {@code from} {@code to}; two neighbours changed round are one. */
    private static int distance(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                edits[i][j] = edits(from, to, i, j, edits);
            }
        }
        return edits[from.length()][to.length()];
    }

    private static int edits(String from, String to, int i, int j, int[][] before) {
        if (i == 0 || j == 0) {
            return i + j;
        }
        int substituted = before[i - 1][j - 1];
        if (from.charAt(i - 1) != to.charAt(j - 1)) {
            substituted++;
        }
        int fewest = Math.min(substituted, 1 + Math.min(before[i - 1][j], before[i][j - 1]));
        if (swapped(from, to, i, j)) {
            return Math.min(fewest, 1 + before[i - 2][j - 2]);
        }
        return fewest;
    }

    private static boolean swapped(String from, String to, int i, int j) {
        if (i < 2 || j < 2) {
            return false;
        }
        return from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
    }
}
