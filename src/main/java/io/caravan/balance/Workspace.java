/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.Call;
import io.caravan.call.UpstreamAnswer;
import io.caravan.failure.Failure;
import io.caravan.resilience.Breaker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One of several equal upstreams, and how it has been doing. Any thread. */
final class Workspace {

    private final String name;
    private final String route;
    private final double weight;
    private final Breaker breaker;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final Copies copies = new Copies();

    /**
     * @param route  what stands for it in the ids and URIs of routes
     * @param weight its share of the requests, relative to the others'; more than 0
     */
    Workspace(String name, String route, double weight, Breaker breaker) {
        if (!(weight > 0) || weight == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("The weight of workspace " + name + " must be more than 0: " + weight);
        }
        this.name = name;
        this.route = route;
        this.weight = weight;
        this.breaker = breaker;
    }

    String name() {
        return name;
    }

    String route() {
        return route;
    }

    double weight() {
        return weight;
    }

    /** How many attempts are under way, to the end of their streams. */
    int active() {
        return active.get();
    }

    /** How many requests have been sent to it. */
    long requests() {
        return requests.get();
    }

    /** How many attempts failed by its fault since the last {@link #reset}. */
    long errors() {
        return errors.get();
    }

    boolean open() {
        return breaker.open();
    }

    /** Whether its breaker lets an attempt through now. */
    boolean admits() {
        return breaker.admits();
    }

    /** Whether the one attempt its breaker let through is being answered. */
    boolean recovers() {
        return breaker.recovers();
    }

    Duration untilTrial() {
        return breaker.untilTrial();
    }

    /** A request of {@code call} is on its way to it: to be told once for each that goes out. */
    void sent(Call call) {
        if (call.isCopy()) {
            copies.sent();
        } else {
            requests.incrementAndGet();
        }
    }

    /** The copies of calls it has been asked, which count for nothing else here. */
    Copies copies() {
        return copies;
    }

    /** Makes an attempt for a copy of a call, which says nothing of how it is doing. */
    void copied(Consumer<Workspace> attempt) {
        breaker.aside(() -> attempt.accept(this));
    }

    /** The head of an answer has come from it, whatever it says. */
    void answered() {
        breaker.answered();
    }

    /** Closes its breaker and forgets its errors. */
    void reset() {
        breaker.reset();
        errors.set(0);
        copies.reset();
    }

    /** What the {@code circuitBreaker} of its route goes by. */
    Breaker breaker() {
        return breaker;
    }

    /** Begins an attempt; null if its breaker lets none through. */
    @Nullable Attempt tryBegin() {
        Breaker.Permit permit = breaker.tryAcquire();
        if (permit == null) {
            return null;
        }
        return new Attempt(permit);
    }

    /** One attempt at this workspace. It counts as active until the first of its ends. */
    final class Attempt {

        private final Breaker.Permit permit;
        private final AtomicBoolean over = new AtomicBoolean();

        private Attempt(Breaker.Permit permit) {
            this.permit = permit;
            active.incrementAndGet();
        }

        Workspace workspace() {
            return Workspace.this;
        }

        /** Makes it, by {@code attempt}, which sends the request to the workspace's route. */
        void make(Consumer<Workspace> attempt) {
            breaker.with(permit, () -> attempt.accept(Workspace.this));
        }

        /** It failed before anything came of it. */
        void failed(Failure failure) {
            if (over.compareAndSet(false, true)) {
                active.decrementAndGet();
                if (permit.failed(failure)) {
                    errors.incrementAndGet();
                }
            }
        }

        /**
         * It failed before anything came of it; a limit of time that was over before the head of an answer came says
         * something of the upstream only if that answered nobody meanwhile.
         */
        void failed(Failure failure, Call call) {
            boolean headless = call.life().attempt().map(UpstreamAnswer::answeredAt).filter(at -> at != 0).isEmpty();
            if (failure.kind().isLate() && headless && !permit.isSilence()) {
                passed();
            } else {
                failed(failure);
            }
        }

        private void passed() {
            if (over.compareAndSet(false, true)) {
                active.decrementAndGet();
                permit.withdrawn();
            }
        }

        /** Its answer has begun: it ends with the upstream's part of {@code call}, and how that ends is its verdict. */
        void answers(Call call) {
            permit.answers();
            call.life().whenUpstreamEnds(failure -> failure.ifPresentOrElse(this::failed, this::succeeded));
        }

        private void succeeded() {
            if (over.compareAndSet(false, true)) {
                active.decrementAndGet();
                permit.succeeded();
            }
        }
    }
}
