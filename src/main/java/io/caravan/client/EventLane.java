package io.caravan.client;

import io.caravan.convert.UpstreamError;
import io.caravan.format.Usage;
import io.caravan.format.sse.EventBuffer;

/** What becomes of the events of one upstream's stream on their way to the client. One thread at a time. */
interface EventLane {

    /** Where the bytes for the client go. */
    interface Sink {

        /** @param part whether an event is left unfinished behind these bytes */
        void write(byte[] bytes, int from, int to, boolean part);
    }

    /** The most bytes held for one event that is not whole yet. */
    int largestEvent();

    /**
     * Takes all events that are whole, and gives on what the client gets for them, together.
     *
     * @throws UpstreamError if one of them is an error that the client is to be told in our own words
     */
    void take(EventBuffer events, Sink sink);

    /** Takes an event that is larger than {@link #largestEvent()} and not whole yet. */
    void takePart(EventBuffer events, Sink sink);

    /**
     * Takes the end of the upstream's stream, and with it what {@code events} still holds.
     *
     * @throws UpstreamError if the message was not complete
     */
    void end(EventBuffer events, Sink sink);

    /** Whether a content block has begun. */
    boolean content();

    /** Whether the message is complete; an upstream may then close, or take {@link #closingNanos()} for what is left. */
    boolean ended();

    /** How long the upstream may take to close its stream from here on. */
    long closingNanos();

    /** The error the upstream sent in the middle of the message, and the client has been given as it came; or null. */
    UpstreamError passedOn();

    /** The token counts known so far. */
    Usage usage();
}
