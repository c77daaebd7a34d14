/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** A stream that goes through a translator one event at a time. */
public final class EventByEvent implements StreamTranslator {

    private static final int LARGEST_EVENT = 32 * 1024 * 1024;

    /** How long an upstream may take for its token counts, and to close, behind the end of the message. */
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final EventTranslator translator;
    private final Bytes out = new Bytes(8 * 1024);

    public EventByEvent(EventTranslator translator) {
        this.translator = translator;
    }

    @Override
    public int largestEvent() {
        return LARGEST_EVENT;
    }

    @Override
    public void take(EventBuffer events, Sink sink) {
        out.reset();
        try {
            while (events.next()) {
                translator.event(events.bytes(), events.start(), events.end(), out);
            }
        } finally {
            sink.write(out.array(), 0, out.size());
        }
    }

    @Override
    public void takePart(EventBuffer events, Sink sink) {
        throw Failure.of(Kind.BAD_ANSWER, "The upstream sent an event of more than " + LARGEST_EVENT + " bytes.");
    }

    @Override
    public void end(EventBuffer events, Sink sink) {
        if (translator.stopped()) {
            return;
        }
        out.reset();
        try {
            takeLast(events);
            translator.end(out);
        } finally {
            sink.write(out.array(), 0, out.size());
        }
    }

    /** Some upstreams spare the blank line behind their last event. */
    private void takeLast(EventBuffer events) {
        events.takeRest();
        int length = events.end() - events.start();
        boolean whole = length > 0 && events.bytes()[events.end() - 1] == '\n';
        if (whole || length > 0 && !translator.complete()) {
            byte[] event = Arrays.copyOfRange(events.bytes(), events.start(), events.end() + 2);
            event[length] = '\n';
            event[length + 1] = '\n';
            translator.event(event, 0, event.length, out);
        }
    }

    @Override
    public boolean content() {
        return translator.contentBegun();
    }

    @Override
    public boolean ended() {
        return translator.complete();
    }

    @Override
    public Duration closing() {
        return CLOSING;
    }

    @Override
    public Optional<Failure> told() {
        return Optional.empty();
    }

    @Override
    public Usage usage() {
        return translator.usage();
    }
}
