/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * Blots out the secrets of one upstream where its own words repeat them, before anybody sees these words. Safe for use by
 * many threads.
 */
final class Masking {

    private static final int SHORTEST_MASKED = 8;

    private final Supplier<List<String>> secrets;

    /** @param secrets those to blot out now; what is shorter than eight characters stays, for it may be any word */
    Masking(Supplier<List<String>> secrets) {
        this.secrets = secrets;
    }

    /** {@code text} without the secrets. */
    String masked(String text) {
        String masked = text;
        for (String secret : secrets.get()) {
            if (secret.length() >= SHORTEST_MASKED) {
                masked = masked.replace(secret, "***");
            }
        }
        return masked;
    }

    /** The same of a body; the body itself where there is nothing to blot out. */
    byte[] masked(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        String masked = masked(text);
        if (masked.equals(text)) {
            return body;
        }
        return masked.getBytes(StandardCharsets.UTF_8);
    }
}
