/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.format.json.MalformedBody;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenCountsTest {

    private static final TokenEstimator ESTIMATOR = new TokenEstimator();
    private static final byte[] LONG = user("The wind began to lift the sand across the track. ".repeat(200), "");
    private static final byte[] SHORT = user("foo", "");

    private final AtomicLong clock = new AtomicLong();
    private final Calibration calibration = new Calibration();
    private final TokenCounts counts = new TokenCounts(ESTIMATOR, calibration, clock::get);

    @AfterEach
    void close() {
        counts.close();
    }

    @Test
    void usageThatIsNotKnownTeachesNothingAndTakesNobodysTurn() {
        counts.learn("b", "m", LONG, true, 0);
        counts.learn("b", "m", LONG, true, ESTIMATOR.estimate(LONG, true) * 9 / 10);
        await().until(() -> calibration.factor("b", "m") < 1);
    }

    /** M70: 26 bodies nobody has counted yet, each with a tool of its own, asked for at once, count as they do alone. */
    @Test
    void aBurstIsCountedAsOneAfterTheOther() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(26);
        try {
            List<byte[]> bodies = IntStream.range(0, 26).mapToObj(i -> user("foo", tool("tool_" + i))).toList();
            List<Callable<Long>> calls = new ArrayList<>();
            bodies.forEach(body -> calls.add(() -> counts.count("b", "m", body, true)));
            List<Future<Long>> counted = workers.invokeAll(calls);
            for (int i = 0; i < 26; i++) {
                assertEquals(ESTIMATOR.estimate(bodies.get(i), true), counted.get(i).get());
            }
        } finally {
            workers.shutdownNow();
        }
    }

    @Test
    void aCountIsTheEstimateUntilSomethingIsLearned() {
        assertEquals(ESTIMATOR.estimate(LONG, true), counts.count("b", "m", LONG, true));
        assertEquals(ESTIMATOR.estimate(LONG, false), counts.count("b", "m", LONG, false));
    }

    @Test
    void whatIsNoRequestIsRefusedEachTime() {
        byte[] wrong = "[]".getBytes(StandardCharsets.UTF_8);
        assertThrows(MalformedBody.class, () -> counts.count("b", "m", wrong, true));
        assertThrows(MalformedBody.class, () -> counts.count("b", "m", wrong, true));
    }

    @Test
    void aSessionBringsTheCountNearTheTruth() {
        long real = Math.round(ESTIMATOR.estimate(LONG, true) * 0.8);
        counts.learn("b", "m", LONG, true, real);
        await().untilAsserted(() -> assertEquals(real, counts.count("b", "m", LONG, true), 1));
        assertEquals(ESTIMATOR.estimate(LONG, true), counts.count("b", "other", LONG, true));
    }

    @Test
    void aSecondAndModelTeachOnce() {
        long estimate = ESTIMATOR.estimate(LONG, true);
        counts.learn("b", "m", LONG, true, estimate * 9 / 10);
        await().until(() -> calibration.factor("b", "m") < 1);
        double once = calibration.factor("b", "m");
        counts.learn("b", "m", LONG, true, estimate * 3 / 2);
        counts.learn("b", "n", LONG, true, estimate * 9 / 10);
        await().until(() -> calibration.factor("b", "n") < 1);
        assertEquals(once, calibration.factor("b", "m"));
        clock.addAndGet(Duration.ofMillis(1001).toNanos());
        counts.learn("b", "m", LONG, true, estimate * 3 / 2);
        await().until(() -> calibration.factor("b", "m") > once);
    }

    @Test
    void learningOutlivesWhatItCannotRead() {
        counts.learn("b", "m", "[]".getBytes(StandardCharsets.UTF_8), true, 1000);
        counts.learn("b", "n", LONG, true, ESTIMATOR.estimate(LONG, true) * 9 / 10);
        await().until(() -> calibration.factor("b", "n") < 1);
        assertEquals(1, calibration.factor("b", "m"));
    }

    // whoever waited for the learning, or did it, would have learned of all fifty
    @Test
    void learningNeverHoldsARequestUp() {
        byte[] large = user("The wind began to lift the sand. ".repeat(100_000), "");
        long real = ESTIMATOR.estimate(large, true) * 9 / 10;
        for (int i = 0; i < 50; i++) {
            counts.learn("b", "model-" + i, large, true, real);
        }
        await().until(() -> {
            clock.addAndGet(Duration.ofMillis(1001).toNanos());
            counts.learn("b", "last", LONG, true, ESTIMATOR.estimate(LONG, true) * 9 / 10);
            return calibration.factor("b", "last") < 1;
        });
        long learned = IntStream.range(0, 50).filter(i -> calibration.factor("b", "model-" + i) < 1).count();
        assertTrue(learned > 0 && learned < 50, learned + " of 50");
        counts.close();
        counts.learn("b", "m", SHORT, true, 10);
    }

    @Test
    void aBodyIsRememberedOnceForEachTokenizerUnlessItIsLarge() {
        byte[] large = user("foo", "{\"skipped\":\"" + "a".repeat(5_000_000) + "\"}");
        for (int i = 0; i < 3; i++) {
            counts.count("b", "m", SHORT, true);
            counts.count("c", "n", SHORT, false);
            counts.count("b", "m", large, true);
        }
        assertEquals(2, counts.bodiesKept());
    }

    @Test
    void whatIsKeptIsBounded() {
        for (int i = 0; i < 6000; i++) {
            counts.count("b", "m", user("foo" + i, ""), true);
        }
        await().untilAsserted(() -> assertTrue(counts.bodiesKept() <= 4096, "" + counts.bodiesKept()));
        assertTrue(counts.bodiesKept() > 1000, "" + counts.bodiesKept());
    }

    private static byte[] user(String text, String tools) {
        return ("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}],\"tools\":["
                + tools + "]}").getBytes(StandardCharsets.UTF_8);
    }

    private static String tool(String name) {
        return "{\"name\":\"" + name + "\",\"description\":\"Reads a file and returns its lines with numbers. " + name
                + "\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\",\"description\":"
                + "\"Where the file is\"},\"limit\":{\"type\":\"integer\",\"minimum\":1}},\"required\":[\"path\"]}}";
    }
}
