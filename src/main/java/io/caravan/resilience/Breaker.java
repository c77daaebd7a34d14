/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker of the {@code circuitBreaker} around an attempt, whose verdicts may come long after the permission, when
 * a stream ends (4.3). Opens after a number of failed verdicts in a row; after a while lets one attempt try, whose verdict
 * alone then counts. Any thread.
 *
 * <p>Who chooses among several upstreams asks for the permission before it sends the exchange on ({@link #tryAcquire}), and
 * gives the verdict; the {@code circuitBreaker} on the same thread then goes by that permission. Of an exchange that came there
 * without one, the {@code circuitBreaker} itself asks, and the verdict is the end of the call's stream.
 */
public final class Breaker extends StateMachine {

    /** The permission to make one attempt. Exactly one verdict counts, the first; it must come, however the attempt ends. */
    public final class Permit {

        private final @Nullable Permit beside;
        private final long answersBefore = answered.get();
        private final long silencesBefore = silences.get();
        private boolean answers;
        private boolean ended;

        /** @param beside the trial under way, or null where this one's verdict counts */
        private Permit(@Nullable Permit beside) {
            this.beside = beside;
        }

        /** The attempt's answer has begun. This is no verdict yet, but others need not wait for the trial's any longer. */
        public void answers() {
            synchronized (Breaker.this) {
                answers = true;
            }
        }

        /** The attempt was answered to its end. */
        public void succeeded() {
            end(() -> circuit.onSuccess(0, TimeUnit.NANOSECONDS));
        }

        /**
         * The attempt failed; withdrawn if that is no fault of the upstream.
         *
         * @return whether it was taken as the upstream's fault, and as this attempt's first verdict
         */
        public boolean failed(Failure failure) {
            if (!failure.kind().counts()) {
                withdrawn();
                return false;
            }
            waitForTrial();
            return end(() -> circuit.onError(0, TimeUnit.NANOSECONDS, failure));
        }

        /** Where one beside the trial fails, nobody else goes the same way before the trial's verdict. */
        private void waitForTrial() {
            synchronized (Breaker.this) {
                if (beside != null && !ended) {
                    beside.answers = false;
                }
            }
        }

        /**
         * Whether the upstream has answered nobody since this attempt began. True of one alone of those that waited at the same
         * time: they are one silence, and may be one client's.
         */
        public boolean isSilence() {
            return answered.get() == answersBefore && silences.compareAndSet(silencesBefore, silencesBefore + 1);
        }

        /** The attempt says nothing about the upstream's health: a trial may be made by another. */
        public void withdrawn() {
            end(circuit::releasePermission);
        }

        private boolean end(Runnable verdict) {
            synchronized (Breaker.this) {
                if (ended) {
                    return false;
                }
                ended = true;
                judge(verdict);
                return true;
            }
        }

        private void judge(Runnable verdict) {
            State before = circuit.getState();
            boolean late = before == State.HALF_OPEN && trial != this;
            if (late) {
                return;
            }
            trial = null;
            verdict.run();
            boolean opened = before != State.OPEN && circuit.getState() == State.OPEN;
            if (opened) {
                trialFrom = clock.instant().plus(timeout);
            }
        }
    }

    private final Clock clock;
    private final Duration timeout;

    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong silences = new AtomicLong();
    /** The permission somebody asked for on this thread, until the block it is for has ended. */
    private final ThreadLocal<Permit> granted = new ThreadLocal<>();
    /** The one this block asked for itself. */
    private final ThreadLocal<Permit> own = new ThreadLocal<>();
    private @Nullable Permit trial;
    private Instant trialFrom = Instant.MIN;

    /** A breaker over {@code circuit}, which is made by {@link #config}. */
    Breaker(CircuitBreaker circuit, Clock clock) {
        super(circuit);
        this.clock = clock;
        this.timeout = Duration.ofMillis(circuit.getCircuitBreakerConfig().getWaitIntervalFunctionInOpenState().apply(1));
    }

    /**
     * @param threshold the failed verdicts in a row that open it
     * @param timeout   how long it stays open
     */
    static CircuitBreakerConfig config(int threshold, Duration timeout, Clock clock) {
        return CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(threshold)
                .minimumNumberOfCalls(threshold)
                .failureRateThreshold(100)
                .waitDurationInOpenState(timeout)
                .permittedNumberOfCallsInHalfOpenState(1)
                .clock(clock)
                .build();
    }

    /** The permission for one attempt, or null while it is open or another attempt is the trial and not answered yet. */
    public synchronized @Nullable Permit tryAcquire() {
        if (recovers()) {
            return new Permit(trial);
        }
        if (!admits() || !circuit.tryAcquirePermission()) {
            return null;
        }
        Permit permit = new Permit(null);
        if (circuit.getState() == State.HALF_OPEN) {
            trial = permit;
        }
        return permit;
    }

    /**
     * Runs what makes an attempt, in which the {@code circuitBreaker} goes by {@code permit}.
     *
     * @param permit whose verdict the caller gives
     */
    public void with(Permit permit, Runnable attempt) {
        Optional<Permit> before = Optional.ofNullable(granted.get());
        granted.set(permit);
        try {
            attempt.run();
        } finally {
            before.ifPresentOrElse(granted::set, granted::remove);
        }
    }

    /** Runs what makes an attempt that no verdict is given on. */
    public void aside(Runnable attempt) {
        with(new Permit(null), attempt);
    }

    @Override
    public boolean tryAcquirePermission() {
        if (granted.get() != null) {
            return true;
        }
        Permit permit = tryAcquire();
        if (permit == null) {
            return false;
        }
        own.set(permit);
        return true;
    }

    /** @throws Failure if it lets nobody through now */
    @Override
    public void acquirePermission() {
        if (!tryAcquirePermission()) {
            throw Failure.of(Kind.LEFT_ALONE, "The upstream (" + upstream() + ") has failed too often and is left alone for a"
                    + " while.");
        }
    }

    /** For an operator: it is tried again as if it had opened by itself. */
    @Override
    public synchronized void transitionToOpenState() {
        trialFrom = clock.instant().plus(timeout);
        super.transitionToOpenState();
    }

    private String upstream() {
        return getName().substring(0, getName().length() - Breakers.SUFFIX.length());
    }

    @Override
    public void onError(long duration, TimeUnit unit, Throwable cause) {
        Permit permit = own.get();
        own.remove();
        if (permit == null) {
            return;
        }
        Failure failure = Failure.from(cause);
        if (failure.kind().isLate() && !permit.isSilence()) {
            permit.withdrawn();
            return;
        }
        permit.failed(failure);
    }

    /** The block has ended, and the answer begun: how that ends is the verdict. */
    @Override
    public void onResult(long duration, TimeUnit unit, @Nullable Object exchange) {
        Permit permit = own.get();
        own.remove();
        if (permit == null) {
            return;
        }
        permit.answers();
        if (exchange instanceof Exchange answered) {
            Call.of(answered).life().whenUpstreamEnds(failure -> failure.ifPresentOrElse(permit::failed, permit::succeeded));
        } else {
            permit.succeeded();
        }
    }

    /** Whether it is closed, or due for a trial. */
    public synchronized boolean admits() {
        return switch (circuit.getState()) {
            case OPEN -> untilTrial().isZero();
            case HALF_OPEN -> trial == null;
            default -> true;
        };
    }

    /**
     * Whether its trial is being answered, which may take minutes: then {@link #tryAcquire} gives further permissions,
     * whose verdicts do not count as long as the trial's is awaited; the first that fails is the last.
     */
    public synchronized boolean recovers() {
        return circuit.getState() == State.HALF_OPEN && trial != null && trial.answers;
    }

    /** Whether it is open, or half-open: not known to work. */
    public boolean open() {
        return circuit.getState() != State.CLOSED;
    }

    /** How long until the next trial at the earliest; zero where it is not open. */
    public synchronized Duration untilTrial() {
        if (circuit.getState() != State.OPEN) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(clock.instant(), trialFrom);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The upstream has answered somebody, whatever it said: who waits in vain meanwhile asks for more than others. */
    public void answered() {
        answered.incrementAndGet();
    }

    /** Closes it and forgets the failures. */
    @Override
    public synchronized void reset() {
        trial = null;
        circuit.reset();
    }
}
