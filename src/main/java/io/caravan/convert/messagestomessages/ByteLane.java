/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestomessages;

import io.caravan.convert.Translator;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.ModelRequest;
import io.caravan.format.Usage;
import io.caravan.format.json.Edit;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.messages.EventFrames;
import io.caravan.format.messages.MessageAnswer;
import io.caravan.format.sse.EventBuffer;
import io.caravan.format.sse.EventData;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Messages stream for a Messages client: byte for byte, but for the model's name in {@code message_start}. Wrong events are
 * put right: one without its {@code event:} line gets it, a second {@code message_start} and {@code [DONE]} are left out, an
 * error in another form is thrown. So is one in the right form before any content: another upstream may serve, or rule R9
 * applies. A later one is passed on, and remembered.
 */
final class ByteLane implements Translator.Stream {

    private static final byte[] NOTHING = {};
    private static final byte[] OWN_ERROR = "{\"type\":\"error\"".getBytes(StandardCharsets.US_ASCII);
    private static final int LARGEST_HELD_EVENT = 1024 * 1024;
    /** How long an upstream may take to close its stream behind {@code message_stop}. */
    private static final Duration CLOSING = Duration.ofSeconds(2);
    /** How long {@code message_stop} may take behind the {@code message_delta} that ends the message. */
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private final String model;
    private final CallIds ids;
    private final boolean keepsModel;
    private boolean started;
    private boolean content;
    private boolean ended;
    private boolean stopped;
    private List<Edit> renamed = List.of();
    private @Nullable Failure told;
    private Usage usage = Usage.UNKNOWN;

    /**
     * @param request    the client's
     * @param keepsModel whether the upstream's name for the model stays
     */
    ByteLane(ModelRequest request, boolean keepsModel) {
        this.model = request.model();
        this.ids = new CallIds(request);
        this.keepsModel = keepsModel;
    }

    @Override
    public int largestEvent() {
        return LARGEST_HELD_EVENT;
    }

    @Override
    public void take(EventBuffer events, Sink sink) {
        int from = -1;
        while (events.next()) {
            if (from < 0) {
                from = events.start();
            }
            if (isRight(events)) {
                note(events.type(), events);
            } else {
                sink.write(events.bytes(), from, events.start());
                byte[] instead = instead(events);
                sink.write(instead, 0, instead.length);
                from = events.end();
            }
        }
        if (from >= 0) {
            sink.write(events.bytes(), from, events.start());
        }
    }

    /** Whether the event goes as it is. */
    private boolean isRight(EventBuffer events) {
        return switch (events.type()) {
            case MESSAGE_START, ERROR, OTHER -> false;
            case CONTENT_BLOCK_START -> {
                renamed = renamed(events);
                yield events.isNamed() && renamed.isEmpty();
            }
            default -> events.isNamed();
        };
    }

    /** What goes instead of the event, which may be itself. */
    private byte[] instead(EventBuffer events) {
        EventBuffer.Type type = events.type();
        if (type != EventBuffer.Type.OTHER) {
            return known(type, events);
        }
        EventData data = EventData.read(events.bytes(), events.start(), events.end());
        if (data.isDone()) {
            return NOTHING;
        }
        if (data.isEmpty() || events.isNamed()) {
            return itself(events);
        }
        return unnamed(data.toByteArray(), events);
    }

    private byte[] known(EventBuffer.Type type, EventBuffer events) {
        byte[] event = switch (type) {
            case MESSAGE_START -> messageStart(events);
            case CONTENT_BLOCK_START -> blockStart(events);
            case ERROR -> ownError(events);
            default -> {
                note(type, events);
                yield itself(events);
            }
        };
        boolean complete = event.length == 0 || events.isNamed();
        return complete ? event : joined(type.line(), event);
    }

    /** An event whose data does not begin with its type. */
    private byte[] unnamed(byte[] data, EventBuffer events) {
        Optional<Failure> error = ErrorReader.told(data, model);
        if (error.isPresent()) {
            if (ended) {
                return NOTHING;
            }
            throw error.get();
        }
        String name = EventFrames.nameOf(data);
        EventBuffer.Type type = EventBuffer.Type.of(name);
        if (type != EventBuffer.Type.OTHER) {
            return known(type, events);
        }
        byte[] event = itself(events);
        return name.isEmpty() ? event : joined(("event: " + name + "\n").getBytes(StandardCharsets.UTF_8), event);
    }

    private static byte[] itself(EventBuffer events) {
        return Arrays.copyOfRange(events.bytes(), events.start(), events.end());
    }

    private static byte[] joined(byte[] line, byte[] event) {
        byte[] joined = Arrays.copyOf(line, line.length + event.length);
        System.arraycopy(event, 0, joined, line.length, event.length);
        return joined;
    }

    @Override
    public void takePart(EventBuffer events, Sink sink) {
        events.takeRest();
        sink.writePart(events.bytes(), events.start(), events.end());
    }

    @Override
    public void end(EventBuffer events, Sink sink) {
        if (ended) {
            return;
        }
        events.takeRest();
        EventData rest = EventData.read(events.bytes(), events.start(), events.end());
        throw ErrorReader.told(rest.toByteArray(), model).orElseGet(
                () -> Failure.of(Kind.CUT_OFF, "The upstream's stream ended before the message was complete."));
    }

    private void note(EventBuffer.Type type, EventBuffer events) {
        switch (type) {
            case CONTENT_BLOCK_START -> content = true;
            case MESSAGE_DELTA -> messageDelta(events);
            case MESSAGE_STOP -> {
                ended = true;
                stopped = true;
            }
            default -> { }
        }
    }

    /** An error event: thrown unless content has begun and it is in the form that clients know. */
    private byte[] ownError(EventBuffer events) {
        Failure error = error(events);
        int data = events.dataStart();
        while (data < events.end() && events.bytes()[data] == ' ') {
            data++;
        }
        int form = Math.min(events.end(), data + OWN_ERROR.length);
        boolean own = Arrays.equals(events.bytes(), data, form, OWN_ERROR, 0, OWN_ERROR.length);
        boolean tellable = content && own;
        if (!tellable && !ended) {
            throw error;
        }
        if (!ended) {
            told = error;
        }
        ended = true;
        return own ? itself(events) : NOTHING;
    }

    /** The event with the client's name for the model; nothing if there was one before. */
    private byte[] messageStart(EventBuffer events) {
        if (started) {
            return NOTHING;
        }
        started = true;
        int data = events.dataStart();
        int end = events.lineEnd(data);
        byte[] event = itself(events);
        try {
            MessageAnswer start = MessageAnswer.read(events.bytes(), data, end - data);
            usage = start.usage();
            if (keepsModel || start.modelStart() < 0) {
                return event;
            }
            MessageAnswer inEvent = new MessageAnswer(start.modelStart() - events.start(),
                    start.modelEnd() - events.start(), start.usage(), true, false, false);
            return Edit.applied(event, inEvent.withModel(model));
        } catch (MalformedBody e) {
            return event;
        }
    }

    /** The event, with another id for a call that repeats one of the conversation. */
    private byte[] blockStart(EventBuffer events) {
        content = true;
        if (events.type() == EventBuffer.Type.OTHER) {
            renamed = renamed(events);
        }
        return Edit.applied(itself(events), renamed);
    }

    private List<Edit> renamed(EventBuffer events) {
        int data = events.dataStart();
        int start = events.start();
        return ids.renamed(events.bytes(), data, events.lineEnd(data)).stream()
                .map(edit -> new Edit(edit.start() - start, edit.end() - start, edit.replacement())).toList();
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
