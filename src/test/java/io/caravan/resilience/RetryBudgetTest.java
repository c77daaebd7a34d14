/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.resilience;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** 4.4 */
class RetryBudgetTest {

    private final SetClock clock = new SetClock();
    private final RetryBudget budget = new RetryBudget(clock::nanos);

    @Test
    void twoAreAlwaysAllowed() {
        assertEquals(2, granted(10));
        clock.pass(Duration.ofMillis(9_800));
        assertEquals(0, granted(10));
        clock.pass(Duration.ofMillis(400));
        assertEquals(2, granted(10));
    }

    @Test
    void aTenthOfTheRequestsIsAllowed() {
        requests(99);
        assertEquals(9, granted(50));
        requests(1);
        assertEquals(1, granted(50));
    }

    @Test
    void requestsOfMoreThanTenSecondsAgoAreForgotten() {
        requests(1000);
        clock.pass(Duration.ofMillis(10_001));
        assertEquals(2, granted(200));
        clock.pass(Duration.ofDays(400));
        assertEquals(2, granted(200));
    }

    // each step passes some time, then counts requests, then asks for retries; the exact history is the judge
    @Property(tries = 300)
    void itNeverGrantsMoreThanThatAndHardlyLess(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 0, max = 4_000) Integer> pauses,
            @ForAll @IntRange(min = 0, max = 60) int requestsEach, @ForAll @IntRange(min = 0, max = 8) int retriesEach) {
        SetClock time = new SetClock();
        RetryBudget fresh = new RetryBudget(time::nanos);
        List<Long> requests = new ArrayList<>();
        List<Long> retries = new ArrayList<>();
        for (int pause : pauses) {
            time.pass(Duration.ofMillis(pause));
            long now = time.millis();
            for (int i = 0; i < requestsEach; i++) {
                fresh.request();
                requests.add(now);
            }
            for (int i = 0; i < retriesEach; i++) {
                long most = Math.max(2, since(requests, now - 10_000) / 10);
                long least = Math.max(2, since(requests, now - 9_899) / 10);
                boolean granted = fresh.tryRetry();
                assertTrue(!granted || since(retries, now - 9_999) < most, "too many");
                assertTrue(granted || since(retries, now - 10_100) >= least, "too few");
                if (granted) {
                    retries.add(now);
                }
            }
        }
    }

    @Test
    void manyThreadsDoNotOverdrawIt() throws Exception {
        requests(300);
        AtomicInteger granted = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 400; i++) {
            threads.execute(() -> granted.addAndGet(budget.tryRetry() ? 1 : 0));
        }
        threads.shutdown();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS));
        assertEquals(30, granted.get());
        assertFalse(budget.tryRetry());
    }

    private static long since(List<Long> times, long from) {
        return times.stream().filter(time -> time >= from).count();
    }

    private void requests(int count) {
        for (int i = 0; i < count; i++) {
            budget.request();
        }
    }

    private int granted(int asked) {
        int granted = 0;
        for (int i = 0; i < asked; i++) {
            granted += budget.tryRetry() ? 1 : 0;
        }
        return granted;
    }
}
