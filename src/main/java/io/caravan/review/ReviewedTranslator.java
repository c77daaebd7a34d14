/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.convert.Translator;
import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.sse.EventBuffer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Any translator for a Messages client, whose answers also bear the verdicts on their tool uses. What it sends, and all else
 * that it brings back, is the other's.
 */
final class ReviewedTranslator implements Translator {

    private final Translator translator;
    private final Supplier<Verdicts> verdicts;
    private final boolean streamed;

    /**
     * @param verdicts makes those of one answer
     * @param streamed whether the client asked for a stream
     */
    ReviewedTranslator(Translator translator, Supplier<Verdicts> verdicts, boolean streamed) {
        this.translator = translator;
        this.verdicts = verdicts;
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
                return reviewed(answers.answer(answer));
            }

            @Override
            public Answer joined(byte[] events) {
                Answer whole = answers.joined(events);
                return new Answer(message(whole.body()), whole.usage());
            }

            @Override
            public Stream stream() {
                return new ReviewedStream(answers.stream(), verdicts.get());
            }
        };
    }

    private Answer reviewed(Answer answer) {
        byte[] body = streamed ? events(answer.body()) : message(answer.body());
        return new Answer(body, answer.usage());
    }

    private byte[] events(byte[] events) {
        Bytes out = new Bytes(events.length + 512);
        Verdicts ofAnswer = verdicts.get();
        VerdictSink sink = new VerdictSink(ofAnswer, new Stream.Sink() {
            @Override
            public void write(byte[] bytes, int from, int to) {
                out.write(bytes, from, to - from);
            }

            @Override
            public void writePart(byte[] bytes, int from, int to) {
                out.write(bytes, from, to - from);
            }
        });
        sink.write(events, 0, events.length);
        sink.finish(true);
        return out.toByteArray();
    }

    private byte[] message(byte[] message) {
        Verdicts ofMessage = verdicts.get();
        try {
            for (JsonNode block : Json.exact(message).path("content")) {
                if (block.path("type").asText().equals("tool_use")) {
                    ofMessage.whole(block.path("id").asText(), block.path("name").asText(), block.path("input"), message.length);
                }
            }
            return Edit.applied(message, VerdictMember.edit(message, 0, message.length, ofMessage::beside));
        } catch (IOException e) {
            throw new MalformedBody("not valid JSON");
        }
    }

    /** A stream whose events pass a {@link VerdictSink}. */
    private static final class ReviewedStream implements Stream {

        /** An event is not cut into parts, for it may be one that is looked at. */
        private static final int LARGEST_EVENT = 32 * 1024 * 1024;

        private final Stream stream;
        private final VerdictSink verdicts;

        ReviewedStream(Stream stream, Verdicts verdicts) {
            this.stream = stream;
            this.verdicts = new VerdictSink(verdicts, NOWHERE);
        }

        private static final Sink NOWHERE = new Sink() {
            @Override
            public void write(byte[] bytes, int from, int to) {
                throw new IllegalStateException("The stream has not begun.");
            }

            @Override
            public void writePart(byte[] bytes, int from, int to) {
                throw new IllegalStateException("The stream has not begun.");
            }
        };

        @Override
        public int largestEvent() {
            return LARGEST_EVENT;
        }

        @Override
        public void take(EventBuffer events, Sink sink) {
            verdicts.to(sink);
            try {
                stream.take(events, verdicts);
            } catch (Failure e) {
                verdicts.finish(false);
                throw e;
            }
        }

        @Override
        public void takePart(EventBuffer events, Sink sink) {
            stream.takePart(events, verdicts.to(sink));
        }

        @Override
        public void end(EventBuffer events, Sink sink) {
            verdicts.to(sink);
            boolean whole = false;
            try {
                stream.end(events, verdicts);
                whole = true;
            } finally {
                verdicts.finish(whole);
            }
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
        public Optional<Failure> told() {
            return stream.told();
        }

        @Override
        public Usage usage() {
            return stream.usage();
        }
    }
}
