package io.caravan.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import io.caravan.call.StreamBroken;
import io.caravan.call.UpstreamFault;
import io.caravan.convert.UpstreamError;
import io.caravan.resilience.SetClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 4.3, 4.7: one verdict an attempt, given when its stream ends */
class AttemptVerdictTest {

    private final SetClock clock = new SetClock();
    private final Workspace space = Spaces.on(clock, 1).get(0);
    private GatewayCall call;

    @BeforeEach
    void aCall() {
        call = new Caller().calls(null);
    }

    @Test
    void streamsThatBreakAreOneFailureEachAndNoSuccess() {
        for (int i = 0; i < Spaces.THRESHOLD; i++) {
            assertFalse(space.open());
            ends(Outcome.BROKEN, new StreamBroken("cut", true, false));
        }
        assertTrue(space.open());
        assertEquals(Spaces.THRESHOLD, space.errors());
    }

    @Test
    void aFailureBeforeTheFirstByteCountsToo() {
        ends(Outcome.FAILED, UpstreamFault.unavailable(503, "api_error", "x"));
        assertEquals(1, space.errors());
    }

    @Test
    void whatTheGatewayOrALimitBrokeOffDoesNotCount() {
        ends(Outcome.BROKEN, new GatewayFault(500, "api_error", "The gateway failed"));
        ends(Outcome.BROKEN, StreamBroken.by(new UpstreamError(429, "rate_limit_error", "x"), true, false));
        ends(Outcome.FAILED, new GatewayFault(404, "not_found_error", "x"));
        assertEquals(0, space.errors());
    }

    @Test
    void anAnswerBeginsTheCountAnew() {
        ends(Outcome.BROKEN, new StreamBroken("cut", true, false));
        ends(Outcome.BROKEN, new StreamBroken("cut", true, false));
        ends(Outcome.ANSWERED, null);
        ends(Outcome.BROKEN, new StreamBroken("cut", true, false));
        assertFalse(space.open());
    }

    @Test
    void aClientThatLeavesSaysNothing() {
        ends(Outcome.BROKEN, new StreamBroken("cut", true, false));
        ends(Outcome.BROKEN, new StreamBroken("cut", true, false));
        ends(Outcome.ABANDONED, null);
        assertFalse(space.open());
        assertEquals(2, space.errors());
        ends(Outcome.BROKEN, new StreamBroken("cut", true, false));
        assertTrue(space.open(), "nor does it begin the count anew");
    }

    // 4.3: a trial stays one until its stream ends, and one that is abandoned leaves the next a trial
    @Test
    void aTrialsVerdictIsGivenAtItsEnd() {
        for (int i = 0; i < Spaces.THRESHOLD; i++) {
            ends(Outcome.BROKEN, new StreamBroken("cut", true, false));
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
        call.upstreamEnded(null);
        assertEquals(0, space.active());
        call.upstreamEnded(new StreamBroken("the client's connection broke", true, false));
        Caller.ends(call, Outcome.BROKEN);
        assertEquals(0, space.errors());
    }

    private void ends(Outcome outcome, GatewayFault fault) {
        GatewayCall each = new Caller().calls(null);
        space.tryBegin().answers(each);
        if (fault != null) {
            each.upstreamEnded(fault);
        }
        Caller.ends(each, outcome);
    }
}
