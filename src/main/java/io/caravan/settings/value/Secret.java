/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings.value;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A value that must not be printed: a token, a password or a key. It shows itself as {@code ***}. */
public final class Secret {

    private static final Pattern PRINTABLE = Pattern.compile("[!-~]*");

    private final String value;

    private Secret(String value) {
        this.value = Objects.requireNonNull(value, "value");
    }

    /** Wraps {@code value}, which must not be null. */
    public static Secret of(String value) {
        return new Secret(value);
    }

    /** Whether {@code value} can stand in a header. */
    public static boolean fitsHeader(String value) {
        return PRINTABLE.matcher(value).matches();
    }

    /** The value itself; never to be logged. */
    public String reveal() {
        return value;
    }

    /** Equal to another secret of the same value; the time taken does not depend on where they differ. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret that && MessageDigest.isEqual(value.getBytes(UTF_8), that.value.getBytes(UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
