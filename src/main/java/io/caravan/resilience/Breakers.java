package io.caravan.resilience;

import io.caravan.call.UpstreamFault;
import io.caravan.settings.LimitSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;

/**
 * The circuit breakers the routes name: one a backend, {@code <backend>-breaker}. Made here and not in YAML because plain
 * numbers of seconds there become milliseconds in a later Camel. Opens after a number of failures in a row; only faults
 * of the upstream count, a 429 not among them.
 */
public final class Breakers {

    private final CircuitBreakerRegistry registry;

    public Breakers(LimitSettings limits) {
        registry = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(limits.breakerThreshold())
                .minimumNumberOfCalls(limits.breakerThreshold())
                .failureRateThreshold(100)
                .waitDurationInOpenState(limits.breakerTimeout())
                .permittedNumberOfCallsInHalfOpenState(1)
                .recordException(e -> e instanceof UpstreamFault fault && !fault.isBusy())
                .ignoreException(e -> !(e instanceof UpstreamFault fault) || fault.isBusy())
                .writableStackTraceEnabled(false)
                .build());
    }

    public CircuitBreakerRegistry registry() {
        return registry;
    }

    /** The breaker of a backend, made on first sight. */
    public CircuitBreaker of(String backend) {
        return registry.circuitBreaker(backend + "-breaker");
    }
}
