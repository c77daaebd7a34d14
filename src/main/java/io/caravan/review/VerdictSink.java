/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.convert.Translator.Stream.Sink;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Edit;
import io.caravan.format.sse.EventBuffer;
import io.caravan.format.sse.EventData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The events of a Messages stream on their way to the client: passes them on as they come, shows them to the reader of tool
 * uses, and writes the verdicts into the last {@code message_delta}. That one is held until what follows tells that it is the
 * last, and until the verdicts are there; so is what stands behind it, and nothing else. One stream, one thread.
 */
final class VerdictSink implements Sink {

    private static final byte[] FRAME = "event: message_delta\ndata: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FRAME_END = {'\n', '\n'};

    private final ToolUseReader reader;
    private final Answers verdicts;
    private final JoinedWrites out;
    private final Bytes held = new Bytes(512);
    /** How long the message_delta is that {@link #held} begins with; 0 if nothing is held. */
    private int deltaLength;

    /** Takes the tool uses, and gives the verdicts on them. */
    interface Answers extends ToolUseReader.Found {

        /** Whether {@link #beside} need not wait. */
        boolean ready();

        /**
         * The value of the member; may wait. Empty if what is there stays.
         *
         * @param given what the upstream has put there; missing if it has not
         */
        Optional<JsonNode> beside(JsonNode given);
    }

    VerdictSink(Answers verdicts, Sink out) {
        this.verdicts = verdicts;
        this.reader = new ToolUseReader(verdicts);
        this.out = new JoinedWrites(out);
    }

    @Override
    public void write(byte[] bytes, int from, int to) {
        int kept = from;
        int at = from;
        while (at < to) {
            int end = EventBuffer.eventEnd(bytes, at, to);
            switch (EventBuffer.Type.of(bytes, at, end)) {
                case CONTENT_BLOCK_START -> reader.start(bytes, at, end);
                case CONTENT_BLOCK_DELTA -> reader.delta(bytes, at, end);
                case CONTENT_BLOCK_STOP -> reader.stop(bytes, at, end);
                case MESSAGE_DELTA -> {
                    pass(bytes, kept, at);
                    hold(bytes, at, end);
                    kept = end;
                }
                case MESSAGE_STOP, ERROR -> {
                    pass(bytes, kept, at);
                    release(true);
                    kept = at;
                }
                default -> { }
            }
            at = end;
        }
        pass(bytes, kept, to);
        out.flush();
    }

    @Override
    public void writePart(byte[] bytes, int from, int to) {
        finish(true);
        out.writePart(bytes, from, to);
    }

    private void pass(byte[] bytes, int from, int to) {
        if (to <= from) {
            return;
        }
        if (deltaLength > 0) {
            held.write(bytes, from, to - from);
        } else {
            out.write(bytes, from, to);
        }
    }

    private void hold(byte[] bytes, int from, int to) {
        release(false);
        held.write(bytes, from, to - from);
        deltaLength = to - from;
    }

    /**
     * Lets go what is held, if there is anything.
     *
     * @param last whether the message_delta it begins with is the last, and bears the verdicts
     */
    void finish(boolean last) {
        release(last);
        out.flush();
    }

    private void release(boolean last) {
        if (deltaLength == 0) {
            return;
        }
        byte[] all = held.toByteArray();
        byte[] delta = Arrays.copyOf(all, deltaLength);
        int rest = deltaLength;
        held.reset();
        deltaLength = 0;
        if (last) {
            reader.end();
            if (!verdicts.ready()) {
                out.flush();
            }
            delta = withVerdicts(delta);
        }
        out.write(delta, 0, delta.length);
        if (all.length > rest) {
            out.write(all, rest, all.length);
        }
    }

    private byte[] withVerdicts(byte[] event) {
        EventData data = EventData.read(event, 0, event.length);
        try {
            List<Edit> edits = VerdictMember.editIn("delta", data.bytes(), data.start(), data.start() + data.length(),
                    verdicts::beside);
            byte[] edited = Edit.applied(data.bytes(), edits);
            if (data.bytes() == event || edits.isEmpty()) {
                return data.bytes() == event ? edited : event;
            }
            return framed(edited);
        } catch (IOException e) {
            return event; // The client cannot read it either.
        }
    }

    /** An event whose data stood in several lines. */
    private static byte[] framed(byte[] data) {
        Bytes event = new Bytes(FRAME.length + data.length + FRAME_END.length);
        event.write(FRAME);
        event.write(data);
        event.write(FRAME_END);
        return event.toByteArray();
    }
}
