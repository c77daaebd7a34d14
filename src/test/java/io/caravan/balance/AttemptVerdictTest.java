/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.call.Call;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.resilience.SetClock;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 4.3, 4.7: one verdict an attempt, given when its stream ends. */
class AttemptVerdictTest {

    private final SetClock clock = new SetClock();
    private final Workspace space = Spaces.on(clock, 1).get(0);
    private Call call;

    @BeforeEach
    void aCall() {
        call = new Caller().calls(null);
    }

    @Test
    void streamsThatBreakAreOneFailureEachAndNoSuccess() {
        for (int i = 0; i < Spaces.THRESHOLD; i++) {
            assertFalse(space.open());
            ends(Outcome.BROKEN, Failure.of(Kind.CUT_OFF, "cut"));
        }
        assertTrue(space.open());
        assertEquals(Spaces.THRESHOLD, space.errors());
    }

    @Test
    void aFailureBeforeTheFirstByteCountsToo() {
        ends(Outcome.FAILED, Failure.of(Kind.UNAVAILABLE, "x"));
        assertEquals(1, space.errors());
    }

    @Test
    void whatTheGatewayOrALimitBrokeOffDoesNotCount() {
        ends(Outcome.BROKEN, Failure.of(Kind.INTERNAL, "The gateway failed"));
        ends(Outcome.BROKEN, Failure.of(Kind.RATE_LIMITED, "x"));
        ends(Outcome.FAILED, Failure.of(Kind.UNKNOWN_MODEL, "x"));
        assertEquals(0, space.errors());
    }

    @Test
    void anAnswerBeginsTheCountAnew() {
        ends(Outcome.BROKEN, Failure.of(Kind.CUT_OFF, "cut"));
        ends(Outcome.BROKEN, Failure.of(Kind.CUT_OFF, "cut"));
        ends(Outcome.ANSWERED, null);
        ends(Outcome.BROKEN, Failure.of(Kind.CUT_OFF, "cut"));
        assertFalse(space.open());
    }

    @Test
    void aClientThatLeavesSaysNothing() {
        ends(Outcome.BROKEN, Failure.of(Kind.CUT_OFF, "cut"));
        ends(Outcome.BROKEN, Failure.of(Kind.CUT_OFF, "cut"));
        ends(Outcome.ABANDONED, null);
        assertFalse(space.open());
        assertEquals(2, space.errors());
        ends(Outcome.BROKEN, Failure.of(Kind.CUT_OFF, "cut"));
        assertTrue(space.open(), "nor does it begin the count anew");
    }

    // 4.3: a trial stays one until its stream ends, and one that is abandoned leaves the next a trial
    @Test
    void aTrialsVerdictIsGivenAtItsEnd() {
        for (int i = 0; i < Spaces.THRESHOLD; i++) {
            ends(Outcome.BROKEN, Failure.of(Kind.CUT_OFF, "cut"));
        }
        clock.pass(Spaces.TIMEOUT.plusMillis(1));
        ends(Outcome.ABANDONED, null);
        assertTrue(space.open());
        space.tryBegin().answers(call);
        assertFalse(space.admits());
        Caller.ends(call, Outcome.ANSWERED);
        assertFalse(space.open());
    }

    @ParameterizedTest
    @EnumSource
    void itIsActiveToItsEndHoweverItEnds(Outcome outcome) {
        space.tryBegin().answers(call);
        assertEquals(1, space.active());
        Caller.ends(call, outcome);
        Caller.ends(call, outcome);
        assertEquals(0, space.active());
    }

    @Test
    void theFirstEndCounts() {
        space.tryBegin().answers(call);
        call.life().upstreamEnded(Optional.empty());
        assertEquals(0, space.active());
        call.life().upstreamEnded(Optional.of(Failure.of(Kind.CUT_OFF, "cut")));
        Caller.ends(call, Outcome.BROKEN);
        assertEquals(0, space.errors());
    }

    private void ends(Outcome outcome, Failure fault) {
        Call each = new Caller().calls(null);
        space.tryBegin().answers(each);
        if (fault != null) {
            each.life().upstreamEnded(Optional.of(fault));
        }
        Caller.ends(each, outcome);
    }
}
