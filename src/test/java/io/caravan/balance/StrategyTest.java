/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** 4.2 */
class StrategyTest {

    private static final int PICKS = 10_000;

    private static Stream<Arguments> strategiesAndWeights() {
        List<double[]> weights = List.of(new double[] {1}, new double[] {1, 1}, new double[] {1, 1, 1}, new double[] {3, 1},
                new double[] {5, 3, 2}, new double[] {0.5, 1.5}, new double[] {4, 1, 1, 2});
        return weights.stream().flatMap(each -> Stream.of(
                Arguments.of(Named.of("least", new LeastRequests()), each),
                Arguments.of(Named.of("round robin", new RoundRobin()), each),
                Arguments.of(Named.of("random", new RandomChoice(new Random(11)::nextDouble)), each),
                Arguments.of(Named.of("affinity", new SessionAffinity(null)), each)));
    }

    @ParameterizedTest
    @MethodSource("strategiesAndWeights")
    void requestsAreSpreadByWeight(Strategy strategy, double[] weights) {
        List<Workspace> spaces = Spaces.of(weights);
        Random random = new Random(5);
        assertByWeight(spaces, Spaces.chosen(strategy, spaces, PICKS, () -> "session-" + random.nextLong()));
    }

    // with totals as the tie-break one that came back, or joined, would get everything for a while
    @ParameterizedTest
    @MethodSource("strategiesAndWeights")
    void whatWasServedBeforeDoesNotCount(Strategy strategy, double[] weights) {
        List<Workspace> spaces = Spaces.of(weights);
        Call call = new Caller().calls(null);
        IntStream.range(0, 5000).forEach(i -> spaces.get(0).sent(call));
        Random random = new Random(6);
        assertByWeight(spaces, Spaces.chosen(strategy, spaces, PICKS, () -> "s" + random.nextLong()));
    }

    @Test
    void roundRobinSpreadsTheTurnsOfAHeavyOne() {
        List<Workspace> spaces = Spaces.of(5, 1, 1);
        RoundRobin strategy = new RoundRobin();
        String turns = "";
        for (int i = 0; i < 14; i++) {
            turns += strategy.choose(spaces, () -> null).name();
        }
        assertEquals("aabacaaaabacaa", turns);
    }

    @Property(tries = 200)
    void eachRoundOfRoundRobinIsExact(@ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 20) Integer> weights) {
        List<Workspace> spaces = Spaces.of(weights.stream().mapToDouble(Integer::doubleValue).toArray());
        RoundRobin strategy = new RoundRobin();
        int round = weights.stream().mapToInt(Integer::intValue).sum();
        for (int i = 0; i < 3; i++) {
            Map<Workspace, Integer> counts = Spaces.chosen(strategy, spaces, round, () -> null);
            for (int k = 0; k < weights.size(); k++) {
                assertEquals(weights.get(k), counts.get(spaces.get(k)));
            }
        }
    }

    @Test
    void roundRobinIsRightUnderConcurrency() throws Exception {
        List<Workspace> spaces = Spaces.of(3, 2, 1);
        RoundRobin strategy = new RoundRobin();
        Map<Workspace, Integer> counts = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 6000; i++) {
            threads.execute(() -> counts.merge(strategy.choose(spaces, () -> null), 1, Integer::sum));
        }
        threads.shutdown();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS));
        assertEquals(Map.of(spaces.get(0), 3000, spaces.get(1), 2000, spaces.get(2), 1000), counts);
    }

    @Test
    void theOneWithTheFewestActiveRequestsForItsWeightIsChosen() {
        List<Workspace> spaces = Spaces.of(4, 1, 1);
        begin(spaces.get(0), 7);
        begin(spaces.get(1), 2);
        begin(spaces.get(2), 2);
        LeastRequests strategy = new LeastRequests();
        assertSame(spaces.get(0), strategy.choose(spaces, () -> null));
        begin(spaces.get(0), 5);
        assertEquals(5, Spaces.chosen(strategy, spaces, 10, () -> null).get(spaces.get(1)), "3 rounds against 2 and 2");
    }

    // 4.2: a share of the load by weight, where as much is under way as there are weights to tell
    @Test
    void leastRequestsHoldsTheSharesUnderLoad() {
        List<Workspace> spaces = Spaces.of(5, 3, 2);
        LeastRequests strategy = new LeastRequests();
        Deque<Workspace.Attempt> open = new ArrayDeque<>();
        for (int i = 0; i < 50; i++) {
            open.add(strategy.choose(spaces, () -> null).tryBegin());
        }
        assertEquals(List.of(25, 15, 10), spaces.stream().map(Workspace::active).toList());
        open.forEach(attempt -> attempt.failed(Failure.clientGone()));
        assertEquals(List.of(0, 0, 0), spaces.stream().map(Workspace::active).toList());
    }

    // 4.2: and where less is under way than there are weights to tell
    @Test
    void leastRequestsHoldsTheSharesOfASmallLoad() {
        List<Workspace> spaces = Spaces.of(1, 2, 3);
        LeastRequests strategy = new LeastRequests();
        Random random = new Random(5);
        List<Workspace.Attempt> open = new ArrayList<>();
        Map<Workspace, Integer> counts = new HashMap<>();
        for (int i = 0; i < PICKS; i++) {
            if (open.size() == 5) {
                open.remove(random.nextInt(open.size())).failed(Failure.clientGone());
            }
            Workspace chosen = strategy.choose(spaces, () -> null);
            counts.merge(chosen, 1, Integer::sum);
            open.add(chosen.tryBegin());
        }
        assertByWeight(spaces, counts);
    }

    // ties among some of them, again and again, must not favour any
    @Test
    void equalOnesAreServedEquallyUnderChangingLoad() {
        List<Workspace> spaces = Spaces.of(1, 1, 1);
        LeastRequests strategy = new LeastRequests();
        Random random = new Random(3);
        List<Workspace.Attempt> open = new ArrayList<>();
        Map<Workspace, Integer> counts = new HashMap<>();
        for (int i = 0; i < PICKS; i++) {
            Workspace chosen = strategy.choose(spaces, () -> null);
            counts.merge(chosen, 1, Integer::sum);
            open.add(chosen.tryBegin());
            while (!open.isEmpty() && random.nextInt(7) < open.size()) {
                open.remove(random.nextInt(open.size())).failed(Failure.clientGone());
            }
        }
        assertByWeight(spaces, counts);
    }

    // 4.3: with one left out, now and then, the others still share by weight
    @Test
    void theOthersShareByWeightWhileOneIsOut() {
        List<Workspace> spaces = Spaces.of(2, 3, 1);
        List<Workspace> others = spaces.subList(1, 3);
        RoundRobin strategy = new RoundRobin();
        Random random = new Random(4);
        Map<Workspace, Integer> counts = new HashMap<>();
        for (int i = 0; i < PICKS; i++) {
            counts.merge(strategy.choose(random.nextInt(3) == 0 ? spaces : others, () -> null), 1, Integer::sum);
        }
        assertEquals(3, counts.get(spaces.get(1)) / (double) counts.get(spaces.get(2)), 0.15);
    }

    @Test
    void strategiesHaveTheNamesOfTheFile() {
        assertInstanceOf(LeastRequests.class, Strategy.named("least_requests"));
        assertInstanceOf(RoundRobin.class, Strategy.named("round_robin"));
        assertInstanceOf(RandomChoice.class, Strategy.named("random"));
        assertInstanceOf(SessionAffinity.class, Strategy.named("session_affinity"));
        assertThrows(IllegalArgumentException.class, () -> Strategy.named("fastest"));
    }

    @Test
    void aWeightIsMoreThanNothing() {
        for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> Spaces.of(weight));
        }
    }

    private static void assertByWeight(List<Workspace> spaces, Map<Workspace, Integer> counts) {
        double total = spaces.stream().mapToDouble(Workspace::weight).sum();
        for (Workspace space : spaces) {
            double share = space.weight() / total;
            assertEquals(share, counts.getOrDefault(space, 0) / (double) PICKS, 0.05 * share, space.name());
        }
    }

    private static void begin(Workspace space, int times) {
        IntStream.range(0, times).forEach(i -> space.tryBegin());
    }
}
