/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** 4.2: a session has one workspace, by its key, and leaves it only while that one is out or overrun. */
class SessionAffinityTest {

    private final Strategy strategy = new SessionAffinity(new RoundRobin());

    @Property(tries = 300)
    void aSessionStaysAndMovesOnlyIfItsOwnWorkspaceLeaves(@ForAll @NotEmpty String session,
            @ForAll @Size(min = 2, max = 7) List<@IntRange(min = 1, max = 9) Integer> weights,
            @ForAll @IntRange(max = 6) int leaver) {
        List<Workspace> spaces = Spaces.of(weights.stream().mapToDouble(Integer::doubleValue).toArray());
        Workspace home = strategy.choose(spaces, () -> session);
        assertSame(home, strategy.choose(spaces, () -> session));
        List<Workspace> left = new ArrayList<>(spaces);
        Workspace gone = left.remove(leaver % spaces.size());
        Workspace now = strategy.choose(left, () -> session);
        if (gone == home) {
            assertNotSame(home, now);
        } else {
            assertSame(home, now);
        }
        assertSame(home, strategy.choose(spaces, () -> session), "it comes home");
    }

    // another gateway, or this one after a restart
    @Test
    void everyGatewayChoosesTheSame() {
        for (int i = 0; i < 200; i++) {
            String session = "session-" + i;
            assertEquals(strategy.choose(Spaces.of(1, 2, 3), () -> session).name(),
                    new SessionAffinity(null).choose(Spaces.of(1, 2, 3), () -> session).name());
        }
    }

    @Test
    void anOverloadedOneIsPassedOver() {
        List<Workspace> spaces = Spaces.of(1, 1, 1, 1);
        Workspace home = strategy.choose(spaces, () -> "s");
        List<Workspace> others = new ArrayList<>(spaces);
        others.remove(home);
        Workspace second = strategy.choose(others, () -> "s");
        IntStream.range(0, 8).forEach(i -> home.tryBegin());
        assertSame(home, strategy.choose(spaces, () -> "s"), "8 are not yet too many where the others have none");
        home.tryBegin();
        assertSame(second, strategy.choose(spaces, () -> "s"), "its second choice, as if the first had left");
        IntStream.range(0, 3).forEach(i -> second.tryBegin());
        assertSame(home, strategy.choose(spaces, () -> "s"), "the others have 1 on the average, it may have 10");
    }

    @Test
    void aHeavyOneMayHaveMore() {
        List<Workspace> spaces = Spaces.of(10, 1);
        IntStream.range(0, 2).forEach(i -> spaces.get(1).tryBegin());
        IntStream.range(0, 48).forEach(i -> spaces.get(0).tryBegin());
        Set<Workspace> chosen = new HashSet<>();
        IntStream.range(0, 100).forEach(i -> chosen.add(strategy.choose(spaces, () -> "s" + i)));
        assertEquals(Set.copyOf(spaces), chosen);
        spaces.get(0).tryBegin();
        IntStream.range(0, 100).forEach(i -> assertSame(spaces.get(1), strategy.choose(spaces, () -> "s" + i)));
    }

    @Property(tries = 300)
    void howeverBusyOneIsChosen(@ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 40) Integer> active) {
        List<Workspace> spaces = Spaces.of(active.stream().mapToDouble(each -> each % 7 + 0.3).toArray());
        for (int i = 0; i < spaces.size(); i++) {
            Workspace space = spaces.get(i);
            IntStream.range(0, active.get(i)).forEach(each -> space.tryBegin());
        }
        assertTrue(spaces.contains(strategy.choose(spaces, () -> "s")));
    }

    @Test
    void withoutASessionTheyTakeTurns() {
        Set<String> served = new HashSet<>();
        List<Workspace> spaces = Spaces.of(1, 1, 1);
        IntStream.range(0, 3).forEach(i -> served.add(strategy.choose(spaces, () -> null).name()));
        assertEquals(Set.of("a", "b", "c"), served);
    }
}
