/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestomessages;

import io.caravan.convert.Translator;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.Usage;
import io.caravan.format.json.Edit;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.messages.MessageAnswer;
import io.caravan.format.sse.EventBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Messages stream for a Messages client: byte for byte, but for the model's name in {@code message_start}. An error
 * event before any content is not passed on but thrown: another upstream may serve, or rule R9 applies. A later one is
 * passed on, and remembered.
 */
final class ByteLane implements Translator.Stream {

    private static final byte[] AS_IT_IS = {};
    private static final int LARGEST_HELD_EVENT = 1024 * 1024;
    /** How long an upstream may take to close its stream behind {@code message_stop}. */
    private static final Duration CLOSING = Duration.ofSeconds(2);
    /** How long {@code message_stop} may take behind the {@code message_delta} that ends the message. */
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private final String model;
    private final boolean keepsModel;
    private boolean content;
    private boolean ended;
    private boolean stopped;
    private @Nullable Failure told;
    private Usage usage = Usage.UNKNOWN;

    /**
     * @param model      the client's name for the model
     * @param keepsModel whether the upstream's name for it stays
     */
    ByteLane(String model, boolean keepsModel) {
        this.model = model;
        this.keepsModel = keepsModel;
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
            if (events.type() == EventBuffer.Type.MESSAGE_START) {
                byte[] named = messageStart(events);
                if (named.length > 0) {
                    sink.write(events.bytes(), from, events.start());
                    sink.write(named, 0, named.length);
                    from = events.end();
                }
            } else if (events.type() == EventBuffer.Type.ERROR && !content) {
                sink.write(events.bytes(), from, events.start());
                throw error(events);
            } else {
                note(events);
            }
            to = events.end();
        }
        if (from >= 0) {
            sink.write(events.bytes(), from, to);
        }
    }

    @Override
    public void takePart(EventBuffer events, Sink sink) {
        events.takeRest();
        sink.writePart(events.bytes(), events.start(), events.end());
    }

    @Override
    public void end(EventBuffer events, Sink sink) {
        if (!ended) {
            throw Failure.of(Kind.CUT_OFF, "The upstream's stream ended before the message was complete.");
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
                if (!ended) {
                    told = error(events);
                }
                ended = true;
            }
            default -> { }
        }
    }

    /** The event with the client's name for the model; empty if it has to go as it is. */
    private byte[] messageStart(EventBuffer events) {
        int data = events.dataStart();
        int end = events.lineEnd(data);
        try {
            MessageAnswer start = MessageAnswer.read(events.bytes(), data, end - data);
            usage = start.usage();
            if (keepsModel || start.modelStart() < 0) {
                return AS_IT_IS;
            }
            byte[] event = Arrays.copyOfRange(events.bytes(), events.start(), events.end());
            MessageAnswer inEvent = new MessageAnswer(start.modelStart() - events.start(),
                    start.modelEnd() - events.start(), start.usage(), true, false, false);
            return Edit.applied(event, inEvent.withModel(model));
        } catch (MalformedBody e) {
            return AS_IT_IS;
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

    private Failure error(EventBuffer events) {
        int data = events.dataStart();
        return ErrorReader.inside(Arrays.copyOfRange(events.bytes(), data, events.lineEnd(data)), model);
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
    public Duration closing() {
        if (stopped) {
            return CLOSING;
        }
        return STOPPING;
    }

    @Override
    public Optional<Failure> told() {
        return Optional.ofNullable(told);
    }

    @Override
    public Usage usage() {
        return usage;
    }
}
