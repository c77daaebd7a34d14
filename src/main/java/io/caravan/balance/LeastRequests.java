package io.caravan.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The one with the fewest active requests for its weight; among equals each in turn, by weight. */
final class LeastRequests implements Strategy {

    private final RoundRobin turns = new RoundRobin();

    @Override
    public Workspace choose(List<Workspace> candidates, Supplier<String> session) {
        List<Workspace> idlest = new ArrayList<>(candidates.size());
        double least = Double.POSITIVE_INFINITY;
        for (Workspace candidate : candidates) {
            double load = candidate.active() / candidate.weight();
            if (load < least) {
                least = load;
                idlest.clear();
            }
            if (load == least) {
                idlest.add(candidate);
            }
        }
        return turns.choose(idlest, session);
    }
}
