/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.resilience.RetryBudget.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** 4.4 */
class BackoffTest {

    @Test
    void theWaitsDoubleAndHalfOfEachIsChance() {
        Backoff shortest = new Backoff(3, () -> 0);
        assertEquals(List.of(125L, 250L, 500L), List.of(millis(shortest), millis(shortest), millis(shortest)));
        Backoff longest = new Backoff(3, () -> Math.nextDown(1.0));
        assertEquals(List.of(249L, 499L, 999L), List.of(millis(longest), millis(longest), millis(longest)));
        assertTrue(longest.next(Optional.empty()).isEmpty(), "three retries are all");
    }

    @Test
    void whatTheUpstreamAsksForIsTheLeast() {
        Backoff backoff = new Backoff(3, () -> 0);
        assertEquals(Optional.of(Duration.ofSeconds(1)), backoff.next(Optional.of(Duration.ofSeconds(1))));
        assertEquals(Optional.of(Duration.ofMillis(250)), backoff.next(Optional.of(Duration.ZERO)));
    }

    @Test
    void moreThanTwoSecondsAreNotWaitedFor() {
        Backoff backoff = new Backoff(3, () -> 0);
        assertTrue(backoff.next(Optional.of(Duration.ofSeconds(3))).isEmpty());
        assertFalse(Backoff.waitsFor(Optional.of(Duration.ofMillis(2001))));
        assertEquals(Optional.of(Duration.ofSeconds(2)), backoff.next(Optional.of(Duration.ofSeconds(2))));
        assertEquals(Optional.of(Duration.ofSeconds(2)), backoff.next(Optional.of(Duration.ofSeconds(2))));
        assertTrue(backoff.next(Optional.of(Duration.ofSeconds(2))).isEmpty(), "that would be 6 s in all");
        assertEquals(Optional.empty(), backoff.next(Optional.empty()), "4 s in all are used up");
    }

    @Test
    void withoutRetriesThereAreNone() {
        assertTrue(new Backoff(0, () -> 0).next(Optional.empty()).isEmpty());
    }

    @Property(tries = 500)
    void neverMoreRetriesNorTimeThanAllowed(@ForAll @IntRange(min = 0, max = 40) int retries, @ForAll long seed,
            @ForAll @Size(max = 60) List<@IntRange(min = -1, max = 4) Integer> asked) {
        Backoff backoff = new Backoff(retries, new Random(seed)::nextDouble);
        Duration waited = Duration.ZERO;
        int count = 0;
        for (int seconds : asked) {
            Duration floor = seconds < 0 ? null : Duration.ofSeconds(seconds);
            Optional<Duration> wait = backoff.next(Optional.ofNullable(floor));
            if (wait.isPresent()) {
                count++;
                waited = waited.plus(wait.get());
                assertTrue(seconds <= 2);
                assertTrue(floor == null || wait.get().compareTo(floor) >= 0);
                assertTrue(wait.get().compareTo(Duration.ofMillis(125)) >= 0);
            }
        }
        assertTrue(count <= retries);
        assertTrue(waited.compareTo(Duration.ofSeconds(4)) <= 0);
    }

    private static long millis(Backoff backoff) {
        return backoff.next(Optional.empty()).orElseThrow().toMillis();
    }
}
