/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.call.Call;
import io.caravan.call.CallLife;
import io.caravan.call.CallObserver;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.UpstreamAnswer;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.WireFormat;
import io.caravan.resilience.RetryBudget;
import io.caravan.resilience.RetryBudget.Backoff;
import io.caravan.resilience.SetClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 4.3 to 4.5 */
class BalancerTest {

    private final SetClock clock = new SetClock();
    private final RetryBudget budget = new RetryBudget(clock::nanos);
    private final Caller client = new Caller();
    private final List<String> tried = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>();
    private List<Workspace> spaces = Spaces.on(clock, 1, 1, 1);
    private Call call = client.calls(null);
    private int maxRetries = 3;

    @Test
    void anAnswerEndsTheSearch() {
        run(false, name -> null);
        assertEquals(List.of("a"), tried);
        assertEquals(List.of(1, 0, 0), active());
        Caller.ends(call, Outcome.ANSWERED);
        assertEquals(List.of(0, 0, 0), active());
    }

    @Test
    void aFailureMovesOnAtOnceAndDrawsOnNoBudget() {
        run(false, name -> name.equals("c") ? null : outage());
        assertEquals(List.of("a", "b", "c"), tried);
        assertEquals(List.of(), waits);
        assertEquals(List.of(1L, 1L, 0L), spaces.stream().map(Workspace::errors).toList());
        assertEquals(List.of(0, 0, 1), active());
        assertTrue(budget.tryRetry() && budget.tryRetry());
    }

    // E16, 4.3
    @Test
    void a429MovesOnAndIsNoError() {
        run(false, name -> name.equals("b") ? null : busy(Duration.ofHours(1)));
        assertEquals(List.of("a", "b"), tried);
        assertEquals(0, spaces.get(0).errors());
    }

    // E11: the next workspace has a credential of its own
    @Test
    void aCredentialThatIsRefusedMovesOnAndIsNoError() {
        run(true, name -> name.equals("b") ? null : Failure.of(Kind.CREDENTIAL_REFUSED, "x"));
        assertEquals(List.of("a", "b"), tried);
        assertEquals(0, spaces.get(0).errors());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCredentialThatIsRefusedEverywhereIsTold(boolean fallback) {
        Failure fault = assertThrows(Failure.class, () -> run(fallback, name -> Failure.of(Kind.CREDENTIAL_REFUSED, "x")));
        assertEquals(List.of("a", "b", "c"), tried);
        assertEquals("403 false", fault.status() + " " + fault.shouldRetry().orElse(null));
        assertFalse(fault.kind().failsOver());
    }

    @Test
    void aCredentialThatIsRefusedHidesNeitherAnOutageNorALimit() {
        Failure fault = assertThrows(Failure.class, () -> run(true,
                name -> name.equals("b") ? outage() : Failure.of(Kind.CREDENTIAL_REFUSED, "x")));
        assertEquals("503 null", fault.status() + " " + fault.shouldRetry().orElse(null));
        assertTrue(fault.kind().failsOver());
        fault = assertThrows(Failure.class, () -> run(true,
                name -> name.equals("b") ? busy(Duration.ofHours(1)) : Failure.of(Kind.CREDENTIAL_REFUSED, "x")));
        assertEquals("429 null", fault.status() + " " + fault.shouldRetry().orElse(null));
    }

    static List<RuntimeException> finalFaults() {
        return List.of(Failure.of(Kind.REQUEST_REFUSED, "x"),
                Failure.of(Kind.CLIENT_FORBIDDEN, "x"), Failure.clientGone(),
                Failure.of(Kind.UNKNOWN_MODEL, "model: x"), Failure.of(Kind.TIMED_OUT, "late"),
                new IllegalStateException());
    }

    @ParameterizedTest
    @MethodSource("finalFaults")
    void whatAnotherWorkspaceCannotMendEndsTheRequest(RuntimeException fault) {
        assertSame(fault, assertThrows(RuntimeException.class, () -> run(false, name -> fault)));
        assertEquals(List.of("a"), tried);
        assertEquals(List.of(0, 0, 0), active());
        assertEquals(fault instanceof Failure failure && failure.kind().counts() ? 1 : 0, spaces.get(0).errors());
    }

    @Test
    void anErrorOfTheMachineLeavesNothingActive() {
        assertThrows(StackOverflowError.class, () -> balancer().run(call, false, space -> {
            throw new StackOverflowError();
        }));
        assertEquals(List.of(0, 0, 0), active());
    }

    // 5.5: RETRY_ON_TIMEOUT
    @Test
    void aTimeoutThatMayMoveOnDoes() {
        run(false, name -> name.equals("a") ? Failure.of(Kind.TIMED_OUT_REPEATABLE, "late") : null);
        assertEquals(List.of("a", "b"), tried);
    }

    @Test
    void nothingIsRetriedOnceTheClientHasGotSomething() {
        Failure fault = outage();
        assertSame(fault, assertThrows(Failure.class, () -> run(false, name -> {
            client.start(200, List.of());
            call.life().answer(begun(), new UnusedRelay());
            return fault;
        })));
        assertEquals(List.of("a"), tried);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesEndsIt(boolean told) {
        assertThrows(Failure.class, () -> run(false, name -> {
            client.leaves();
            return told ? Failure.clientGone() : outage();
        }));
        assertEquals(List.of("a"), tried);
        assertEquals(told ? 0 : 1, spaces.get(0).errors());
    }

    @Test
    void aClientThatLeavesEndsTheWait() {
        spaces = Spaces.on(clock, 1);
        Pause pause = (wait, stream) -> {
            client.leaves();
            Pause.real().await(Duration.ofHours(1), stream);
        };
        assertThrows(Failure.class, () -> balancer(pause).run(call, false, space -> attempt(space, name -> outage())));
        assertEquals(List.of("a"), tried);
        assertEquals(List.of(0), active());
    }

    // 4.5: the fallback takes over, nobody waits
    @Test
    void withAFallbackEachIsTriedOnce() {
        Failure fault = assertThrows(Failure.class, () -> run(true, name -> outage()));
        assertEquals(503, fault.status());
        assertEquals(List.of("a", "b", "c"), tried);
        assertEquals(List.of(), waits);
    }

    // E17
    @Test
    void withoutOneTheBestIsTriedAgainAfterAWait() {
        spaces = Spaces.on(clock, 1);
        run(false, name -> tried.size() < 3 ? outage() : null);
        assertEquals(List.of("a", "a", "a"), tried);
        assertEquals(List.of(125L, 250L), waits);
    }

    @Test
    void withSeveralTheWaitComesAfterAllWereTried() {
        run(false, name -> tried.size() < 4 ? outage() : null);
        assertEquals(List.of("a", "b", "c"), tried.subList(0, 3));
        assertEquals(4, tried.size());
        assertEquals(List.of(125L), waits);
    }

    @Test
    void theRetriesAreLimited() {
        spaces = Spaces.on(clock, 1, 1);
        for (int i = 0; i < 100; i++) {
            budget.request();
        }
        maxRetries = 2;
        assertThrows(Failure.class, () -> run(false, name -> outage()));
        assertEquals(4, tried.size());
        assertEquals(List.of(125L, 250L), waits);
        maxRetries = 0;
        tried.clear();
        assertThrows(Failure.class, () -> run(false, name -> outage()));
        assertEquals(2, tried.size());
    }

    @Test
    void theBudgetOfAllRequestsIsLimited() {
        spaces = Spaces.on(clock, 1);
        budget.tryRetry();
        assertThrows(Failure.class, () -> run(false, name -> outage()));
        assertEquals(2, tried.size());
        assertThrows(Failure.class, () -> run(false, name -> outage()));
        assertEquals(3, tried.size());
    }

    @Test
    void whatTheUpstreamAsksForIsWaitedForUpToTwoSeconds() {
        spaces = Spaces.on(clock, 1);
        run(false, name -> tried.size() < 2 ? outage().asked(Duration.ofSeconds(2)) : null);
        assertEquals(List.of(2000L), waits);
        tried.clear();
        assertThrows(Failure.class, () -> run(false, name -> outage().asked(Duration.ofSeconds(3))));
        assertEquals(List.of("a"), tried);
    }

    @Test
    void theOneThatAsksForLongIsLeftAlone() {
        run(false, name -> tried.size() < 4 ? outage().asked(Duration.ofSeconds(name.equals("b") ? 1 : 60)) : null);
        assertEquals(List.of("a", "b", "c", "b"), tried);
        assertEquals(List.of(1000L), waits);
    }

    // E52
    @Test
    void anUpstreamThatSaysItIsInVainIsNotAskedAgain() {
        spaces = Spaces.on(clock, 1);
        Failure fault = assertThrows(Failure.class, () -> run(false, name -> outage().shouldRetry("false")));
        assertEquals(1, tried.size());
        assertEquals("false", fault.shouldRetry().orElse(null));
    }

    // E52: forwarded unless we retried
    @Test
    void whatTheUpstreamSaysOfRetriesIsForwardedUnlessWeRetried() {
        spaces = Spaces.on(clock, 1);
        assertNull(assertThrows(Failure.class, () -> run(false, name -> outage().shouldRetry("true"))).shouldRetry().orElse(null));
        assertEquals(3, tried.size());
        maxRetries = 0;
        spaces = Spaces.on(clock, 1);
        assertEquals("true",
                assertThrows(Failure.class, () -> run(false, name -> outage().shouldRetry("true"))).shouldRetry().orElse(null));
    }

    // E14
    @Test
    void a429ThatNamesAShortWaitIsTriedAgain() {
        spaces = Spaces.on(clock, 1);
        run(false, name -> tried.size() < 2 ? busy(Duration.ofSeconds(1)) : null);
        assertEquals(List.of(1000L), waits);
    }

    // E15, E15b
    @ParameterizedTest
    @ValueSource(ints = {-1, 2, 3, 3600})
    void any429ElseIsPassedOn(int seconds) {
        spaces = Spaces.on(clock, 1);
        Failure busy = busy(seconds < 0 ? null : Duration.ofSeconds(seconds));
        assertSame(busy, assertThrows(Failure.class, () -> run(false, name -> busy)));
        assertEquals(1, tried.size());
    }

    // E15b: where all say 429, the one that asks for the least, as it is
    @Test
    void a429OfAllIsPassedOnUncapped() {
        Failure fault = assertThrows(Failure.class,
                () -> run(false, name -> busy(Duration.ofSeconds(3600 + name.charAt(0)))));
        assertEquals(429, fault.status());
        assertEquals(3600 + 'a', fault.retryAfter().getAsLong());
        assertEquals("{}", new String(fault.body(WireFormat.MESSAGES).orElseThrow()));
        assertEquals(List.of("a", "b", "c"), tried);
    }

    // rule 8, E17, E17b: an outage of all is a 503 with a short wait, whatever the last one said
    @ParameterizedTest
    @CsvSource({"500,", "502,", "503,7"})
    void anOutageOfAllIsA503(int status, Long retryAfter) {
        Failure fault = assertThrows(Failure.class, () -> run(true,
                name -> name.equals("b") ? busy(Duration.ofHours(1))
                        : broken(status, retryAfter)));
        assertEquals(503, fault.status());
        assertEquals("api_error", fault.type());
        assertEquals(retryAfter == null ? 5 : retryAfter, fault.retryAfter().getAsLong());
        assertEquals(Kind.OUTAGE, fault.kind());
    }

    // E01: one upstream alone is shown as it is
    @Test
    void aSingleWorkspacesFaultIsShownAsItIs() {
        spaces = Spaces.on(clock, 1);
        assertEquals(500, assertThrows(Failure.class,
                () -> run(true, name -> Failure.of(Kind.FAILED, "x"))).status());
    }

    // E20
    @Test
    void aTimeoutOfAllIsATimeout() {
        assertEquals(504, assertThrows(Failure.class,
                () -> run(true, name -> Failure.of(Kind.TIMED_OUT_REPEATABLE, "late"))).status());
    }

    // E49
    @Test
    void openBreakersAreNotWaitedFor() {
        for (Workspace space : spaces) {
            open(space);
            clock.pass(Duration.ofSeconds(4));
        }
        for (boolean fallback : new boolean[] {true, false}) {
            Failure fault = assertThrows(Failure.class, () -> run(fallback, name -> null));
            assertEquals(503, fault.status());
            assertEquals("api_error", fault.type());
            assertEquals(30, fault.retryAfter().getAsLong());
            assertTrue(fault.kind().movesOn());
        }
        clock.pass(Duration.ofSeconds(41));
        assertEquals(7, assertThrows(Failure.class, () -> run(false, name -> null)).retryAfter().getAsLong());
        assertEquals(List.of(), tried);
        assertEquals(List.of(), waits);
    }

    @Test
    void anOpenOneIsPassedOverAndAskedAgainLater() {
        open(spaces.get(0));
        for (int i = 0; i < 10; i++) {
            run(false, name -> null);
        }
        assertEquals(0, spaces.get(0).active());
        assertEquals(List.of(5, 5), List.of(spaces.get(1).active(), spaces.get(2).active()));
        clock.pass(Spaces.TIMEOUT.plusMillis(1));
        Call trial = call;
        run(false, name -> null);
        assertEquals(1, spaces.get(0).active());
        assertTrue(spaces.get(0).open(), "half-open");
        call = client.calls(null);
        run(false, name -> null);
        run(false, name -> null);
        assertEquals(1, spaces.get(0).active(), "one trial at a time");
        Caller.ends(trial, Outcome.ANSWERED);
        assertEquals(false, spaces.get(0).open());
    }

    @Test
    void theTrialsFailureMovesOn() {
        open(spaces.get(0));
        clock.pass(Spaces.TIMEOUT.plusMillis(1));
        run(false, name -> name.equals("a") ? outage() : null);
        assertEquals(List.of("a", "b"), tried);
        assertEquals(false, spaces.get(0).admits());
    }

    // a breaker that opens by the retries ends them
    @Test
    void aBreakerThatOpensMeanwhileEndsTheRetries() {
        spaces = Spaces.on(clock, 1);
        for (int i = 0; i < 100; i++) {
            budget.request();
        }
        maxRetries = 10;
        Failure last = outage();
        assertSame(last, assertThrows(Failure.class, () -> run(false, name -> last)));
        assertEquals(Spaces.THRESHOLD, tried.size());
    }

    /** An answer whose head is here; nothing else is asked of it. */
    private static UpstreamAnswer begun() {
        return (UpstreamAnswer) Proxy.newProxyInstance(BalancerTest.class.getClassLoader(), new Class<?>[] {UpstreamAnswer.class},
                (proxy, method, arguments) -> 1L);
    }

    private static final class UnusedRelay implements CallLife.Relay {

        @Override
        public void run() {
            throw new AssertionError();
        }

        @Override
        public void breakOff(Failure failure) {
            throw new AssertionError();
        }
    }

    private void open(Workspace space) {
        for (int i = 0; i < Spaces.THRESHOLD; i++) {
            space.tryBegin().failed(outage());
        }
    }

    private List<Integer> active() {
        return spaces.stream().map(Workspace::active).toList();
    }

    private static Failure broken(int status, Long retryAfter) {
        Failure failure = Failure.of(status == 503 ? Kind.UNAVAILABLE : Kind.FAILED, "x");
        return retryAfter == null ? failure : failure.retryAfter(retryAfter);
    }

    private static Failure outage() {
        return Failure.of(Kind.UNAVAILABLE, "x");
    }

    private static Failure busy(Duration asked) {
        return Failure.of(Kind.RATE_LIMITED, "slow").body(WireFormat.MESSAGES, "{}".getBytes()).asked(asked);
    }

    private Balancer balancer() {
        return balancer((wait, stream) -> waits.add(wait.toMillis()));
    }

    private Balancer balancer(Pause pause) {
        return new Balancer(spaces, new LeastRequests(), budget, () -> new Backoff(maxRetries, () -> 0), pause,
                new CallObserver() { });
    }

    private void run(boolean fallback, Function<String, RuntimeException> upstream) {
        balancer().run(call, fallback, space -> attempt(space, upstream));
    }

    private void attempt(Workspace space, Function<String, RuntimeException> upstream) {
        tried.add(space.name());
        RuntimeException fault = upstream.apply(space.name());
        if (fault != null) {
            throw fault;
        }
    }
}
