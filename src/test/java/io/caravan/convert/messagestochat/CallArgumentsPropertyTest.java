/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.Failure;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessagesGrammar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A call's arguments are one JSON value, in whichever pieces they come and however often (F006, G062-G065, M62). */
class CallArgumentsPropertyTest {

    private static final String[] SCRAPS = {"a", "b", "{", "}", "[", "]", "\"", "\\", "q", ":", ",", "{}", "{\"a\":", "é", "漢", "null", " "};

    /** How an upstream tells them. */
    enum Telling {
        PIECES, PIECES_THEN_WHOLE, WHOLE_SEVERAL_TIMES, SNAPSHOTS, SNAPSHOTS_WITH_REPEATS, FIRST_PIECE_TWICE
    }

    @Property(tries = 3000)
    void theClientGetsTheOneValue(@ForAll long seed, @ForAll Telling telling) {
        Random random = new Random(seed);
        String value = object(random, 3).toString();
        Translated translated = Translated.of(stream(random, told(random, value, telling)));
        if (telling == Telling.FIRST_PIECE_TWICE && translated.error() != null) {
            return; // it may as well be the beginning of a snapshot
        }
        assertNull(translated.error(), () -> telling + " " + value);
        assertOne(value, MessagesGrammar.whole(translated.events()));
    }

    /** Of all such pieces together nothing comes but the one value, or an error. */
    @Property(tries = 3000)
    void whateverTheOrderItIsTheOneValueOrAnError(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int times) throws IOException {
        Random random = new Random(seed);
        String value = object(random, 2).toString();
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            List<String> some = told(random, value, Telling.values()[random.nextInt(Telling.values().length)]);
            pieces.addAll(some.subList(0, 1 + random.nextInt(some.size())));
        }
        Translated translated = Translated.of(stream(random, pieces));
        if (translated.error() == null) {
            for (String input : MessagesGrammar.whole(translated.events()).toolJson()) {
                assertEquals(value, Json.MAPPER.readTree(input).toString(), pieces.toString());
            }
        } else {
            assertClosedAreValues(translated);
        }
    }

    @Property(tries = 2000)
    void halfOfItIsAnError(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        String value = object(random, 3).toString();
        String half = value.substring(0, 1 + random.nextInt(value.length() - 1));
        Translated translated = Translated.of(stream(random, told(random, half, Telling.values()[random.nextInt(2)])));
        assertNotNull(translated.error(), half);
        assertClosedAreValues(translated);
    }

    @Property(tries = 2000)
    void twoValuesAreAnErrorAndNeverTwo(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        String first = object(random, 2).toString();
        String second = object(random, 2).put("z", "another").toString();
        List<String> pieces = told(random, first, Telling.PIECES);
        pieces.addAll(told(random, second, Telling.PIECES));
        Translated translated = Translated.of(streamOf(pieces, piece -> call(0, null, null, piece)));
        assertNotNull(translated.error(), first + second);
        assertClosedAreValues(translated);
    }

    @Property(tries = 1000)
    void ofAWholeAnswerToo(@ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int times) throws IOException {
        Random random = new Random(seed);
        ObjectNode value = object(random, 3);
        JsonNode message = answer(value.toString().repeat(times));
        assertEquals(List.of(value), List.copyOf(message.path("content").findValues("input").subList(0, 1)));
        assertEquals(1, message.path("content").size());

        String spoilt = value.toString() + value.toString().substring(0, value.toString().length() - 1);
        assertTrue(failure(spoilt).status() >= 500, spoilt);
    }

    private static Failure failure(String arguments) throws IOException {
        try {
            throw new AssertionError(answer(arguments).toString());
        } catch (Failure e) {
            return e;
        }
    }

    private static JsonNode answer(String arguments) throws IOException {
        ObjectNode completion = Json.MAPPER.createObjectNode();
        ObjectNode choice = completion.putArray("choices").addObject().put("finish_reason", "tool_calls");
        choice.putObject("message").putArray("tool_calls").add(item(0, "call_1", "look", arguments));
        byte[] bytes = completion.toString().getBytes(StandardCharsets.UTF_8);
        return Json.MAPPER.readTree(new MessageAnswers(Translated.PLAIN, false).answer(bytes).body());
    }

    private static void assertOne(String value, MessagesGrammar message) {
        assertEquals(List.of(value), message.toolJson());
        assertEquals("tool_use", message.stopReason());
    }

    private static void assertClosedAreValues(Translated translated) throws IOException {
        MessagesGrammar message = MessagesGrammar.begun(translated.events());
        assertTrue(!message.ended());
        for (String closed : message.toolJson()) {
            assertTrue(Json.MAPPER.readTree(closed).isObject(), closed);
        }
    }

    private static List<String> told(Random random, String value, Telling telling) {
        List<String> told = switch (telling) {
            case PIECES -> pieces(random, value);
            case PIECES_THEN_WHOLE -> {
                List<String> pieces = pieces(random, value);
                pieces.add(value);
                yield pieces;
            }
            case WHOLE_SEVERAL_TIMES -> {
                List<String> whole = new ArrayList<>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    whole.add(value);
                }
                yield whole;
            }
            case SNAPSHOTS, SNAPSHOTS_WITH_REPEATS -> {
                List<String> snapshots = new ArrayList<>();
                StringBuilder soFar = new StringBuilder();
                for (String piece : pieces(random, value)) {
                    soFar.append(piece);
                    snapshots.add(soFar.toString());
                    if (telling == Telling.SNAPSHOTS_WITH_REPEATS && random.nextInt(3) == 0) {
                        snapshots.add(soFar.toString());
                    }
                }
                yield snapshots;
            }
            case FIRST_PIECE_TWICE -> {
                List<String> pieces = pieces(random, value);
                pieces.add(0, pieces.get(0));
                yield pieces;
            }
        };
        return new ArrayList<>(told);
    }

    private static List<String> pieces(Random random, String text) {
        List<String> pieces = new ArrayList<>();
        int longest = 1 + random.nextInt(12);
        for (int at = 0; at < text.length();) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(longest));
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }

    private interface Calls {
        ObjectNode of(String piece);
    }

    /** Id and name come with the first piece, or with each. */
    private static String stream(Random random, List<String> pieces) {
        boolean each = random.nextBoolean();
        String[] left = {"call_1", "look"};
        return streamOf(pieces, piece -> {
            ObjectNode call = call(0, left[0], left[1], piece);
            if (!each) {
                left[0] = null;
                left[1] = null;
            }
            return call;
        });
    }

    private static String streamOf(List<String> pieces, Calls calls) {
        List<String> chunks = new ArrayList<>();
        for (String piece : pieces) {
            String delta = calls.of(piece).toString();
            chunks.add(Translated.delta(delta.substring(1, delta.length() - 1)));
        }
        if (!chunks.get(0).contains("\"name\"")) {
            String begin = call(0, "call_1", "look", "").toString();
            chunks.add(0, Translated.delta(begin.substring(1, begin.length() - 1)));
        }
        chunks.add(Translated.finish("tool_calls"));
        return Translated.sse(true, chunks.toArray(String[]::new));
    }

    private static ObjectNode call(int index, String id, String name, String arguments) {
        ObjectNode delta = Json.MAPPER.createObjectNode();
        delta.putArray("tool_calls").add(item(index, id, name, arguments));
        return delta;
    }

    private static ObjectNode item(int index, String id, String name, String arguments) {
        ObjectNode item = Json.MAPPER.createObjectNode().put("index", index);
        if (id != null) {
            item.put("id", id).put("type", "function");
        }
        ObjectNode function = item.putObject("function");
        if (name != null) {
            function.put("name", name);
        }
        function.put("arguments", arguments);
        return item;
    }

    /** Not empty: an empty object may be followed by the real one. */
    private static ObjectNode object(Random random, int depth) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        for (int i = random.nextInt(3); i >= 0; i--) {
            String key = words(random);
            switch (random.nextInt(depth > 0 ? 5 : 3)) {
                case 0 -> object.put(key, words(random));
                case 1 -> object.put(key, random.nextInt(1000));
                case 2 -> object.putNull(key);
                case 3 -> object.set(key, object(random, depth - 1));
                default -> {
                    ArrayNode list = object.putArray(key);
                    list.add(words(random)).add(object(random, depth - 1));
                }
            }
        }
        return object;
    }

    private static String words(Random random) {
        StringBuilder words = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            words.append(SCRAPS[random.nextInt(SCRAPS.length)]);
        }
        return words.toString();
    }
}
