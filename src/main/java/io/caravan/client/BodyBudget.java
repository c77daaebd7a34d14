/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the request-body bytes all calls together hold at once (6.4). What is left may be lent to whoever can do without it:
 * a call that needs it has it back, the oldest loan first. Any thread.
 */
final class BodyBudget {

    private final long most;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong lent = new AtomicLong();
    private final Queue<Loan> loans = new ConcurrentLinkedQueue<>();

    /** Bytes that were lent; whoever has them gives them up when they are recalled. */
    final class Loan {

        private final long bytes;
        private final Runnable recalled;

        private Loan(long bytes, Runnable recalled) {
            this.bytes = bytes;
            this.recalled = recalled;
        }

        /** Gives them back unasked; harmless if they were recalled. */
        void end() {
            if (loans.remove(this)) {
                backIn();
            }
        }

        private void recall() {
            recalled.run();
            backIn();
        }

        private void backIn() {
            lent.addAndGet(-bytes);
            giveBack(bytes);
        }
    }

    BodyBudget(long most) {
        this.most = most;
    }

    /** Takes {@code bytes} of the budget; false, and nothing taken, if that many are not left. */
    boolean take(long bytes) {
        boolean taken = takeLeft(bytes);
        while (!taken && bytes <= most && recall()) {
            taken = takeLeft(bytes);
        }
        return taken;
    }

    /** As {@link #take}, of what nobody has. */
    boolean takeLeft(long bytes) {
        if (held.addAndGet(bytes) > most) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Whether something lent has come back. */
    private boolean recall() {
        Loan oldest = loans.poll();
        if (oldest == null) {
            return false;
        }
        oldest.recall();
        return true;
    }

    /** Whether that many may be lent at all. */
    boolean lends(long bytes) {
        return bytes <= most / 2;
    }

    /**
     * Lends {@code bytes}, until they are needed; of the budget at most a half is lent.
     *
     * @param recalled drops what they are held for; must not block
     * @return empty if that many are not left
     */
    Optional<Loan> lend(long bytes, Runnable recalled) {
        if (lent.addAndGet(bytes) > most / 2 || !takeLeft(bytes)) {
            lent.addAndGet(-bytes);
            return Optional.empty();
        }
        Loan loan = new Loan(bytes, recalled);
        loans.add(loan);
        return Optional.of(loan);
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes held right now, those lent among them. */
    long held() {
        return held.get();
    }
}
