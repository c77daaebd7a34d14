/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Two answer translators, one behind the other: from the upstream's format into a middle one, from there into the
 * client's. For an upstream whose dialect the client cannot read although both speak the same format.
 */
final class ChainedAnswers implements Translator.Answers {

    private final Translator.Answers first;
    private final Translator.Answers second;

    ChainedAnswers(Translator.Answers first, Translator.Answers second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public Translator.Answer answer(byte[] answer) {
        return second.answer(first.answer(answer).body());
    }

    @Override
    public Translator.Answer joined(byte[] events) {
        return second.answer(first.joined(events).body());
    }

    @Override
    public Translator.Stream stream() {
        return new Chain(first.stream(), second.stream());
    }

    private static final class Chain implements Translator.Stream, Translator.Stream.Sink {

        private final Translator.Stream first;
        private final Translator.Stream second;
        private final EventBuffer between = new EventBuffer(Integer.MAX_VALUE);
        private final Bytes middle = new Bytes(1024);

        Chain(Translator.Stream first, Translator.Stream second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public int largestEvent() {
            return first.largestEvent();
        }

        @Override
        public void take(EventBuffer events, Sink sink) {
            middle.reset();
            try {
                first.take(events, this);
            } finally {
                passOn(sink);
            }
        }

        @Override
        public void takePart(EventBuffer events, Sink sink) {
            first.takePart(events, this);
        }

        @Override
        public void end(EventBuffer events, Sink sink) {
            middle.reset();
            try {
                first.end(events, this);
            } finally {
                passOn(sink);
            }
            second.end(between, sink);
        }

        @Override
        public void write(byte[] bytes, int from, int to) {
            middle.write(bytes, from, to - from);
        }

        @Override
        public void writePart(byte[] bytes, int from, int to) {
            write(bytes, from, to);
        }

        private void passOn(Sink sink) {
            ByteArrayInputStream in = new ByteArrayInputStream(middle.array(), 0, middle.size());
            try {
                while (between.fill(in) >= 0) {
                    second.take(between, sink);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean content() {
            return second.content();
        }

        @Override
        public boolean ended() {
            return first.ended();
        }

        @Override
        public Duration closing() {
            return first.closing();
        }

        @Override
        public boolean goesOn() {
            return first.goesOn();
        }

        @Override
        public Optional<Failure> told() {
            return Optional.empty();
        }

        @Override
        public Optional<byte[]> failed(Failure failure) {
            return second.failed(failure);
        }

        @Override
        public Usage usage() {
            return first.usage();
        }
    }
}
