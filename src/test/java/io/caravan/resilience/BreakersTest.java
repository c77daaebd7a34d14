/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BreakersTest {

    // 4.3, 4.5: it stands there for its fallback; an answer that is not streamed may take 300 s
    @Test
    void theBreakerOfABackendsRouteNeverOpens() {
        CircuitBreaker breaker = new Breakers(Clock.systemUTC()).failover("a");
        for (int i = 0; i < 200; i++) {
            breaker.acquirePermission();
            breaker.onSuccess(300, TimeUnit.SECONDS);
            breaker.acquirePermission();
            breaker.onError(1, TimeUnit.SECONDS, Failure.of(Kind.UNAVAILABLE, "down"));
        }
        assertEquals(CircuitBreaker.State.CLOSED, breaker.getState());
    }
}
