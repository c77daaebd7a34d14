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

/** Each in turn, by weight, and the turns of a heavy one spread out instead of one after the other. */
final class RoundRobin implements Strategy {

    private final Map<Workspace, Double> credits = new IdentityHashMap<>();

    @Override
    public synchronized Workspace choose(List<Workspace> candidates, Supplier<@Nullable String> session) {
        double total = 0;
        double most = Double.NEGATIVE_INFINITY;
        Workspace chosen = candidates.get(0);
        for (Workspace candidate : candidates) {
            total += candidate.weight();
            double credit = credits.merge(candidate, candidate.weight(), Double::sum);
            if (credit > most) {
                most = credit;
                chosen = candidate;
            }
        }
        credits.put(chosen, most - total);
        return chosen;
    }
}
