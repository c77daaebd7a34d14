/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.convert.Translator;
import io.caravan.failure.Failure;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Any translator for a Messages client, whose answers also bear the verdicts on their tool uses. What it sends, and all else
 * that it brings back, is the other's.
 */
final class ReviewedTranslator implements Translator {

    private final Translator translator;

    /**
     * @param verdicts makes those of one answer
     * @param streamed whether the client asked for a stream
     */
    ReviewedTranslator(Translator translator, Supplier<Verdicts> verdicts, boolean streamed) {
        this.translator = translator.through(out -> new VerdictFilter(verdicts.get(), out), streamed);
    }

    @Override
    public Outgoing request() {
        return translator.request();
    }

    @Override
    public Answers answers() {
        return translator.answers();
    }

    @Override
    public Failure error(int status, byte[] body) {
        return translator.error(status, body);
    }

    private static final class VerdictFilter implements Filter {

        private final Verdicts verdicts;
        private final VerdictSink sink;

        VerdictFilter(Verdicts verdicts, Stream.Sink out) {
            this.verdicts = verdicts;
            this.sink = new VerdictSink(verdicts, out);
        }

        @Override
        public void write(byte[] bytes, int from, int to) {
            sink.write(bytes, from, to);
        }

        @Override
        public void writePart(byte[] bytes, int from, int to) {
            sink.writePart(bytes, from, to);
        }

        @Override
        public void written(boolean whole) {
            if (!whole) {
                sink.finish(false);
            }
        }

        @Override
        public void ended(boolean whole) {
            sink.finish(whole);
        }

        @Override
        public byte[] message(byte[] message) {
            try {
                for (JsonNode block : Json.exact(message).path("content")) {
                    if (block.path("type").asText().equals("tool_use")) {
                        verdicts.whole(block.path("id").asText(), block.path("name").asText(), block.path("input"),
                                message.length);
                    }
                }
                return Edit.applied(message, VerdictMember.edit(message, 0, message.length, verdicts::beside));
            } catch (IOException e) {
                throw new MalformedBody("not valid JSON");
            }
        }
    }
}
