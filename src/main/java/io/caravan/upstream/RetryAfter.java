/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** Reads a {@code Retry-After} header, a number of seconds or an HTTP date. */
final class RetryAfter {

    private RetryAfter() {
    }

    /** Whole seconds from now, or null if there is no header or it says nothing readable. */
    static String seconds(String header) {
        if (header == null) {
            return null;
        }
        String value = header.strip();
        if (!value.isEmpty() && value.length() < 10 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return value;
        }
        try {
            Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            long millis = Duration.between(Instant.now(), then).toMillis();
            return Long.toString(Math.max(0, (millis + 999) / 1000));
        } catch (DateTimeParseException e) {
            return decimal(value);
        }
    }

    /** The wait a header asks for, in whole seconds; null if there is none or it says nothing readable. */
    static Duration wait(String header) {
        String seconds = seconds(header);
        return seconds == null ? null : Duration.ofSeconds(Long.parseLong(seconds));
    }

    private static String decimal(String value) {
        try {
            double seconds = Double.parseDouble(value);
            return seconds >= 0 && seconds < 1e9 ? Long.toString((long) Math.ceil(seconds)) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
