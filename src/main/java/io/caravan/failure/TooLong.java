/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import java.util.ArrayList;
import java.util.List;

/** A prompt that is too long, in the words Claude Code knows, with the upstream's numbers if they can be read. */
final class TooLong {

    private static final String TOO_LONG = "prompt is too long";
    private static final int SMALLEST_LIMIT = 1000;

    private TooLong() {
    }

    /** @param message the upstream's words, or null */
    static String words(String message) {
        if (message == null || message.isEmpty()) {
            return TOO_LONG;
        }
        int known = message.indexOf(TOO_LONG);
        if (known >= 0) {
            return message.substring(known);
        }
        List<Long> numbers = numbers(message);
        if (numbers.size() < 2) {
            return TOO_LONG + ": " + message;
        }
        long one = numbers.get(0);
        long other = numbers.get(1);
        return TOO_LONG + ": " + Math.max(one, other) + " tokens > " + Math.min(one, other) + " maximum";
    }

    /** The first two different numbers that can be a count of tokens; commas may stand in them. */
    private static List<Long> numbers(String message) {
        List<Long> numbers = new ArrayList<>(2);
        long number = 0;
        for (int i = 0; i <= message.length(); i++) {
            char c = i < message.length() ? message.charAt(i) : ' ';
            if (c >= '0' && c <= '9') {
                number = number < Integer.MAX_VALUE ? 10 * number + c - '0' : number;
            } else if (c != ',' || number == 0) {
                if (number >= SMALLEST_LIMIT && !numbers.contains(number)) {
                    numbers.add(number);
                }
                number = 0;
            }
        }
        return numbers;
    }
}
