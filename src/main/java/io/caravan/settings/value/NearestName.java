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

    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int substituted = diagonal;
                if (from.charAt(i - 1) != to.charAt(j - 1)) {
                    substituted++;
                }
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
