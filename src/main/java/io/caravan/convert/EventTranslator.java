/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Turns the event stream of one upstream's answer into the client's, one whole event at a time. A class for a pair of
 * formats says what becomes of an event and what ends the client's stream, which comes once, and only where the message is
 * complete; an event larger than 32 MB is a failure. No I/O; one thread at a time.
 */
public abstract class EventTranslator implements Translator.Stream {

    private static final int LARGEST_EVENT = 32 * 1024 * 1024;
    /** How long an upstream may take for its token counts, and to close, behind the end of the message. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final Bytes out = new Bytes(8 * 1024);
    private boolean heard;
    private boolean contentBegun;
    private boolean complete;
    private boolean stopped;

    /**
     * Takes one whole event as it came, its blank line included, and appends to {@code out} what the client gets for it:
     * whole events, or nothing.
     *
     * @throws Failure if the event is an error, or no event of this format; {@code out} then holds whole events
     */
    protected abstract void event(byte[] bytes, int start, int end, Bytes out);

    /** Appends what ends the client's stream; the message is complete. */
    protected abstract void last(Bytes out);

    /** Notes whether a content block has begun at the client; once it has, it stays so. */
    protected final void content(boolean begun) {
        contentBegun |= begun;
    }

    /** Notes whether the message has its reason to end; once it has, it stays so. */
    protected final void finished(boolean now) {
        complete |= now;
    }

    /** Ends the client's stream, if it has not ended. {@link Kind#CUT_OFF} if the message is not complete (rule R10). */
    public final void end(Bytes out) {
        if (stopped) {
            return;
        }
        if (!complete) {
            throw Failure.of(Kind.CUT_OFF, "The upstream's stream ended before the message was complete.");
        }
        last(out);
        stopped = true;
    }

    /** Whether everything has been appended, the last event included; what still comes is not looked at. */
    public final boolean stopped() {
        return stopped;
    }

    @Override
    public final boolean content() {
        return contentBegun;
    }

    @Override
    public final boolean ended() {
        return complete;
    }

    @Override
    public final int largestEvent() {
        return LARGEST_EVENT;
    }

    @Override
    public final void take(EventBuffer events, Sink sink) {
        out.reset();
        heard = false;
        try {
            while (events.next()) {
                heard |= events.bytes()[events.start()] != ':';
                if (!stopped) {
                    event(events.bytes(), events.start(), events.end(), out);
                }
            }
        } finally {
            sink.write(out.array(), 0, out.size());
        }
    }

    @Override
    public final void takePart(EventBuffer events, Sink sink) {
        throw Failure.of(Kind.BAD_ANSWER, "The upstream sent an event of more than " + LARGEST_EVENT + " bytes.");
    }

    @Override
    public final void end(EventBuffer events, Sink sink) {
        if (stopped) {
            return;
        }
        out.reset();
        try {
            takeLast(events);
            end(out);
        } finally {
            sink.write(out.array(), 0, out.size());
        }
    }

    /** Some upstreams spare the blank line behind their last event. What is cut short counts only before the message's end. */
    private void takeLast(EventBuffer events) {
        events.takeRest();
        int length = events.end() - events.start();
        if (length == 0) {
            return;
        }
        boolean whole = events.bytes()[events.end() - 1] == '\n';
        if (whole || !complete) {
            byte[] event = Arrays.copyOfRange(events.bytes(), events.start(), events.end() + 2);
            event[length] = '\n';
            event[length + 1] = '\n';
            event(event, 0, event.length, out);
        }
    }

    @Override
    public final Duration closing() {
        return CLOSING;
    }

    @Override
    public final boolean goesOn() {
        return heard && !stopped;
    }

    @Override
    public final Optional<Failure> told() {
        return Optional.empty();
    }
}
