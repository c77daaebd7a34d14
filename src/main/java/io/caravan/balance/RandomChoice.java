/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** By chance, by weight. */
final class RandomChoice implements Strategy {

    private final DoubleSupplier random;

    /** @param random numbers from 0 (inclusive) to 1 (exclusive); any thread */
    RandomChoice(DoubleSupplier random) {
        this.random = random;
    }

    @Override
    public Workspace choose(List<Workspace> candidates, Supplier<@Nullable String> session) {
        double left = random.getAsDouble() * candidates.stream().mapToDouble(Workspace::weight).sum();
        for (Workspace candidate : candidates) {
            left -= candidate.weight();
            if (left < 0) {
                return candidate;
            }
        }
        return candidates.get(candidates.size() - 1);
    }
}
