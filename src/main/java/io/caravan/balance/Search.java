/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.failure.Failure;
import io.caravan.resilience.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One request's search for a workspace that serves it: which are untried, and how the others failed. One thread. */
final class Search {

    private static final Duration LONGEST_BUSY = Duration.ofSeconds(2);

    private final List<Workspace> workspaces;
    private final Strategy strategy;
    private final Supplier<String> session;
    private final boolean tookOver;
    private final List<Workspace> untried;
    private final Map<Workspace, Failure> failures = new LinkedHashMap<>();
    private Failure last;
    private Workspace lastFailed;
    private boolean retried;

    /** @param tookOver whether another backend has failed before */
    Search(List<Workspace> workspaces, Strategy strategy, Supplier<String> session, boolean tookOver) {
        this.workspaces = workspaces;
        this.strategy = strategy;
        this.session = session;
        this.tookOver = tookOver;
        this.untried = new ArrayList<>(workspaces);
    }

    /**
     * An attempt at one not yet tried, or null if there is none whose breaker lets it through. One that is just being
     * tried again, and answers, serves only where no other does.
     */
    Workspace.Attempt next() {
        Workspace.Attempt attempt = next(Workspace::admits);
        return attempt != null ? attempt : next(Workspace::recovers);
    }

    private Workspace.Attempt next(Predicate<Workspace> serves) {
        List<Workspace> candidates = new ArrayList<>(untried);
        candidates.removeIf(serves.negate());
        while (!candidates.isEmpty()) {
            Workspace chosen = strategy.choose(candidates, session);
            Workspace.Attempt attempt = chosen.tryBegin();
            if (attempt != null) {
                untried.remove(chosen);
                return attempt;
            }
            candidates.remove(chosen);
        }
        return null;
    }

    void failed(Workspace workspace, Failure failure) {
        failures.put(workspace, failure);
        lastFailed = workspace;
        if (failure.kind().counts()) {
            last = failure;
        }
    }

    /** Of those that failed, one that may work after a wait; a 429 only where the upstream itself says so. */
    Optional<Workspace> again() {
        List<Workspace> candidates = new ArrayList<>(failures.keySet());
        candidates.removeIf(workspace -> !mayRecover(failures.get(workspace)) || !workspace.admits());
        return candidates.isEmpty() ? Optional.empty() : Optional.of(strategy.choose(candidates, session));
    }

    /** A 429 is waited for only where its upstream asks for less than 2 s; else the client is told (E14). */
    private static boolean mayRecover(Failure failure) {
        boolean soon = !failure.kind().counts() ? failure.asked() != null && failure.asked().compareTo(LONGEST_BUSY) < 0
                : Backoff.waitsFor(failure.asked());
        return soon && !failure.isFinal();
    }

    /** The one of the last attempt that failed, or null. */
    Workspace lastFailed() {
        return lastFailed;
    }

    /** How a workspace failed last; null if it did not. */
    Failure failure(Workspace workspace) {
        return failures.get(workspace);
    }

    /** One that failed is asked again. */
    void retried() {
        retried = true;
    }

    /** What the request ends in if nothing else is tried. */
    Failure exhausted() {
        return failures.isEmpty() ? Exhausted.untried(workspaces)
                : Exhausted.tried(failures.values(), last, workspaces.size(), tookOver, retried);
    }
}
