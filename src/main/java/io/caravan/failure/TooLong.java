/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A prompt that is too long, in the words Claude Code knows, with the upstream's numbers if they can be read. */
final class TooLong {

    private static final String TOO_LONG = "prompt is too long";
    /** What can be a count of tokens: at least four digits; commas may stand in them. */
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d,]{3,12}");
    private static final int SMALLEST_LIMIT = 1000;

    private TooLong() {
    }

    /** @param message the upstream's words; they may be empty */
    static String words(String message) {
        if (message.isEmpty()) {
            return TOO_LONG;
        }
        int known = message.indexOf(TOO_LONG);
        if (known >= 0) {
            return message.substring(known);
        }
        long[] numbers = numbers(message);
        if (numbers.length < 2) {
            return TOO_LONG + ": " + message;
        }
        return TOO_LONG + ": " + Math.max(numbers[0], numbers[1]) + " tokens > " + Math.min(numbers[0], numbers[1])
                + " maximum";
    }

    /** The first two different numbers that can be a count of tokens. */
    private static long[] numbers(String message) {
        return NUMBER.matcher(message).results().map(MatchResult::group)
                .mapToLong(number -> Long.parseLong(number.replace(",", "")))
                .filter(number -> number >= SMALLEST_LIMIT).distinct().limit(2).toArray();
    }
}
