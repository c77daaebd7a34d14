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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a {@code Retry-After} header, a number of seconds or an HTTP date. */
final class RetryAfter {

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private RetryAfter() {
    }

    /** Whole seconds from now, or null if there is no header or it says nothing readable. */
    static @Nullable String seconds(@Nullable String header) {
        if (header == null) {
            return null;
        }
        String value = header.strip();
        if (SECONDS.matcher(value).matches()) {
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
    static @Nullable Duration wait(@Nullable String header) {
        String seconds = seconds(header);
        if (seconds == null) {
            return null;
        }
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    private static @Nullable String decimal(String value) {
        try {
            double seconds = Double.parseDouble(value);
            boolean usable = seconds >= 0 && seconds < 1e9;
            return usable ? Long.toString((long) Math.ceil(seconds)) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
