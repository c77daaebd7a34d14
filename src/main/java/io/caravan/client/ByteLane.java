package io.caravan.client;

import io.caravan.format.json.Edit;
import io.caravan.format.json.MalformedBody;
import io.caravan.convert.UpstreamError;
import io.caravan.format.messages.ErrorBody;
import io.caravan.format.messages.MessageAnswer;
import io.caravan.format.Usage;
import io.caravan.format.sse.EventBuffer;
import io.caravan.format.sse.EventType;
import java.util.Arrays;

/**
 * A Messages stream for a Messages client: byte for byte, but for the model's name in {@code message_start}. An error
 * event before any content is not passed on but thrown: another upstream may serve, or rule 9 applies. A later one is
 * passed on, and remembered.
 */
final class ByteLane implements EventLane {

    private static final int LARGEST_HELD_EVENT = 1024 * 1024;
    /** How long an upstream may take to close its stream behind {@code message_stop}. */
    private static final long CLOSING_NANOS = 2_000_000_000L;
    /** How long {@code message_stop} may take behind the {@code message_delta} that ends the message. */
    private static final long STOPPING_NANOS = 10_000_000_000L;

    private final String model;
    private boolean content;
    private boolean ended;
    private boolean stopped;
    private UpstreamError passedOn;
    private Usage usage = Usage.UNKNOWN;

    /** @param model the client's name for the model */
    ByteLane(String model) {
        this.model = model;
    }

    @Override
    public int largestEvent() {
        return LARGEST_HELD_EVENT;
    }

    @Override
    public void take(EventBuffer events, Sink sink) {
        int from = -1;
        int to = -1;
        while (events.next()) {
            if (from < 0) {
                from = events.start();
            }
            if (events.type() == EventType.MESSAGE_START) {
                byte[] patched = messageStart(events);
                if (patched != null) {
                    sink.write(events.bytes(), from, events.start(), false);
                    sink.write(patched, 0, patched.length, false);
                    from = events.end();
                }
            } else if (events.type() == EventType.ERROR && !content) {
                sink.write(events.bytes(), from, events.start(), false);
                throw error(events);
            } else {
                note(events);
            }
            to = events.end();
        }
        if (from >= 0) {
            sink.write(events.bytes(), from, to, false);
        }
    }

    @Override
    public void takePart(EventBuffer events, Sink sink) {
        events.takeRest();
        sink.write(events.bytes(), events.start(), events.end(), true);
    }

    @Override
    public void end(EventBuffer events, Sink sink) {
        if (!ended) {
            throw new UpstreamError(503, "api_error", "The upstream ended its stream before the message was complete.");
        }
    }

    private void note(EventBuffer events) {
        switch (events.type()) {
            case CONTENT_BLOCK_START -> content = true;
            case MESSAGE_DELTA -> messageDelta(events);
            case MESSAGE_STOP -> {
                ended = true;
                stopped = true;
            }
            case ERROR -> {
                passedOn = ended ? null : error(events);
                ended = true;
            }
            default -> { }
        }
    }

    private byte[] messageStart(EventBuffer events) {
        int data = events.dataStart();
        int end = events.lineEnd(data);
        try {
            MessageAnswer start = MessageAnswer.read(events.bytes(), data, end - data);
            usage = start.usage();
            if (start.modelStart() < 0) {
                return null;
            }
            byte[] event = Arrays.copyOfRange(events.bytes(), events.start(), events.end());
            MessageAnswer inEvent = new MessageAnswer(start.modelStart() - events.start(),
                    start.modelEnd() - events.start(), start.usage(), true, false, false);
            return Edit.applied(event, inEvent.withModel(model));
        } catch (MalformedBody e) {
            return null;
        }
    }

    private void messageDelta(EventBuffer events) {
        int data = events.dataStart();
        try {
            MessageAnswer delta = MessageAnswer.read(events.bytes(), data, events.lineEnd(data) - data);
            usage = usage.updated(delta.usage());
            ended |= delta.stops();
        } catch (MalformedBody e) {
            ended = true; // it is for the client to make sense of
        }
    }

    private static UpstreamError error(EventBuffer events) {
        int data = events.dataStart();
        ErrorBody.Reading reading = ErrorBody.read(Arrays.copyOfRange(events.bytes(), data, events.lineEnd(data)));
        String type = reading.type() == null ? "api_error" : reading.type();
        String message = reading.message() == null ? "The upstream failed." : reading.message();
        return new UpstreamError(ErrorBody.statusOf(type, 500), type, message);
    }

    @Override
    public boolean content() {
        return content;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public long closingNanos() {
        return stopped ? CLOSING_NANOS : STOPPING_NANOS;
    }

    @Override
    public UpstreamError passedOn() {
        return passedOn;
    }

    @Override
    public Usage usage() {
        return usage;
    }
}
