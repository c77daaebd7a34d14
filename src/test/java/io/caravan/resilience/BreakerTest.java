/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 4.3 */
class BreakerTest {

    private static final Failure OUTAGE = Failure.of(Kind.UNAVAILABLE, "out");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final SetClock clock = new SetClock();
    private final Breaker breaker = new Breakers(clock).of("a", 3, TIMEOUT);

    @Test
    void failuresInARowOpenIt() {
        fail(2);
        assertFalse(breaker.open());
        fail(1);
        assertTrue(breaker.open());
        assertFalse(breaker.admits());
        assertNull(breaker.tryAcquire());
    }

    @Property(tries = 500)
    void itOpensExactlyWithTheLastOfSoManyFailuresInARow(@ForAll @IntRange(min = 1, max = 6) int threshold,
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 3) Integer> verdicts) {
        Breaker fresh = new Breakers(new SetClock()).of("a", threshold, TIMEOUT);
        int inARow = 0;
        for (int verdict : verdicts) {
            Breaker.Permit permit = fresh.tryAcquire();
            assertNotNull(permit);
            switch (verdict) {
                case 0 -> permit.succeeded();
                case 1 -> permit.withdrawn();
                default -> permit.failed(OUTAGE);
            }
            inARow = verdict == 0 ? 0 : verdict == 1 ? inARow : inARow + 1;
            assertEquals(inARow >= threshold, fresh.open());
            if (fresh.open()) {
                return;
            }
        }
    }

    static List<Failure> theUpstreams() {
        return List.of(OUTAGE, Failure.of(Kind.TIMED_OUT, "late"), Failure.of(Kind.TIMED_OUT_REPEATABLE, "late"),
                Failure.of(Kind.FAILED, "x"), Failure.of(Kind.CUT_OFF, "cut"),
                Failure.of(Kind.OVERLOADED, "x"));
    }

    @ParameterizedTest
    @MethodSource("theUpstreams")
    void faultsOfTheUpstreamCount(Failure fault) {
        for (int i = 0; i < 3; i++) {
            assertTrue(breaker.tryAcquire().failed(fault));
        }
        assertTrue(breaker.open());
    }

    static List<Failure> nobodysOrTheClients() {
        return List.of(Failure.of(Kind.RATE_LIMITED, "slow"),
                Failure.of(Kind.REQUEST_REFUSED, "x"),
                Failure.of(Kind.CLIENT_FORBIDDEN, "x"),
                Failure.of(Kind.UNKNOWN_MODEL, "x"),
                Failure.clientGone(), Failure.of(Kind.RATE_LIMITED, "x"),
                Failure.of(Kind.REQUEST_REFUSED, "x"),
                Failure.from(new IllegalStateException()));
    }

    @ParameterizedTest
    @MethodSource("nobodysOrTheClients")
    void whatIsNotTheUpstreamsFaultNeverCounts(Failure fault) {
        for (int i = 0; i < 10; i++) {
            assertFalse(breaker.tryAcquire().failed(fault));
        }
        assertFalse(breaker.open());
        fail(2);
        breaker.tryAcquire().failed(fault);
        fail(1);
        assertTrue(breaker.open(), "it is no success either");
    }

    @ParameterizedTest
    @MethodSource("nobodysOrTheClients")
    void aTrialThatSaysNothingLeavesTheNextATrial(Failure fault) {
        open();
        clock.pass(TIMEOUT.plus(MOMENT));
        for (int i = 0; i < 5; i++) {
            Breaker.Permit trial = breaker.tryAcquire();
            assertNull(breaker.tryAcquire());
            trial.failed(fault);
            assertTrue(breaker.open());
            assertTrue(breaker.admits());
        }
        breaker.tryAcquire().succeeded();
        assertFalse(breaker.open());
    }

    @Test
    void afterTheTimeoutOneTrialIsMadeWhichClosesIt() {
        open();
        clock.pass(TIMEOUT.minus(MOMENT));
        assertFalse(breaker.admits());
        assertEquals(MOMENT, breaker.untilTrial());
        clock.pass(MOMENT.multipliedBy(2));
        assertTrue(breaker.admits());
        Breaker.Permit trial = breaker.tryAcquire();
        assertFalse(breaker.admits());
        assertNull(breaker.tryAcquire());
        assertTrue(breaker.open(), "half-open counts as open");
        trial.succeeded();
        assertFalse(breaker.open());
        fail(2);
        assertFalse(breaker.open(), "the old failures are forgotten");
    }

    // the trial may be a stream of minutes: meanwhile others are served
    @ParameterizedTest
    @ValueSource(strings = {"succeeded", "failed", "withdrawn"})
    void besideATrialThatIsBeingAnsweredOthersMayGo(String verdict) {
        open();
        clock.pass(TIMEOUT.plus(MOMENT));
        Breaker.Permit trial = breaker.tryAcquire();
        assertFalse(breaker.recovers());
        trial.answers();
        assertTrue(breaker.recovers());
        assertFalse(breaker.admits(), "another is the better choice");
        Breaker.Permit other = breaker.tryAcquire();
        switch (verdict) {
            case "succeeded" -> other.succeeded();
            case "failed" -> other.failed(OUTAGE);
            default -> other.withdrawn();
        }
        assertTrue(breaker.open(), "the verdict is the trial's");
        assertEquals(!verdict.equals("failed"), breaker.recovers(), "where one fails, no other goes the same way");
        trial.succeeded();
        assertFalse(breaker.open());
        assertFalse(breaker.recovers());
    }

    @Test
    void aTrialThatBreaksOffWhileItIsBeingAnsweredOpensItForAll() {
        open();
        clock.pass(TIMEOUT.plus(MOMENT));
        Breaker.Permit trial = breaker.tryAcquire();
        trial.answers();
        Breaker.Permit other = breaker.tryAcquire();
        trial.failed(OUTAGE);
        assertFalse(breaker.recovers());
        assertNull(breaker.tryAcquire());
        other.succeeded();
        assertTrue(breaker.open());
        assertEquals(TIMEOUT, breaker.untilTrial());
    }

    @Test
    void aTrialThatFailsOpensItForAnotherTimeout() {
        open();
        clock.pass(TIMEOUT.plus(MOMENT));
        breaker.tryAcquire().failed(OUTAGE);
        assertEquals(TIMEOUT, breaker.untilTrial());
        clock.pass(TIMEOUT.minus(MOMENT));
        assertNull(breaker.tryAcquire());
        clock.pass(MOMENT.multipliedBy(2));
        assertNotNull(breaker.tryAcquire());
    }

    // a stream that began before the breaker opened may end while another attempt is the trial
    @ParameterizedTest
    @ValueSource(strings = {"succeeded", "failed", "withdrawn"})
    void aVerdictFromBeforeTheOpeningIsNotTheTrials(String verdict) {
        Breaker.Permit old = breaker.tryAcquire();
        open();
        clock.pass(TIMEOUT.plus(MOMENT));
        Breaker.Permit trial = breaker.tryAcquire();
        switch (verdict) {
            case "succeeded" -> old.succeeded();
            case "failed" -> old.failed(OUTAGE);
            default -> old.withdrawn();
        }
        assertTrue(breaker.open());
        assertNull(breaker.tryAcquire(), "the trial is still under way");
        trial.succeeded();
        assertFalse(breaker.open());
    }

    @Test
    void aFailureWhileOpenDoesNotPutTheTrialOff() {
        Breaker.Permit old = breaker.tryAcquire();
        open();
        clock.pass(Duration.ofSeconds(59));
        old.failed(OUTAGE);
        assertEquals(Duration.ofSeconds(1), breaker.untilTrial());
    }

    @Test
    void onlyTheFirstVerdictCounts() {
        for (int i = 0; i < 3; i++) {
            Breaker.Permit permit = breaker.tryAcquire();
            permit.succeeded();
            assertFalse(permit.failed(OUTAGE));
        }
        assertFalse(breaker.open());
        open();
        clock.pass(TIMEOUT.plus(MOMENT));
        Breaker.Permit trial = breaker.tryAcquire();
        trial.withdrawn();
        trial.withdrawn();
        assertNotNull(breaker.tryAcquire());
        assertNull(breaker.tryAcquire(), "two withdrawals do not make two trials");
    }

    @Test
    void resetClosesItAndForgets() {
        open();
        breaker.reset();
        assertFalse(breaker.open());
        assertTrue(breaker.admits());
        assertEquals(Duration.ZERO, breaker.untilTrial());
        fail(2);
        assertFalse(breaker.open());
        clock.pass(Duration.ofSeconds(10));
        fail(1);
        assertEquals(TIMEOUT, breaker.untilTrial());
    }

    @Test
    void resetWhileATrialIsUnderWay() {
        open();
        clock.pass(TIMEOUT.plus(MOMENT));
        Breaker.Permit trial = breaker.tryAcquire();
        breaker.reset();
        assertNotNull(breaker.tryAcquire());
        trial.failed(OUTAGE);
        assertFalse(breaker.open(), "one failure of three");
    }

    @Test
    void manyThreadsGetOneTrial() throws Exception {
        open();
        clock.pass(TIMEOUT.plus(MOMENT));
        CountDownLatch begin = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Boolean> asking = () -> {
                begin.await();
                return breaker.tryAcquire() != null;
            };
            List<Future<Boolean>> asked = IntStream.range(0, 8).mapToObj(i -> threads.submit(asking)).toList();
            begin.countDown();
            int trials = 0;
            for (Future<Boolean> answer : asked) {
                trials += answer.get() ? 1 : 0;
            }
            assertEquals(1, trials);
        } finally {
            threads.shutdownNow();
        }
    }

    private void open() {
        fail(3);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.tryAcquire().failed(OUTAGE);
        }
    }
}
