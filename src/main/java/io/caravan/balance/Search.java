/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.failure.Failure;
import io.caravan.resilience.RetryBudget.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request's search for a workspace that serves it: which are untried, and how the others failed. One thread. */
final class Search {

    private static final Duration LONGEST_BUSY = Duration.ofSeconds(2);

    private final List<Workspace> workspaces;
    private final Strategy strategy;
    private final Supplier<@Nullable String> session;
    private final boolean tookOver;
    private final List<Workspace> untried;
    private final Map<Workspace, Failure> failures = new LinkedHashMap<>();
    private Optional<Failure> last = Optional.empty();
    private Optional<Workspace> lastFailed = Optional.empty();
    private boolean retried;

    /** @param tookOver whether another backend has failed before */
    Search(List<Workspace> workspaces, Strategy strategy, Supplier<@Nullable String> session, boolean tookOver) {
        this.workspaces = workspaces;
        this.strategy = strategy;
        this.session = session;
        this.tookOver = tookOver;
        this.untried = new ArrayList<>(workspaces);
    }

    /**
     * An attempt at one not yet tried, if there is one whose breaker lets it through. One that is just being tried again, and
     * answers, serves only where no other does.
     */
    Optional<Workspace.Attempt> next() {
        return next(Workspace::admits).or(() -> next(Workspace::recovers));
    }

    private Optional<Workspace.Attempt> next(Predicate<Workspace> serves) {
        List<Workspace> candidates = new ArrayList<>(untried);
        candidates.removeIf(serves.negate());
        while (!candidates.isEmpty()) {
            Workspace chosen = strategy.choose(candidates, session);
            Workspace.Attempt attempt = chosen.tryBegin();
            if (attempt != null) {
                untried.remove(chosen);
                return Optional.of(attempt);
            }
            candidates.remove(chosen);
        }
        return Optional.empty();
    }

    void failed(Workspace workspace, Failure failure) {
        failures.put(workspace, failure);
        lastFailed = Optional.of(workspace);
        if (failure.kind().counts()) {
            last = Optional.of(failure);
        }
    }

    /** Of those that failed, one that may work after a wait. */
    Optional<Workspace> again() {
        List<Workspace> candidates = new ArrayList<>(failures.keySet());
        candidates.removeIf(workspace -> !mayRecover(failure(workspace)) || !workspace.admits());
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(strategy.choose(candidates, session));
    }

    /** What is no fault of the upstream's, a 429, is waited for only where it asks for less than 2 s; else the client is told (E14). */
    private static boolean mayRecover(Failure failure) {
        if (failure.isFinal()) {
            return false;
        }
        if (failure.kind().counts()) {
            return Backoff.waitsFor(failure.asked());
        }
        return failure.asked().filter(wait -> wait.compareTo(LONGEST_BUSY) < 0).isPresent();
    }

    /** The one of the last attempt that failed. */
    Optional<Workspace> lastFailed() {
        return lastFailed;
    }

    /** How a workspace that failed did so last. */
    Failure failure(Workspace workspace) {
        return Objects.requireNonNull(failures.get(workspace));
    }

    /** One that failed is asked again. */
    void retried() {
        retried = true;
    }

    /** What the request ends in if nothing else is tried. */
    Failure exhausted() {
        if (failures.isEmpty()) {
            return Exhausted.untried(workspaces);
        }
        Failure failure = Exhausted.tried(failures.values(), last, workspaces.size(), tookOver);
        boolean outdated = retried && !failure.isFinal();
        return outdated ? failure.repeated() : failure;
    }
}
