/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.failure.Failure;
import io.caravan.resilience.RetryBudget;
import io.caravan.resilience.RetryBudget.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Gets a request served by one of several workspaces (4.3 to 4.5). Each is tried at most once without a wait; only
 * then, and only where no other backend takes over, one is tried again after a wait. What the client itself got wrong
 * ends the request at once, and so does a failure after bytes have gone to the client. Any thread; one request blocks
 * its own.
 */
final class Balancer {

    private final List<Workspace> workspaces;
    private final Strategy strategy;
    private final RetryBudget budget;
    private final Supplier<Backoff> backoffs;
    private final Pause pause;
    private final CallObserver observer;

    /**
     * @param workspaces at least one, in the file's order
     * @param budget     for all retries of the gateway; may be shared
     * @param backoffs   makes the waits of one request
     * @param observer   is told of each retry and each move to another workspace
     */
    Balancer(List<Workspace> workspaces, Strategy strategy, RetryBudget budget, Supplier<Backoff> backoffs,
            Pause pause, CallObserver observer) {
        this.workspaces = List.copyOf(workspaces);
        this.strategy = strategy;
        this.budget = budget;
        this.backoffs = backoffs;
        this.pause = pause;
        this.observer = observer;
    }

    /**
     * Makes attempts until one returns, which is then under way until {@code call} is over.
     *
     * @param fallback whether another backend takes over what this method throws; then nothing is waited for
     * @param attempt  makes one attempt at a workspace; returns when its answer has begun
     * @throws Failure what the client is to be told, or what the fallback is to know; also if the client leaves
     */
    void run(Call call, boolean fallback, Consumer<Workspace> attempt) {
        budget.request();
        Search search = new Search(workspaces, strategy, () -> SessionKey.of(call), call.record().failover() != null);
        Backoff backoff = backoffs.get();
        while (true) {
            Optional<Workspace.Attempt> next = search.next();
            next.ifPresent(untried -> search.lastFailed().ifPresent(
                    from -> observer.movedOn(call, from.name(), untried.workspace().name(), search.failure(from))));
            if (next.isEmpty() && fallback) {
                throw search.exhausted();
            }
            next = next.or(() -> again(search, backoff, call));
            if (next.isPresent() && served(next.get(), call, attempt, search)) {
                return;
            }
        }
    }

    private boolean served(Workspace.Attempt next, Call call, Consumer<Workspace> attempt, Search search) {
        try {
            next.make(attempt);
            next.answers(call);
            return true;
        } catch (RuntimeException | Error e) {
            Failure failure = Failure.from(e);
            next.failed(failure, call);
            boolean goesOn = failure.kind().movesOn() && call.life().isUnanswered();
            if (!goesOn) {
                throw e;
            }
            search.failed(next.workspace(), failure);
        }
        if (call.client().isGone()) {
            throw Failure.clientGone();
        }
        return false;
    }

    /** An attempt at one that failed before, after a wait; empty if by then its breaker lets none through. */
    private Optional<Workspace.Attempt> again(Search search, Backoff backoff, Call call) {
        Workspace best = search.again().orElseThrow(search::exhausted);
        Duration wait = backoff.next(search.failure(best).asked()).filter(within -> budget.tryRetry())
                .orElseThrow(search::exhausted);
        observer.retried(call, best.name(), wait, search.failure(best));
        pause.await(wait, call);
        search.retried();
        return Optional.ofNullable(best.tryBegin());
    }
}
