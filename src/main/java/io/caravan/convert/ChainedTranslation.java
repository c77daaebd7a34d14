package io.caravan.convert;

import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Two translations, one behind the other: from the upstream's format into a middle one, from there into the client's. For
 * an upstream whose dialect the client cannot read although both speak the same format.
 */
public final class ChainedTranslation implements AnswerTranslation {

    private final AnswerTranslation first;
    private final AnswerTranslation second;

    public ChainedTranslation(AnswerTranslation first, AnswerTranslation second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public Message message(byte[] answer) {
        return second.message(first.message(answer).body());
    }

    @Override
    public byte[] asStream(byte[] message) {
        return second.asStream(message);
    }

    @Override
    public StreamTranslator stream() {
        return new Chain(first.stream(), second.stream());
    }

    private record Chain(StreamTranslator first, StreamTranslator second, Bytes middle) implements StreamTranslator {

        Chain(StreamTranslator first, StreamTranslator second) {
            this(first, second, new Bytes(1024));
        }

        @Override
        public void event(byte[] bytes, int start, int end, Bytes out) {
            middle.reset();
            try {
                first.event(bytes, start, end, middle);
            } finally {
                passOn(out);
            }
        }

        @Override
        public void end(Bytes out) {
            if (!first.stopped()) {
                middle.reset();
                first.end(middle);
                passOn(out);
            }
            if (!second.stopped()) {
                second.end(out);
            }
        }

        private void passOn(Bytes out) {
            EventBuffer events = new EventBuffer(Integer.MAX_VALUE);
            ByteArrayInputStream in = new ByteArrayInputStream(middle.array(), 0, middle.size());
            try {
                while (events.fill(in) >= 0) {
                    while (events.next()) {
                        second.event(events.bytes(), events.start(), events.end(), out);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean contentBegun() {
            return second.contentBegun();
        }

        @Override
        public boolean complete() {
            return first.complete();
        }

        @Override
        public boolean stopped() {
            return second.stopped();
        }

        @Override
        public Usage usage() {
            return first.usage();
        }
    }
}
