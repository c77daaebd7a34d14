/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a breaker of resilience4j shows and can be told, passed on to its state machine. Any thread. */
abstract class StateMachine implements CircuitBreaker {

    /** resilience4j's own, which has the state. */
    final CircuitBreaker circuit;

    StateMachine(CircuitBreaker circuit) {
        this.circuit = circuit;
    }

    @Override
    public void releasePermission() {
        circuit.releasePermission();
    }

    @Override
    public void onSuccess(long duration, TimeUnit unit) {
        circuit.onSuccess(duration, unit);
    }

    @Override
    public void transitionToClosedState() {
        circuit.transitionToClosedState();
    }

    @Override
    public void transitionToOpenState() {
        circuit.transitionToOpenState();
    }

    @Override
    public void transitionToOpenStateFor(Duration wait) {
        circuit.transitionToOpenStateFor(wait);
    }

    @Override
    public void transitionToOpenStateUntil(Instant until) {
        circuit.transitionToOpenStateUntil(until);
    }

    @Override
    public void transitionToHalfOpenState() {
        circuit.transitionToHalfOpenState();
    }

    @Override
    public void transitionToDisabledState() {
        circuit.transitionToDisabledState();
    }

    @Override
    public void transitionToMetricsOnlyState() {
        circuit.transitionToMetricsOnlyState();
    }

    @Override
    public void transitionToForcedOpenState() {
        circuit.transitionToForcedOpenState();
    }

    @Override
    public String getName() {
        return circuit.getName();
    }

    @Override
    public State getState() {
        return circuit.getState();
    }

    @Override
    public CircuitBreakerConfig getCircuitBreakerConfig() {
        return circuit.getCircuitBreakerConfig();
    }

    @Override
    public Metrics getMetrics() {
        return circuit.getMetrics();
    }

    @Override
    public Map<String, String> getTags() {
        return circuit.getTags();
    }

    @Override
    public EventPublisher getEventPublisher() {
        return circuit.getEventPublisher();
    }

    @Override
    public long getCurrentTimestamp() {
        return circuit.getCurrentTimestamp();
    }

    @Override
    public TimeUnit getTimestampUnit() {
        return circuit.getTimestampUnit();
    }

    @Override
    public String toString() {
        return circuit.toString();
    }
}
