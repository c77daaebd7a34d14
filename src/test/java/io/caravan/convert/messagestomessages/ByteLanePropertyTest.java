/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestomessages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.convert.Translator;
import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.IntSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A Messages lane passes right frames byte for byte and repairs wrong ones (F051, F052, F060, F068; S29). */
class ByteLanePropertyTest {

    private static final String[] TEXTS = {"a", "Grüße 漢 😀", "[DONE]", "\\n\\ndata: [DONE]\\n\\n", "event: error\\n", "{\\\"error\\\":1}", "",
            "\\\"type\\\":\\\"message_start\\\"", "error", "data:"};
    /** What an upstream may send that is no right frame, and what is left of it. */
    private static final String[] DONE = {"data: [DONE]\n\n", "data:[DONE]\n\n", "data: [DONE]\r\n\r\n", "event: done\ndata: [DONE]\n\n"};
    private static final String[] ERRORS = {
        "data: {\"error\":{\"message\":\"the words\",\"type\":\"None\",\"param\":\"None\",\"code\":\"500\"}}\n\n",
        "data: {\"error_code\":\"INTERNAL_ERROR\",\"message\":\"the words\"}\n\n",
        "event: error\ndata: {\"error\":{\"message\":\"the words\",\"code\":529}}\n\n",
        "event: error\ndata: {\"message\":\"the words\",\"code\":429}\n\n",
        "data: {\"detail\":\"the words\"}\n\n",
        "data: {\"object\":\"error\",\"message\":\"the words\",\"code\":503}\n\n"};
    private static final ModelRequest REQUEST = ModelRequest.read("{\"model\":\"client\"}".getBytes(StandardCharsets.UTF_8));
    private static final String OWN = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"the words\"}}";

    /** What an upstream sends, and what of it a client is to get. */
    private static final class Script {

        private final Random random;
        private final StringBuilder sent = new StringBuilder();
        private final StringBuilder seen = new StringBuilder();

        Script(Random random) {
            this.random = random;
        }

        void start() {
            between();
            event("message_start", start("up"), start("client"));
        }

        private static String start(String model) {
            return "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"" + model
                    + "\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}}";
        }

        void block(int index) {
            String block = switch (random.nextInt(3)) {
                case 0 -> "{\"type\":\"text\",\"text\":\"\"}";
                case 1 -> "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}";
                default -> "{\"type\":\"tool_use\",\"id\":\"toolu_" + index + "\",\"name\":\"look\",\"input\":{}}";
            };
            event("content_block_start", "\"index\":" + index + ",\"content_block\":" + block);
            for (int i = random.nextInt(4); i > 0; i--) {
                event("content_block_delta", "\"index\":" + index + ",\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text() + "\"}");
            }
            event("content_block_stop", "\"index\":" + index);
        }

        void end() {
            event("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":7}");
            event("message_stop", "");
        }

        private String text() {
            return TEXTS[random.nextInt(TEXTS.length)];
        }

        private void event(String name, String members) {
            String type = "\"type\":\"" + name + "\"";
            String data = members.isEmpty() ? "{" + type + "}" : "{" + type + "," + members + "}";
            if (members.startsWith("{")) {
                data = members;
            }
            event(name, data, data);
        }

        /** The event, right or without its line, with the type wherever it likes. */
        private void event(String name, String given, String wanted) {
            String end = random.nextInt(6) == 0 ? "\r\n" : "\n";
            String line = "event:" + (random.nextInt(6) == 0 ? "" : " ") + name + end;
            String before = random.nextInt(8) == 0 ? "id: 7" + end : "";
            String sep = "data:" + (random.nextInt(6) == 0 ? "" : " ");
            if (random.nextInt(3) == 0) {
                sent.append(before).append(sep).append(given).append(end).append(end);
                seen.append("event: ").append(name).append('\n').append(before).append(sep).append(wanted).append(end).append(end);
            } else {
                String order = random.nextBoolean() ? before + line : line + before;
                sent.append(order).append(sep).append(given).append(end).append(end);
                seen.append(order).append(sep).append(wanted).append(end).append(end);
            }
            between();
        }

        private void between() {
            switch (random.nextInt(12)) {
                case 0 -> sent.append(DONE[random.nextInt(DONE.length)]);
                case 1 -> again();
                case 2 -> pass(": a comment\n\n");
                case 3 -> pass("event: ping\ndata: {\"type\": \"ping\"}\n\n");
                case 4 -> pass("event: unheard_of\ndata: one line\ndata: and another\n\n");
                case 5 -> {
                    String data = "data: {\"type\":\"unheard_of\",\"error\":null}\n\n";
                    sent.append(data);
                    seen.append("event: unheard_of\n").append(data);
                }
                default -> { }
            }
        }

        /** A second start, with its line or without. */
        private void again() {
            if (!seen.isEmpty() && seen.indexOf("message_start") >= 0) {
                sent.append(random.nextBoolean() ? "event: message_start\n" : "").append("data: ").append(start("up")).append("\n\n");
            }
        }

        private void pass(String frame) {
            sent.append(frame);
            seen.append(frame);
        }
    }

    @Property(tries = 1500)
    void rightFramesPassAndWrongOnesAreRepaired(@ForAll long seed) {
        Random random = new Random(seed);
        Script script = new Script(random);
        script.start();
        int blocks = random.nextInt(4);
        for (int i = 0; i < blocks; i++) {
            script.block(i);
        }
        script.end();
        Seen seen = new Seen();
        Translator.Stream lane = new ByteLane(REQUEST, false);
        seen.read(lane, script.sent.toString(), sizes(random));
        assertEquals(script.seen.toString(), seen.text());
        assertTrue(lane.ended());
        assertTrue(lane.told().isEmpty());
    }

    @Property(tries = 1000)
    void aForeignErrorIsTheEndAndItsWordsAreKept(@ForAll long seed) {
        Random random = new Random(seed);
        Script script = new Script(random);
        script.start();
        for (int i = random.nextInt(3); i > 0; i--) {
            script.block(i);
        }
        String sent = script.sent + ERRORS[random.nextInt(ERRORS.length)] + "data: [DONE]\n\n";
        Seen seen = new Seen();
        Failure failure = seen.failure(new ByteLane(REQUEST, false), sent, sizes(random));
        assertTrue(failure.getMessage().contains("the words"), failure.getMessage());
        assertEquals(script.seen.toString(), seen.text());
    }

    /** Behind content, in the clients' form, it passes as it is. */
    @Property(tries = 500)
    void anErrorInTheRightFormPasses(@ForAll long seed) {
        Random random = new Random(seed);
        Script script = new Script(random);
        script.start();
        script.block(0);
        boolean named = random.nextBoolean();
        String frame = "data: " + OWN + "\n\n";
        String sent = script.sent + (named ? "event: error\n" : "") + frame;
        Translator.Stream lane = new ByteLane(REQUEST, false);
        Seen seen = new Seen();
        seen.read(lane, sent, sizes(random));
        assertEquals(script.seen + "event: error\n" + frame, seen.text());
        assertTrue(lane.told().orElseThrow().getMessage().contains("the words"));
    }

    private static IntSupplier sizes(Random random) {
        int largest = 1 + random.nextInt(300);
        return () -> 1 + random.nextInt(largest);
    }

    private static final class Seen implements Translator.Stream.Sink {

        private final Bytes out = new Bytes(1024);

        void read(Translator.Stream lane, String sent, IntSupplier sizes) {
            EventBuffer events = new EventBuffer(lane.largestEvent());
            ByteArrayInputStream in = new ByteArrayInputStream(sent.getBytes(StandardCharsets.UTF_8)) {
                @Override
                public synchronized int read(byte[] target, int offset, int length) {
                    return super.read(target, offset, Math.min(length, sizes.getAsInt()));
                }
            };
            try {
                while (events.fill(in) >= 0) {
                    lane.take(events, this);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            lane.end(events, this);
        }

        Failure failure(Translator.Stream lane, String sent, IntSupplier sizes) {
            try {
                read(lane, sent, sizes);
            } catch (Failure e) {
                return e;
            }
            throw new AssertionError("no failure: " + sent + " -> " + text());
        }

        String text() {
            return out.toString(StandardCharsets.UTF_8);
        }

        @Override
        public void write(byte[] bytes, int from, int to) {
            out.write(bytes, from, to - from);
        }

        @Override
        public void writePart(byte[] bytes, int from, int to) {
            write(bytes, from, to);
        }
    }
}
