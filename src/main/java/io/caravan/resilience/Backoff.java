/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * The waits of one request before it is sent to the same upstream again: a quarter of a second, doubled each time, the
 * upper half of it by chance (ledger 4.4). One thread.
 */
public final class Backoff {

    private static final long FIRST_MILLIS = 250;
    private static final Duration LONGEST_ASKED = Duration.ofSeconds(2);
    private static final long LONGEST_IN_ALL_MILLIS = 4000;

    private final int maxRetries;
    private final DoubleSupplier random;
    private int retries;
    private long waited;

    /** @param random numbers from 0 (inclusive) to 1 (exclusive) */
    public Backoff(int maxRetries, DoubleSupplier random) {
        this.maxRetries = maxRetries;
        this.random = random;
    }

    /** Whether an upstream that asks to be left alone for so long is waited for; null: it does not ask. */
    public static boolean waitsFor(Duration asked) {
        return asked == null || asked.compareTo(LONGEST_ASKED) <= 0;
    }

    /**
     * The wait before the next retry, at least as long as the upstream {@code asked} for; empty where there is to be no
     * retry: it asks for too long, or the request's retries or its time are used up.
     */
    public Optional<Duration> next(Duration asked) {
        if (retries >= maxRetries || !waitsFor(asked)) {
            return Optional.empty();
        }
        long half = FIRST_MILLIS / 2 << Math.min(retries, 10);
        long wait = half + (long) (half * random.getAsDouble());
        if (asked != null) {
            wait = Math.max(wait, asked.toMillis());
        }
        if (waited + wait > LONGEST_IN_ALL_MILLIS) {
            return Optional.empty();
        }
        retries++;
        waited += wait;
        return Optional.of(Duration.ofMillis(wait));
    }
}
