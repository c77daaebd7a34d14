/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The circuit breakers: one an upstream, {@code <upstream>-breaker}, which the {@code circuitBreaker} around an attempt goes by
 * and which stands in resilience4j's registry. Made here and not in YAML because plain numbers of seconds there become
 * milliseconds in a later Camel.
 */
public final class Breakers {

    /** What follows an upstream's name in its breaker's. */
    static final String SUFFIX = "-breaker";

    private final CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
    private final Clock clock;

    /** @param clock tells how long a breaker has been open */
    public Breakers(Clock clock) {
        this.clock = clock;
    }

    /** resilience4j's registry, with all of them. */
    public CircuitBreakerRegistry registry() {
        return registry;
    }

    /**
     * A new breaker of an upstream, in the place of one it may have had.
     *
     * @param threshold the failed verdicts in a row that open it
     * @param timeout   how long it stays open
     */
    public Breaker of(String upstream, int threshold, Duration timeout) {
        remove(upstream);
        Breaker breaker = new Breaker(
                registry.circuitBreaker(upstream + SUFFIX, Breaker.config(threshold, timeout, clock)), clock);
        registry.replace(upstream + SUFFIX, breaker);
        return breaker;
    }

    /** Forgets the breaker of an upstream that is no more. */
    public void remove(String upstream) {
        registry.remove(upstream + SUFFIX);
    }

    /** The states an upstream's breaker can be in, by the names metrics have for them. */
    public static List<String> states() {
        return List.of("closed", "open", "half_open");
    }

    /** The state the breaker of an upstream is in. */
    public String state(String upstream) {
        return registry.find(upstream + SUFFIX).map(breaker -> breaker.getState().name().toLowerCase(Locale.ROOT)).orElse("");
    }
}
