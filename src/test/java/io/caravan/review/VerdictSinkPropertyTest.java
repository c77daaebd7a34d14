/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.convert.Translator.Stream.Sink;
import io.caravan.format.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Whatever tool uses a stream has and however its events arrive: without the verdicts it is what it was. */
class VerdictSinkPropertyTest {

    private static final String ENDING = "event: ping\ndata: {}\n\n"
            + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{}}\n\n"
            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    private static final String MARK = "\"safeguard_results\":[\"here\"]";

    /** What was sent as a tool use, and what was read of it. */
    private static final class Seen implements VerdictSink.Answers {
        private final Map<String, String> whole = new LinkedHashMap<>();
        private final Map<String, Judgement.Reason> unreadable = new LinkedHashMap<>();
        private final Optional<JsonNode> told;
        private final boolean ready;
        private Runnable whenAsked = () -> { };

        Seen(Optional<JsonNode> told, boolean ready) {
            this.told = told;
            this.ready = ready;
        }

        @Override
        public boolean ready() {
            return ready;
        }

        @Override
        public Optional<JsonNode> beside(JsonNode given) {
            whenAsked.run();
            return told;
        }

        @Override
        public void whole(String id, String tool, JsonNode input, int length) {
            whole.put(id, tool + input);
        }

        @Override
        public void unreadable(String id, String tool, Judgement.Reason why) {
            unreadable.put(id, why);
        }
    }

    private static final class Collected implements Sink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int writes;

        @Override
        public void write(byte[] from, int start, int end) {
            writes++;
            bytes.write(from, start, end - start);
        }

        @Override
        public void writePart(byte[] from, int start, int end) {
            bytes.write(from, start, end - start);
        }

        @Override
        public String toString() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private static String event(Random random, String name, String json) {
        String end = random.nextInt(8) == 0 ? "\r\n" : "\n";
        String space = random.nextBoolean() ? " " : "";
        return "event:" + space + name + end + "data:" + space + json + end + end;
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            boolean plain = c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c);
            quoted.append(plain ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return quoted.append('"').toString();
    }

    private static String toolUse(Random random, int index, List<String> expected) {
        String input = input(random);
        StringBuilder events = new StringBuilder(event(random, "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":{\"type\":\"tool_use\",\"id\":\"t"
                        + index + "\",\"name\":\"Tool\",\"input\":{}}}"));
        int at = 0;
        while (at < input.length()) {
            int to = Math.min(input.length(), at + 1 + random.nextInt(6));
            String piece = quoted(input.substring(at, to));
            String delta = random.nextBoolean() ? "{\"type\":\"input_json_delta\",\"partial_json\":" + piece + "}"
                    : "{ \"partial_json\" : " + piece + " , \"type\" : \"input_json_delta\" }";
            events.append(event(random, "content_block_delta", random.nextBoolean()
                    ? "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}"
                    : "{\"delta\": " + delta + ", \"index\": " + index + ", \"type\":\"content_block_delta\"}"));
            at = to;
        }
        expected.add("Tool" + read(input.isBlank() ? "{}" : input));
        return events + event(random, "content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}");
    }

    private static JsonNode read(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String input(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> "{}";
            case 2 -> "{\"command\":\"echo \\\"\\u00e9\\ud83d\\ude00\\\" \\n ; ls\"}";
            default -> "{\"a\":{\"b\":[1,2,\"\u20ac\uD83D\uDE00\"]},\"content\":\"partial_json\\\":\\\"x\"}".replace("x",
                    "y".repeat(random.nextInt(300)));
        };
    }

    private static String text(Random random, int index) {
        return event(random, "content_block_start", "{\"type\":\"content_block_start\",\"index\":" + index
                + ",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
                + event(random, "content_block_delta", "{\"type\":\"content_block_delta\",\"index\":" + index
                + ",\"delta\":{\"type\":\"text_delta\",\"text\":\"event: message_delta\\n\\ndata: {\\\"tool_use\\\"\"}}")
                + event(random, "content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}");
    }

    @Property(tries = 300)
    void withoutTheVerdictsItIsTheSame(@ForAll long seed) {
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        List<String> events = new ArrayList<>(List.of(event(random, "message_start", "{\"type\":\"message_start\",\"message\":{}}")));
        int blocks = random.nextInt(5);
        for (int index = 0; index < blocks; index++) {
            if (random.nextInt(6) == 0) {
                events.add(event(random, "message_delta", "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{}}"));
            }
            events.add(random.nextBoolean() ? toolUse(random, index, expected) : text(random, index));
            if (random.nextInt(4) == 0) {
                events.add(": a comment\n\n");
            }
        }
        events.add(event(random, "message_delta", "{\"type\":\"message_delta\",\"delta\":"
                + (random.nextBoolean() ? "{}" : "{ \"stop_reason\" : \"tool_use\" }") + "}"));
        if (random.nextBoolean()) {
            events.add(event(random, "ping", "{\"type\":\"ping\"}"));
        }
        if (random.nextInt(4) > 0) {
            events.add(event(random, "message_stop", "{\"type\":\"message_stop\"}"));
        }

        Seen seen = new Seen(Optional.of(Json.MAPPER.createArrayNode().add("here")), random.nextBoolean());
        Collected out = new Collected();
        VerdictSink sink = new VerdictSink(seen, out);
        StringBuilder together = new StringBuilder();
        for (String event : events) {
            together.append(event);
            if (random.nextBoolean()) {
                write(sink, together);
            }
        }
        write(sink, together);
        sink.finish(true);

        String told = out.toString();
        assertEquals(String.join("", events), told.replace("," + MARK, "").replace(MARK, ""));
        assertEquals(1, told.split("safeguard_results", -1).length - 1);
        assertTrue(told.lastIndexOf("safeguard_results") > told.lastIndexOf("\"type\":\"message_delta\""), "in the last");
        assertEquals(expected, List.copyOf(seen.whole.values()));
        assertEquals(Map.of(), seen.unreadable);
    }

    private static void write(VerdictSink sink, StringBuilder together) {
        byte[] bytes = together.toString().getBytes(StandardCharsets.UTF_8);
        sink.write(bytes, 0, bytes.length);
        together.setLength(0);
    }

    @Property(tries = 50)
    void whatIsCutShortIsNeverWhole(@ForAll long seed) {
        Random random = new Random(seed);
        String events = toolUse(random, 0, new ArrayList<>());
        String cut = events.substring(0, events.lastIndexOf("event:"));
        Seen seen = new Seen(Optional.empty(), true);
        Collected out = new Collected();
        VerdictSink sink = new VerdictSink(seen, out);
        byte[] bytes = (cut + event(random, "message_delta", "{\"type\":\"message_delta\",\"delta\":{}}")).getBytes(StandardCharsets.UTF_8);
        sink.write(bytes, 0, bytes.length);
        sink.finish(true);
        assertEquals(Map.of("t0", Judgement.Reason.TRUNCATED), seen.unreadable);
        assertEquals(Map.of(), seen.whole);
        assertEquals(new String(bytes, StandardCharsets.UTF_8), out.toString());
    }

    @Test
    void whatArrivesTogetherLeavesTogetherOnceThereAreVerdicts() {
        byte[] end = ENDING.getBytes(StandardCharsets.UTF_8);
        Collected out = new Collected();
        new VerdictSink(new Seen(Optional.empty(), true), out).write(end, 0, end.length);
        assertEquals(1, out.writes);
        assertEquals(ENDING, out.toString());
    }

    @Test
    void whatStandsBeforeTheVerdictsDoesNotWaitForThem() {
        byte[] end = ENDING.getBytes(StandardCharsets.UTF_8);
        Collected out = new Collected();
        Seen seen = new Seen(Optional.empty(), false);
        List<String> whenAsked = new ArrayList<>();
        seen.whenAsked = () -> whenAsked.add(out.toString());
        new VerdictSink(seen, out).write(end, 0, end.length);
        assertEquals(List.of("event: ping\ndata: {}\n\n"), whenAsked);
        assertEquals(ENDING, out.toString());
    }
}
