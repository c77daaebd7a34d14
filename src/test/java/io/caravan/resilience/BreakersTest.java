/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** 4.3: what stands in resilience4j's registry is what a {@code circuitBreaker} of a page goes by. */
class BreakersTest {

    private final Breakers breakers = new Breakers(Clock.systemUTC());
    private final Breaker breaker = breakers.of("corp", 2, Duration.ofMinutes(1));

    /** A block of a route that fails so. */
    private void fails(RuntimeException failure) {
        assertThrows(RuntimeException.class, () -> CircuitBreaker.decorateRunnable(breaker, () -> {
            throw failure;
        }).run());
    }

    @Test
    void itIsTheOneOfTheRegistry() {
        assertSame(breaker, breakers.registry().circuitBreaker("corp-breaker"));
        breaker.transitionToOpenState();
        assertEquals("open", breakers.state("corp"));
        breakers.remove("corp");
        assertEquals("", breakers.state("corp"));
        assertFalse(breakers.of("corp", 2, Duration.ofMinutes(1)).open());
    }

    @Test
    void aBlockThatNobodyAskedForOpensItToo() {
        fails(Failure.of(Kind.UNAVAILABLE, "x"));
        fails(Failure.of(Kind.REQUEST_REFUSED, "its own mistake"));
        assertFalse(breaker.open());
        fails(Failure.of(Kind.UNAVAILABLE, "x"));
        assertTrue(breaker.open());
        Failure refused = assertThrows(Failure.class, () -> CircuitBreaker.decorateRunnable(breaker, () -> { }).run());
        assertEquals(Kind.LEFT_ALONE, refused.kind());
    }

    @Test
    void whoAskedBeforeGivesTheVerdict() {
        for (int i = 0; i < 2; i++) {
            Breaker.Permit permit = breaker.tryAcquire();
            breaker.with(permit, () -> fails(Failure.of(Kind.UNAVAILABLE, "x")));
            assertFalse(breaker.open());
            permit.failed(Failure.of(Kind.UNAVAILABLE, "x"));
        }
        assertTrue(breaker.open());
    }
}
