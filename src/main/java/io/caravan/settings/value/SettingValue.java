/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The value of a setting and where it came from, read as a type. Each reader throws a {@link SettingsException} that
 * names the setting, its source and what is valid.
 *
 * @param source what an operator calls the place, such as {@code .env}
 */
public record SettingValue(Setting setting, String text, String source) {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ms|s|m|h|)");
    private static final Duration LONGEST = Duration.ofHours(720);
    private static final int LONGEST_SHOWN = 200;
    private static final int HIGHEST_PORT = 65_535;

    /** {@code value} as it may be shown: no user info, no query, no control characters, not endless. */
    public static String masked(String value) {
        String shown = value.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", "_")
                .replaceFirst("^([a-zA-Z][a-zA-Z0-9+.-]*://)?.*@", "$1***@")
                .replaceFirst("\\?.+", "?***");
        if (shown.length() > LONGEST_SHOWN) {
            return shown.substring(0, LONGEST_SHOWN) + "…";
        }
        return shown;
    }

    /** {@code text} as a URI; empty if it is none, or names no host, or a port that cannot be. */
    public static Optional<URI> uri(String text) {
        try {
            return Optional.of(new URI(text)).filter(uri -> uri.getHost() != null)
                    .filter(uri -> uri.getPort() != 0).filter(uri -> uri.getPort() <= HIGHEST_PORT);
        } catch (URISyntaxException e) {
            return Optional.empty(); // the exception's own text would show a password
        }
    }

    /** The value as {@code config check} shows it. */
    public String shown() {
        return setting.shown(text);
    }

    /** {@code NAME=value (source)}, to begin a message with. */
    public String place() {
        if (setting.secret()) {
            return setting.name() + " (" + source + ")";
        }
        return setting.name() + "=" + masked(text) + " (" + source + ")";
    }

    /** The error that says so, with what to do instead. */
    public SettingsException invalid(String advice) {
        return new SettingsException(place() + " is not valid: " + advice);
    }

    /** The one of {@code valid} that it equals but for letter case. */
    public String toOneOf(String... valid) {
        return Stream.of(valid).filter(text::equalsIgnoreCase).findFirst()
                .orElseThrow(() -> invalid("use one of " + String.join(", ", valid)));
    }

    /** A switch. */
    public boolean toBoolean() {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> throw invalid("use true or false (or 1, 0, yes, no, on, off)");
        };
    }

    /** A whole number within bounds. */
    public long toLong(long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // told below, together with the bounds
        }
        throw invalid("give a whole number from " + least + " to " + most);
    }

    /** A whole number within bounds. */
    public int toInt(int least, int most) {
        return (int) toLong(least, most);
    }

    /** A duration above zero. */
    public Duration toDuration() {
        Duration duration = toDurationOrZero();
        if (duration.isZero()) {
            throw invalidDuration("above 0");
        }
        return duration;
    }

    /** A duration, in whole milliseconds; what is shorter counts as zero. */
    public Duration toDurationOrZero() {
        Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw invalidDuration("of 0 or more");
        }
        String unit = matcher.group(2);
        if (unit.isEmpty()) {
            unit = bareUnit();
        }
        long millis = switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            default -> 3_600_000;
        };
        Duration duration = Duration.ofMillis(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(millis)).longValue());
        if (duration.compareTo(LONGEST) > 0) {
            throw invalidDuration("up to 720h");
        }
        return duration;
    }

    /** The unit of a number that has none. */
    private String bareUnit() {
        return setting.name().endsWith("_MS") ? "ms" : "s";
    }

    private SettingsException invalidDuration(String bound) {
        String bare = Map.of("ms", "milliseconds", "s", "seconds").get(bareUnit());
        return invalid("give a duration " + bound + ", such as 500ms, 30s, 2m or 6h; a bare number is in " + bare);
    }

    /** The items between commas, trimmed, empty ones left out; {@code none} alone is the empty list. */
    public List<String> toList() {
        if (text.equalsIgnoreCase("none")) {
            return List.of();
        }
        return items().toList();
    }

    private Stream<String> items() {
        return Stream.of(text.split(",")).map(String::strip).filter(item -> !item.isEmpty());
    }

    /** A secret that can stand in a header. */
    public Secret toSecret() {
        return secret(text);
    }

    /** A list of secrets that can stand in a header; at least one. */
    public List<Secret> toSecrets() {
        List<Secret> secrets = items().map(this::secret).toList();
        if (secrets.isEmpty()) {
            throw invalid("it holds no key; give keys separated by commas, or leave it out");
        }
        return secrets;
    }

    private Secret secret(String value) {
        if (!Secret.fitsHeader(value)) {
            throw invalid("it holds a space, a control character or a letter outside ASCII; was it pasted whole?");
        }
        return Secret.of(value);
    }

    /** Text that can stand in a header. */
    public String toHeader() {
        if (!text.matches("[ -~]*")) {
            throw invalid("use plain ASCII text on one line");
        }
        return text;
    }

    /** A path; a relative one starts from {@code directory}. */
    public Path toPath(Path directory) {
        try {
            return directory.resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw invalid("give a path");
        }
    }
}
