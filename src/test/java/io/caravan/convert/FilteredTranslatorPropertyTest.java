/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.ModelTraits;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import io.caravan.learning.Refusals;
import io.caravan.provider.Dialect;
import io.caravan.provider.Dialects;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A filter that changes nothing changes nothing: neither a byte, nor what the relay asks of a stream, at any moment of it. */
class FilteredTranslatorPropertyTest {

    private static final String REQUEST =
            "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"input\":\"hi\","
            + "\"stream\":true}";
    private static final String MESSAGES = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"other","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hello"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}

            event: message_stop
            data: {"type":"message_stop"}

            """;
    private static final String CHAT = """
            data: {"id":"c1","choices":[{"index":0,"delta":{"role":"assistant","content":"hel"},"finish_reason":null}]}

            data: {"id":"c1","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":null}]}

            data: {"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            : still there

            data: {"id":"c1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":7}}

            data: [DONE]

            """;

    /** Passes on what it gets. */
    private record Same(Translator.Stream.Sink out) implements Translator.Filter {

        @Override
        public void write(byte[] bytes, int from, int to) {
            out.write(bytes, from, to);
        }

        @Override
        public void writePart(byte[] bytes, int from, int to) {
            out.writePart(bytes, from, to);
        }

        @Override
        public void written(boolean whole) {
        }

        @Override
        public void ended(boolean whole) {
        }
    }

    @Property(tries = 200)
    void nothingIsLostOnTheWay(@ForAll WireFormat client, @ForAll WireFormat upstream, @ForAll long seed, @ForAll boolean cut) {
        String whole = upstream == WireFormat.MESSAGES ? MESSAGES : CHAT;
        String events = cut ? whole.substring(0, new Random(seed).nextInt(whole.length())) : whole;

        assertEquals(seen(open(client, upstream), events, seed), seen(open(client, upstream).through(Same::new, true), events, seed));
    }

    @Property(tries = 20)
    void aFilterThatFailsIsHeardOf(@ForAll WireFormat client, @ForAll WireFormat upstream) {
        Translator translator = open(client, upstream).through(out -> new Translator.Filter() {
            @Override
            public void write(byte[] bytes, int from, int to) {
                throw new IllegalStateException("no");
            }

            @Override
            public void writePart(byte[] bytes, int from, int to) {
                throw new IllegalStateException("no");
            }

            @Override
            public void written(boolean whole) {
            }

            @Override
            public void ended(boolean whole) {
            }
        }, true);
        String events = upstream == WireFormat.MESSAGES ? MESSAGES : CHAT;
        assertThrows(IllegalStateException.class, () -> seen(translator, events, 0));
    }

    private static Translator open(WireFormat client, WireFormat upstream) {
        Dialect dialect = upstream == WireFormat.MESSAGES ? Dialect.messages("native") : Dialects.OPENROUTER.chat();
        ModelTraits traits = new ModelTraits(true, 64_000, true, ModelTraits.Thinking.BOTH, true, false, false);
        UpstreamTerms terms = new UpstreamTerms(dialect, "other", traits, dialect.rules(), false, null, null, Refusals.NONE);
        return Translator.open(new WireFormat.Pair(client, upstream),
                ModelRequest.read(REQUEST.getBytes(StandardCharsets.UTF_8)), terms);
    }

    /** What has gone out after each arrival, and all that the relay asks. */
    private static List<String> seen(Translator translator, String events, long seed) {
        Random random = new Random(seed);
        Translator.Stream stream = translator.answers().stream();
        Bytes out = new Bytes(256);
        Translator.Stream.Sink sink = new Translator.Stream.Sink() {
            @Override
            public void write(byte[] bytes, int from, int to) {
                out.write(bytes, from, to - from);
            }

            @Override
            public void writePart(byte[] bytes, int from, int to) {
                out.write(bytes, from, to - from);
            }
        };
        InputStream in = new ByteArrayInputStream(events.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + random.nextInt(200)));
            }
        };
        List<String> seen = new ArrayList<>();
        EventBuffer buffer = new EventBuffer(stream.largestEvent());
        try {
            while (buffer.fill(in) >= 0) {
                stream.take(buffer, sink);
                seen.add(now(stream, out));
            }
            stream.end(buffer, sink);
        } catch (Failure e) {
            seen.add(e.kind() + " " + e.getMessage());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        seen.add(now(stream, out));
        return seen.stream().map(FilteredTranslatorPropertyTest::withoutTheHour).toList();
    }

    private static String now(Translator.Stream stream, Bytes out) {
        return String.join("|", String.valueOf(stream.content()), String.valueOf(stream.ended()), String.valueOf(stream.goesOn()),
                stream.closing().toString(), stream.told().toString(), stream.usage().toString(), out.toString(StandardCharsets.UTF_8));
    }

    /** An answer's own id and the second it was made in are new each time. */
    private static String withoutTheHour(String text) {
        return text.replaceAll("\"created\":\\d+", "\"created\":0").replaceAll("(msg_|chatcmpl-)[A-Za-z0-9]+", "$1x");
    }
}
