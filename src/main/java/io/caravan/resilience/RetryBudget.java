/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * How many retries on the same upstream the gateway allows itself, so that a failing upstream is not hit harder than a
 * healthy one: in any 10 s two, or a tenth of the requests of the last 10 s where that is more (4.4). Any thread.
 */
public final class RetryBudget {

    /**
     * The waits of one request before it is sent to the same upstream again: a quarter of a second, doubled each time, the
     * upper half of it by chance (4.4). One thread.
     */
    public static final class Backoff {

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

        /** Whether an upstream that asks to be left alone for so long is waited for. */
        public static boolean waitsFor(Optional<Duration> asked) {
            return asked.filter(wait -> wait.compareTo(LONGEST_ASKED) > 0).isEmpty();
        }

        /**
         * The wait before the next retry, at least as long as the upstream {@code asked} for; empty where there is to be no
         * retry: it asks for too long, or the request's retries or its time are used up.
         */
        public Optional<Duration> next(Optional<Duration> asked) {
            if (retries >= maxRetries || !waitsFor(asked)) {
                return Optional.empty();
            }
            long half = FIRST_MILLIS / 2 << Math.min(retries, 10);
            long wait = half + (long) (half * random.getAsDouble());
            wait = Math.max(wait, asked.orElse(Duration.ZERO).toMillis());
            if (waited + wait > LONGEST_IN_ALL_MILLIS) {
                return Optional.empty();
            }
            retries++;
            waited += wait;
            return Optional.of(Duration.ofMillis(wait));
        }
    }

    private static final int ALWAYS = 2;
    private static final int REQUESTS_PER_RETRY = 10;
    private static final int SLICES = 100;
    private static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(10) / SLICES;

    private final LongSupplier nanos;
    private final int[] requests = new int[SLICES + 1];
    private final int[] retries = new int[SLICES + 1];
    private long newest;

    public RetryBudget() {
        this(System::nanoTime);
    }

    /** @param nanos a clock like {@link System#nanoTime} */
    public RetryBudget(LongSupplier nanos) {
        this.nanos = nanos;
        newest = Math.floorDiv(nanos.getAsLong(), SLICE_NANOS);
    }

    /** Counts a client's request. */
    public synchronized void request() {
        requests[slice()]++;
    }

    /** Takes one retry out of the budget; false if there is none left. */
    public synchronized boolean tryRetry() {
        int current = slice();
        int oldest = (current + 1) % requests.length;
        int allowed = Math.max(ALWAYS, (sum(requests) - requests[oldest]) / REQUESTS_PER_RETRY);
        if (sum(retries) >= allowed) {
            return false;
        }
        retries[current]++;
        return true;
    }

    /** The current slice of time, those in between emptied. The oldest is only partly within 10 s; retries keep it. */
    private int slice() {
        long now = Math.floorDiv(nanos.getAsLong(), SLICE_NANOS);
        for (long slice = Math.max(newest + 1, now - SLICES); slice <= now; slice++) {
            int index = Math.floorMod(slice, requests.length);
            requests[index] = 0;
            retries[index] = 0;
        }
        newest = Math.max(newest, now);
        return Math.floorMod(newest, requests.length);
    }

    private static int sum(int[] slices) {
        int sum = 0;
        for (int count : slices) {
            sum += count;
        }
        return sum;
    }
}
