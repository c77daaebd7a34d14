/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.resilience.Breakers;
import io.caravan.resilience.SetClock;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Workspaces for tests, called a, b, c … */
final class Spaces {

    static final int THRESHOLD = 3;
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    private Spaces() {
    }

    static List<Workspace> of(double... weights) {
        return on(new SetClock(), weights);
    }

    static List<Workspace> on(Clock clock, double... weights) {
        List<Workspace> spaces = new ArrayList<>();
        for (double weight : weights) {
            String name = String.valueOf((char) ('a' + spaces.size()));
            spaces.add(new Workspace(name, name, weight, new Breakers(clock).of(name, THRESHOLD, TIMEOUT)));
        }
        return spaces;
    }

    /** How often each is chosen; the session of each choice comes from {@code sessions}. */
    static Map<Workspace, Integer> chosen(Strategy strategy, List<Workspace> spaces, int times, Supplier<String> sessions) {
        Map<Workspace, Integer> counts = new HashMap<>();
        for (int i = 0; i < times; i++) {
            counts.merge(strategy.choose(spaces, sessions), 1, Integer::sum);
        }
        return counts;
    }
}
