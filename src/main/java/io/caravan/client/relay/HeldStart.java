/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client.relay;

import io.caravan.call.ClientStream;
import io.caravan.convert.Translator;
import io.caravan.format.json.Bytes;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What goes out to the client of a stream, and what of its start is held back.
 *
 * <pre>
 *           release, or a part of an event         part of an event
 *  Holding ──────────────────────────────▶ Flowing ⇄ InsideEvent
 *                                               whole events
 * </pre>
 *
 * Written by the request's worker; the watch's thread may ping between two events.
 */
final class HeldStart implements Translator.Stream.Sink {

    private enum State {
        /** Nothing has gone out, the head neither. */
        HOLDING,
        /** The head is out, and whole events. */
        FLOWING,
        /** Part of an event is out: nothing else may come before its rest. */
        INSIDE_EVENT
    }

    private final ClientStream client;
    private final Runnable head;
    private final BooleanSupplier mayHold;
    private final Bytes held = new Bytes(1024);
    private final ReentrantLock writing = new ReentrantLock();
    private State state = State.HOLDING;
    private volatile long writtenAt = System.nanoTime();

    /**
     * @param head    sends the head of the response
     * @param mayHold whether what comes now can still be held back
     */
    HeldStart(ClientStream client, Runnable head, BooleanSupplier mayHold) {
        this.client = client;
        this.head = head;
        this.mayHold = mayHold;
    }

    @Override
    public void write(byte[] bytes, int from, int to) {
        if (to <= from) {
            return;
        }
        writing.lock();
        try {
            boolean holds = state == State.HOLDING && mayHold.getAsBoolean();
            if (holds) {
                held.write(bytes, from, to - from);
            } else {
                send(bytes, from, to, State.FLOWING);
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void writePart(byte[] bytes, int from, int to) {
        writing.lock();
        try {
            send(bytes, from, to, State.INSIDE_EVENT);
        } finally {
            writing.unlock();
        }
    }

    private void send(byte[] bytes, int from, int to, State next) {
        release();
        state = next;
        client.write(bytes, from, to - from);
        writtenAt = System.nanoTime();
    }

    /** Sends the head and what was held back, once; from then on nothing is held. */
    void release() {
        writing.lock();
        try {
            if (state == State.HOLDING) {
                state = State.FLOWING;
                head.run();
                if (held.size() > 0) {
                    client.write(held.array(), 0, held.size());
                    held.reset();
                    writtenAt = System.nanoTime();
                }
            }
        } finally {
            writing.unlock();
        }
    }

    /** Sends {@code ping} unless an event is half out, the client does not take it at once, or the worker is writing. */
    void ping(byte[] ping, long now) {
        if (!writing.tryLock()) {
            return;
        }
        try {
            boolean mayPing = state == State.HOLDING || state == State.FLOWING && client.ready();
            if (mayPing) {
                release();
                client.write(ping, 0, ping.length);
                writtenAt = now;
            }
        } finally {
            writing.unlock();
        }
    }

    /** When something last went out, as {@link System#nanoTime()}. */
    long writtenAt() {
        return writtenAt;
    }

    boolean isInsideEvent() {
        return state == State.INSIDE_EVENT;
    }
}
