package io.caravan.client;

import io.caravan.format.json.Bytes;
import io.caravan.convert.StreamTranslator;
import io.caravan.convert.UpstreamError;
import io.caravan.format.Usage;
import io.caravan.format.sse.EventBuffer;
import java.util.Arrays;

/** A stream whose events are turned into another format's. What came together goes out together. */
final class TranslatedLane implements EventLane {

    private static final int LARGEST_EVENT = 32 * 1024 * 1024;
    /** How long an upstream may take for its token counts, and to close, behind the end of the message. */
    private static final long CLOSING_NANOS = 2_000_000_000L;

    private final StreamTranslator translator;
    private final Bytes out = new Bytes(8 * 1024);

    TranslatedLane(StreamTranslator translator) {
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
            sink.write(out.array(), 0, out.size(), false);
        }
    }

    @Override
    public void takePart(EventBuffer events, Sink sink) {
        throw new UpstreamError(500, "api_error", "The upstream sent an event of more than " + LARGEST_EVENT + " bytes.");
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
            sink.write(out.array(), 0, out.size(), false);
        }
    }

    /** Some upstreams spare the blank line behind their last event. */
    private void takeLast(EventBuffer events) {
        events.takeRest();
        int length = events.end() - events.start();
        if (length > 0 && (!translator.complete() || events.bytes()[events.end() - 1] == '\n')) {
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
    public long closingNanos() {
        return CLOSING_NANOS;
    }

    @Override
    public UpstreamError passedOn() {
        return null;
    }

    @Override
    public Usage usage() {
        return translator.usage();
    }
}
