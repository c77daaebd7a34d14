/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import io.caravan.format.sse.EventBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * What becomes of the events of one upstream's stream on their way to the client. What arrived together leaves together.
 * One thread at a time; no I/O but the sink's.
 */
public interface StreamTranslator {

    /** Where the bytes for the client go. */
    interface Sink {

        /** Takes whole events. */
        void write(byte[] bytes, int from, int to);

        /** Takes a part of an event whose end is still to come. */
        void writePart(byte[] bytes, int from, int to);
    }

    /** The most bytes held for one event that is not whole yet. */
    int largestEvent();

    /**
     * Takes all events that are whole, and gives on what the client gets for them, together.
     *
     * @throws Failure if one of them is an error that the client is to be told in our own words, or no event of the format
     */
    void take(EventBuffer events, Sink sink);

    /** Takes an event that is larger than {@link #largestEvent()} and not whole yet. */
    void takePart(EventBuffer events, Sink sink);

    /**
     * Takes the end of the upstream's stream, and with it what {@code events} still holds.
     *
     * @throws Failure if the message was not complete: a cut stream never ends cleanly (rule R10)
     */
    void end(EventBuffer events, Sink sink);

    /** Whether a content block has begun. */
    boolean content();

    /** Whether the message is complete; an upstream may then close, or take {@link #closing()} for what is left. */
    boolean ended();

    /** How long the upstream may take to close its stream from here on. */
    Duration closing();

    /** The error the upstream sent in the middle of the message, where the client has been given it as it came. */
    Optional<Failure> told();

    /** The token counts known so far. */
    Usage usage();
}
