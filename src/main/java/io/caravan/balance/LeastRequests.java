/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one with the fewest active requests for its weight, counted in whole rounds: in a round each may have as many more
 * as its weight is of the smallest weight. Within a round each in turn, by weight. By fractions of a round a light one
 * that is idle would always come before a heavy one that is not, and get more than its share of a small load.
 */
final class LeastRequests implements Strategy {

    /** How many rounds a share that was missed, or taken beyond its weight, is remembered. */
    private static final int ROUNDS = 10;

    private final Map<Workspace, Double> credits = new IdentityHashMap<>();

    @Override
    public synchronized Workspace choose(List<Workspace> candidates, Supplier<@Nullable String> session) {
        double total = 0;
        double lightest = Double.POSITIVE_INFINITY;
        for (Workspace candidate : candidates) {
            total += candidate.weight();
            lightest = Math.min(lightest, candidate.weight());
        }
        double fewest = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        Workspace chosen = candidates.get(0);
        for (Workspace candidate : candidates) {
            double credit = Math.min(ROUNDS * total, credits.getOrDefault(candidate, 0.0) + candidate.weight());
            credits.put(candidate, credit);
            double rounds = Math.floor(candidate.active() * lightest / candidate.weight());
            boolean better = rounds < fewest || rounds == fewest && credit > most;
            if (better) {
                fewest = rounds;
                most = credit;
                chosen = candidate;
            }
        }
        credits.put(chosen, Math.max(-ROUNDS * total, most - total));
        return chosen;
    }
}
