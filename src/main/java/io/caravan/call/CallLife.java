/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How far a call is, and what ends it.
 *
 * <pre>
 *             attempt              answer
 *  Waiting ───────────▶ Attempting ───────▶ Answering
 *     │                  │      ▲ │            │ │
 *     │                  └──────┘ │  attempt   │ │
 *     │          next attempt ▲───┼────────────┘ │   (only while nothing is out)
 *     ▼                           ▼              ▼
 *    Over ◀──────────────────── Over ◀───────── Over
 * </pre>
 *
 * The upstream that is at work can be cut at any time: by the client's leaving, by the gateway's stopping, by a time
 * limit. Any thread may ask and cut; the request's worker alone moves it on.
 */
public final class CallLife {

    /** Gives the answer of an upstream to the client. Made where the answer begins, run to its end where it is written. */
    public interface Relay {

        /**
         * Gives all of the answer and ends the client's response; blocks until then.
         *
         * @throws Failure if the upstream fails, or the client leaves
         */
        void run();

        /**
         * Tells a client whose response has begun of a failure, as its format allows, and ends the response: with an error
         * event, or by breaking the connection off where part of an event is out. Does nothing where the client knows
         * already.
         */
        void breakOff(Failure failure);

        /** The whole answer as a page may see and change it, in JSON; empty where it is a stream. */
        default Optional<byte[]> message() {
            return Optional.empty();
        }

        /** Gives {@code changed} in the place of {@link #message()}. */
        default void message(byte[] changed) {
            throw new IllegalStateException("A stream is no message.");
        }
    }

    /** What keeps the client company while no upstream has answered. */
    public interface Company {

        /**
         * An upstream of {@code call} is still to answer. Must not block; the worker does not write to the client meanwhile.
         *
         * @param now as {@link System#nanoTime()}
         */
        void keep(Call call, long now);
    }

    private static final String STOPPING = "The gateway is stopping; try again in a moment.";

    private final ClientStream client;
    private final AtomicReference<CallState> state = new AtomicReference<>(new CallState.Waiting());
    private final AtomicReference<Thread> worker = new AtomicReference<>(Thread.currentThread());
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final List<Consumer<CallObserver.Outcome>> whenOver = new CopyOnWriteArrayList<>();
    private final ReentrantLock waiting = new ReentrantLock();
    private volatile @Nullable Company company;
    private final AtomicReference<@Nullable Consumer<Optional<Failure>>> whenUpstreamEnds = new AtomicReference<>();

    CallLife(ClientStream client) {
        this.client = client;
    }

    private CallState now() {
        return Objects.requireNonNull(state.get());
    }

    /** Says that this thread works for the call now; for a step on the call's own exchange. */
    void workHere() {
        worker.set(Thread.currentThread());
    }

    /** Whether this thread is the one that works for the call. */
    boolean isWorkedHere() {
        return worker.get() == Thread.currentThread();
    }

    /**
     * An upstream is about to be asked; it is cut when the client leaves or the gateway stops.
     *
     * @param exchangeId the exchange that asks
     * @return false if the call is being served already, by another exchange
     */
    boolean attempt(UpstreamAnswer attempt, String exchangeId) {
        CallState before = now();
        if (before.isTaken(exchangeId)) {
            return false;
        }
        boolean ours = state.compareAndSet(before, new CallState.Attempting(attempt, exchangeId));
        if (ours && ended().isPresent()) {
            attempt.cut();
        }
        return ours;
    }

    /** The answer of {@code from} has begun; {@code relay} gives it to the client. */
    public void answer(UpstreamAnswer from, Relay relay) {
        state.set(new CallState.Answering(from, relay));
    }

    /** The attempt at work, or the last one there was. */
    public Optional<UpstreamAnswer> attempt() {
        return now().attempt();
    }

    /** What gives the answer to the client, once one has begun. */
    public Optional<Relay> relay() {
        return now().answered();
    }

    /** Lets {@code keeper} keep the client company while no upstream has answered. */
    public void accompaniedBy(Company keeper) {
        company = keeper;
    }

    /** The attempt at work still waits for the head of its answer; told on the watch's thread, now and then. */
    public void awaitsHead(Call call, long now) {
        Company keeper = company;
        if (keeper == null || !waiting.tryLock()) {
            return;
        }
        try {
            if (attempt().filter(at -> at.answeredAt() == 0 && !at.isOver()).isPresent()) {
                keeper.keep(call, now);
            }
        } finally {
            waiting.unlock();
        }
    }

    /** The attempt at work is answered or over: from here on the client is the worker's alone. Whether its response has begun. */
    public boolean takeClient() {
        waiting.lock();
        try {
            return client.started();
        } finally {
            waiting.unlock();
        }
    }

    /** Whether the client has been given nothing of an answer; it may have had the head of a stream, and pings. */
    public boolean isUnanswered() {
        return !client.started() || relay().isEmpty();
    }

    /** Cuts whatever upstream is at work. */
    public void cut() {
        attempt().ifPresent(UpstreamAnswer::cut);
    }

    /** Ends the call because the gateway stops: cuts its upstream, and what waits for it fails. */
    public void stop() {
        stopped.complete(null);
        cut();
    }

    /** Runs {@code action} when the gateway's stopping ends this call; at once if it has. */
    public void whenStopped(Runnable action) {
        stopped.thenRun(action);
    }

    /** Why the call is to end before its time: the client has left, or the gateway stops. */
    public Optional<Failure> ended() {
        if (client.isGone()) {
            return Optional.of(Failure.clientGone());
        }
        if (stopped.isDone()) {
            return Optional.of(stopping());
        }
        return Optional.empty();
    }

    /**
     * Why the exchange with the upstream at work broke off: the call has ended, a time limit is over, or else
     * {@code otherwise}.
     */
    public Failure brokenOff(Failure otherwise) {
        return ended().or(() -> attempt().flatMap(at -> at.deadlines().failure())).orElse(otherwise);
    }

    /** What a call that the gateway's stopping ended is answered with. */
    public static Failure stopping() {
        return Failure.of(Kind.STOPPING, STOPPING);
    }

    /** Lets {@code told} know, once, how the upstream's part ends: with what failed, or with nothing when it has given all. */
    public void whenUpstreamEnds(Consumer<Optional<Failure>> told) {
        whenUpstreamEnds.set(told);
    }

    /** The upstream's part is over; to be told before the client learns it. Only the first counts. */
    public void upstreamEnded(Optional<Failure> failure) {
        Consumer<Optional<Failure>> told = whenUpstreamEnds.getAndSet(null);
        if (told != null) {
            told.accept(failure);
        }
    }

    /** Runs {@code release} when the call is over, however it ends. */
    public void whenOver(Runnable release) {
        whenOver.add(outcome -> release.run());
    }

    /** Tells {@code told} how the call ended, when it is over. */
    public void whenOver(Consumer<CallObserver.Outcome> told) {
        whenOver.add(told);
    }

    /** Ends the call, once: gives back what it held, in the order it was taken. */
    public void end(CallObserver.Outcome how) {
        CallState before = now();
        if (before instanceof CallState.Over || !state.compareAndSet(before, new CallState.Over(before.attempt()))) {
            return;
        }
        upstreamEnded(Optional.of(Failure.clientGone()).filter(gone -> how != CallObserver.Outcome.ANSWERED));
        whenOver.forEach(release -> release.accept(how));
    }
}
