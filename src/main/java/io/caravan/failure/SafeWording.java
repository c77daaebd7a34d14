/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

/** Takes out of an upstream's message what could tell whose it is: addresses, account ids, hosts. Any thread. */
final class SafeWording {

    private static final int LONGEST = 300;
    private static final int MOST_DIGITS = 5;

    private SafeWording() {
    }

    /** The message's first words, an ellipsis for each that tells something; never longer than what came. */
    static String of(String message) {
        StringBuilder safe = new StringBuilder();
        for (String word : message.split(" ")) {
            if (safe.length() + word.length() > LONGEST) {
                break;
            }
            safe.append(safe.length() == 0 ? "" : " ").append(tells(word) ? "…" : word);
        }
        return safe.toString();
    }

    private static boolean tells(String word) {
        int digits = 0;
        boolean dotInside = false;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            digits += Character.isDigit(c) ? 1 : 0;
            dotInside |= c == '.' && i > 0 && i + 1 < word.length()
                    && Character.isLetterOrDigit(word.charAt(i - 1)) && Character.isLetterOrDigit(word.charAt(i + 1));
        }
        return digits > MOST_DIGITS || dotInside || word.contains("://") || word.contains("@") || word.contains("arn:");
    }
}
