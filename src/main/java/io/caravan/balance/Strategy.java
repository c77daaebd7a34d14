/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Chooses the workspace of an attempt. Any thread. */
interface Strategy {

    /**
     * @param candidates those that may be chosen, in the file's order; at least one
     * @param session    names the conversation a request belongs to, or gives null; asked only where it matters
     */
    Workspace choose(List<Workspace> candidates, Supplier<@Nullable String> session);

    /**
     * The strategy of a name of {@code config.yaml} (4.2).
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Strategy named(String name) {
        return switch (name) {
            case "least_requests" -> new LeastRequests();
            case "round_robin" -> new RoundRobin();
            case "random" -> new RandomChoice(() -> ThreadLocalRandom.current().nextDouble());
            case "session_affinity" -> new SessionAffinity(new LeastRequests());
            default -> throw new IllegalArgumentException("There is no strategy " + name
                    + "; it is one of least_requests, round_robin, random, session_affinity");
        };
    }
}
