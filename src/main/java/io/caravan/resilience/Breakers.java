/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The circuit breakers: one an upstream, {@code <upstream>-breaker}, which opens; and one a backend's route,
 * {@code <backend>-failover}, which never does and stands there for its fallback. Made here and not in YAML because plain
 * numbers of seconds there become milliseconds in a later Camel.
 */
public final class Breakers {

    private static final CircuitBreakerConfig NEVER_OPENS = CircuitBreakerConfig.custom()
            .recordException(e -> false).ignoreException(e -> true)
            // An answer that takes long is none the less an answer.
            .slowCallDurationThreshold(Duration.ofDays(1))
            .writableStackTraceEnabled(false).build();

    private final CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
    private final Clock clock;

    /** @param clock tells how long a breaker has been open */
    public Breakers(Clock clock) {
        this.clock = clock;
    }

    public CircuitBreakerRegistry registry() {
        return registry;
    }

    /**
     * The breaker of an upstream.
     *
     * @param threshold the failed verdicts in a row that open it
     * @param timeout   how long it stays open
     */
    public Breaker of(String upstream, int threshold, Duration timeout) {
        return new Breaker(registry.circuitBreaker(upstream + "-breaker", Breaker.config(threshold, timeout, clock)), clock);
    }

    /** The states an upstream's breaker can be in, by the names metrics have for them. */
    public static List<String> states() {
        return List.of("closed", "open", "half_open");
    }

    /** The state the breaker of an upstream is in. */
    public String state(String upstream) {
        return registry.circuitBreaker(upstream + "-breaker").getState().name().toLowerCase(Locale.ROOT);
    }

    /** The circuit breaker of a backend's route, whose fallback is another backend. */
    public CircuitBreaker failover(String backend) {
        return CircuitBreaker.of(backend + "-failover", NEVER_OPENS);
    }
}
