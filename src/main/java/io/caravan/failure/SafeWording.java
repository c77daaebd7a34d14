/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Takes out of an upstream's message what could tell whose it is: addresses, account ids, hosts. Any thread. */
final class SafeWording {

    private static final int LONGEST = 300;
    /** An address, an id of more than five digits, or a dot inside a word, as hosts have it. */
    private static final Pattern TELLING =
            Pattern.compile("://|@|arn:|[\\p{L}\\p{Nd}]\\.[\\p{L}\\p{Nd}]|(?:\\p{Nd}\\P{Nd}*){6}");

    private SafeWording() {
    }

    /** The message's first words, an ellipsis for each that tells something; never longer than what came. */
    static String of(String message) {
        StringJoiner safe = new StringJoiner(" ");
        for (String word : message.split(" ")) {
            if (safe.length() + word.length() > LONGEST) {
                break;
            }
            if (TELLING.matcher(word).find()) {
                safe.add("…");
            } else {
                safe.add(word);
            }
        }
        return safe.toString();
    }
}
