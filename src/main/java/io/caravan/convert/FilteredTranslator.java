/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import io.caravan.format.sse.EventBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Any translator, whose answers pass a filter on their way to the client. What it sends, and what an error means, is the other's. */
final class FilteredTranslator implements Translator {

    /** No event is cut into parts, for it may be one that the filter looks at. */
    private static final int LARGEST_EVENT = 32 * 1024 * 1024;

    private final Translator translator;
    private final Function<Stream.Sink, Filter> filter;
    private final boolean streamed;

    FilteredTranslator(Translator translator, Function<Stream.Sink, Filter> filter, boolean streamed) {
        this.translator = translator;
        this.filter = filter;
        this.streamed = streamed;
    }

    @Override
    public Outgoing request() {
        return translator.request();
    }

    @Override
    public Failure error(int status, byte[] body) {
        return translator.error(status, body);
    }

    @Override
    public Answers answers() {
        Answers answers = translator.answers();
        return new Answers() {
            @Override
            public Answer answer(byte[] answer) {
                Answer whole = answers.answer(answer);
                byte[] body = streamed ? events(whole.body()) : message(whole.body());
                return new Answer(body, whole.usage());
            }

            @Override
            public Answer joined(byte[] events) {
                Answer whole = answers.joined(events);
                return new Answer(message(whole.body()), whole.usage());
            }

            @Override
            public Stream stream() {
                return new FilteredStream(answers.stream(), filter);
            }
        };
    }

    private byte[] message(byte[] message) {
        return filter.apply(new WholeStream()).message(message);
    }

    private byte[] events(byte[] events) {
        WholeStream out = new WholeStream();
        Filter ofAnswer = filter.apply(out);
        ofAnswer.write(events, 0, events.length);
        ofAnswer.written(true);
        ofAnswer.ended(true);
        return out.toByteArray();
    }

    private static final class FilteredStream implements Stream, Stream.Sink {

        private final Stream stream;
        private final Filter filter;
        private @Nullable Sink sink;

        FilteredStream(Stream stream, Function<Sink, Filter> filter) {
            this.stream = stream;
            this.filter = filter.apply(this);
        }

        @Override
        public int largestEvent() {
            return LARGEST_EVENT;
        }

        @Override
        public void take(EventBuffer events, Sink client) {
            sink = client;
            boolean whole = false;
            try {
                stream.take(events, filter);
                whole = true;
            } finally {
                filter.written(whole);
            }
        }

        @Override
        public void takePart(EventBuffer events, Sink client) {
            sink = client;
            stream.takePart(events, filter);
        }

        @Override
        public void end(EventBuffer events, Sink client) {
            sink = client;
            boolean whole = false;
            try {
                stream.end(events, filter);
                whole = true;
            } finally {
                filter.ended(whole);
            }
        }

        @Override
        public void write(byte[] bytes, int from, int to) {
            client().write(bytes, from, to);
        }

        @Override
        public void writePart(byte[] bytes, int from, int to) {
            client().writePart(bytes, from, to);
        }

        private Sink client() {
            return Objects.requireNonNull(sink, "The stream has not begun.");
        }

        @Override
        public boolean content() {
            return stream.content();
        }

        @Override
        public boolean ended() {
            return stream.ended();
        }

        @Override
        public Duration closing() {
            return stream.closing();
        }

        @Override
        public boolean goesOn() {
            return stream.goesOn();
        }

        @Override
        public Optional<byte[]> failed(Failure failure) {
            return stream.failed(failure);
        }

        @Override
        public Optional<Failure> told() {
            return stream.told();
        }

        @Override
        public Usage usage() {
            return stream.usage();
        }
    }
}
