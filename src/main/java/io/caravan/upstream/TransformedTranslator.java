/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.convert.Translator;
import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Any translator, whose streams pass through {@link EventRoutes} on their way to the client. All else is the other's. */
final class TransformedTranslator implements Translator {

    private final Translator translator;
    private final Supplier<EventRoutes> routes;
    private final boolean streamed;

    /**
     * @param routes   makes those of one answer
     * @param streamed whether the client asked for a stream
     */
    TransformedTranslator(Translator translator, Supplier<EventRoutes> routes, boolean streamed) {
        this.translator = translator;
        this.routes = routes;
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
                if (!streamed) {
                    return whole;
                }
                Bytes out = new Bytes(whole.body().length);
                routes.get().through(whole.body(), 0, whole.body().length, out);
                return new Answer(out.toByteArray(), whole.usage());
            }

            @Override
            public Answer joined(byte[] events) {
                return answers.joined(events);
            }

            @Override
            public Stream stream() {
                return new TransformedStream(answers.stream(), routes.get());
            }
        };
    }

    /** A stream whose events are seen by routes; no event is cut into parts. */
    private static final class TransformedStream implements Stream {

        private static final int LARGEST_EVENT = 32 * 1024 * 1024;

        private final Stream stream;
        private final EventRoutes routes;
        private final Bytes held = new Bytes(1024);
        private final Bytes out = new Bytes(1024);
        private final Sink holding = new Sink() {
            @Override
            public void write(byte[] bytes, int from, int to) {
                held.write(bytes, from, to - from);
            }

            @Override
            public void writePart(byte[] bytes, int from, int to) {
                throw new IllegalStateException("An event of over " + LARGEST_EVENT + " bytes cannot be transformed.");
            }
        };

        TransformedStream(Stream stream, EventRoutes routes) {
            this.stream = stream;
            this.routes = routes;
        }

        @Override
        public int largestEvent() {
            return LARGEST_EVENT;
        }

        @Override
        public void take(EventBuffer events, Sink sink) {
            try {
                stream.take(events, holding);
            } finally {
                release(sink);
            }
        }

        @Override
        public void takePart(EventBuffer events, Sink sink) {
            stream.takePart(events, holding);
        }

        @Override
        public void end(EventBuffer events, Sink sink) {
            try {
                stream.end(events, holding);
            } finally {
                release(sink);
            }
        }

        private void release(Sink sink) {
            out.reset();
            routes.through(held.array(), 0, held.size(), out);
            held.reset();
            sink.write(out.array(), 0, out.size());
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
        public boolean goesOn() {
            return stream.goesOn();
        }

        @Override
        public Duration closing() {
            return stream.closing();
        }

        @Override
        public Optional<Failure> told() {
            return stream.told();
        }

        @Override
        public Optional<byte[]> failed(Failure failure) {
            return stream.failed(failure);
        }

        @Override
        public Usage usage() {
            return stream.usage();
        }
    }
}
