/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.resilience.RetryBudget;
import io.caravan.resilience.RetryBudget.Backoff;
import io.caravan.resilience.SetClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** 4.3 to 4.5, over random upstreams */
class BalancerPropertyTest {

    private static final List<String> STRATEGIES = List.of("least_requests", "round_robin", "random", "session_affinity");

    @Property(tries = 400)
    void whateverTheUpstreamsDoTheLimitsHold(@ForAll @IntRange(min = 1, max = 5) int count,
            @ForAll @IntRange(max = 3) int strategy, @ForAll @IntRange(max = 5) int maxRetries,
            @ForAll boolean fallback, @ForAll @IntRange(max = 9) int health,
            @ForAll long seed) {
        Random random = new Random(seed);
        SetClock clock = new SetClock();
        List<Workspace> spaces = Spaces.on(clock, random.doubles(count, 0.5, 5).toArray());
        RetryBudget budget = new RetryBudget(clock::nanos);
        List<Object> steps = new ArrayList<>();
        Balancer balancer = new Balancer(spaces, Strategy.named(STRATEGIES.get(strategy)), budget,
                () -> new Backoff(maxRetries, random::nextDouble), (wait, client) -> {
                    steps.add(wait);
                    clock.pass(wait);
                }, new CallObserver() { });
        List<Call> open = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            steps.clear();
            clock.pass(Duration.ofMillis(random.nextInt(20_000)));
            Call call = new Caller().calls(null, "x-api-key", "k" + random.nextInt(5));
            try {
                balancer.run(call, fallback, space -> {
                    steps.add(space);
                    assertTrue(space.active() > 0);
                    RuntimeException fault = random.nextInt(10) < health ? null : fault(random);
                    if (fault != null) {
                        throw fault;
                    }
                });
                open.add(call);
            } catch (Failure fault) {
                assertTrue(List.of(400, 429, 503, 500, 504).contains(fault.status()));
                assertTrue(fault.status() != 503 || fault.retryAfter().getAsLong() <= 30);
            }
            judge(steps, fallback, maxRetries);
            if (random.nextBoolean() && !open.isEmpty()) {
                Caller.ends(open.remove(random.nextInt(open.size())), Outcome.values()[random.nextInt(4)]);
            }
        }
        open.forEach(call -> Caller.ends(call, Outcome.ABANDONED));
        assertTrue(spaces.stream().allMatch(space -> space.active() == 0), "4.7");
        clock.pass(Spaces.TIMEOUT.plusMillis(1));
        assertTrue(spaces.stream().allMatch(Workspace::admits), "no breaker is stuck");
    }

    /** Steps are workspaces tried and waits between, in their order. */
    private static void judge(List<Object> steps, boolean fallback, int maxRetries) {
        HashSet<Object> tried = new HashSet<>();
        Duration waited = Duration.ZERO;
        int waits = 0;
        boolean mayRepeat = false;
        for (Object step : steps) {
            if (step instanceof Duration wait) {
                waited = waited.plus(wait);
                waits++;
                mayRepeat = true;
            } else {
                assertTrue(tried.add(step) || mayRepeat, "the same one again without a wait");
                mayRepeat = false;
            }
        }
        assertTrue(waits <= (fallback ? 0 : maxRetries));
        assertTrue(waited.compareTo(Duration.ofSeconds(4)) <= 0);
    }

    private static RuntimeException fault(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> Failure.of(Kind.REQUEST_REFUSED, "x");
            case 1 -> Failure.of(Kind.RATE_LIMITED, "slow").asked(Duration.ofSeconds(random.nextInt(5)));
            case 2 -> Failure.of(random.nextBoolean() ? Kind.TIMED_OUT : Kind.TIMED_OUT_REPEATABLE, "late");
            case 3 -> Failure.of(Kind.FAILED, "x");
            default -> Failure.of(Kind.UNAVAILABLE, "x").retryAfter(30);
        };
    }
}
