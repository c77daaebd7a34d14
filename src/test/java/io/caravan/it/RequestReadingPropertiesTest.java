/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** {@link RequestReadingTest}'s rule for heads and chunks put together at random, sent in pieces of any size. */
class RequestReadingPropertiesTest {

    private static final String BODY = Readings.BODY;
    private static final String REQUEST_LINE = "POST /v1/messages HTTP/1.1\r\n";

    /** Each alone makes a head ambiguous that already has a host and a framing, whatever stands around it. */
    private static final List<String> UNSOUND_LINES = List.of("content-length: 0", "content-length: " + BODY.length(),
            "content-length: 5, 5", "content-length:", "transfer-encoding: chunked", "transfer-encoding: gzip, chunked",
            "transfer-encoding: identity", "transfer-encoding:", "transfer-encoding: \u000bchunked", "transfer-encoding : chunked",
            "content-length : 7", "host: x", "host: y", " x: y", "\ttransfer-encoding: chunked", ": x", "x", "x: a\nb: c", "x: a\rb",
            "x: \0", "x y: z", "sec-websocket-key1: a");

    /** Each in place of the line of a chunk's size makes the body unreadable. */
    private static final List<String> UNSOUND_SIZES = List.of("0x{n}", " {n}", "{n} ", "+{n}", "-{n}", "{n}g", "", "{n}.", "1{z}{n}",
            "100000000", "7fffffff1", "{n};a=\"", "{n};a\rb", "{n};a\nb", "{n}\n{n}", "{n},{n}", "{n}\u00b2");

    private static Gateway gateway;

    @BeforeContainer
    static void start() {
        gateway = Readings.gateway();
    }

    @AfterContainer
    static void stop() {
        gateway.close();
    }

    @BeforeTry
    void clear() {
        Readings.clear(gateway);
    }

    @Provide
    Arbitrary<String> unsoundLine() {
        return Arbitraries.of(UNSOUND_LINES);
    }

    @Provide
    Arbitrary<String> unsoundSize() {
        return Arbitraries.of(UNSOUND_SIZES);
    }

    @Provide
    Arbitrary<String> soundLine() {
        return Arbitraries.of("x: y", "x:", "x-host: y", "x-transfer-encoding: gzip", "x-content-length: 0", "te: trailers",
                "connection: keep-alive", "accept: */*", "x: a  b", "upgrade: h2c", "cookie: a=b; c=d");
    }

    @Property(edgeCases = EdgeCasesMode.NONE, tries = 300)
    void aHeadWithAnUnsoundLineIsRefused(@ForAll boolean chunked, @ForAll @Size(min = 1, max = 3) List<@From("unsoundLine") String> unsound,
            @ForAll @Size(max = 4) List<@From("soundLine") String> others, @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 1_000) int most) throws IOException {
        List<String> lines = new ArrayList<>(others);
        lines.addAll(unsound);
        assertRefused(request(chunked, lines, new Random(seed)) + Readings.HIDDEN, most);
    }

    @Property(edgeCases = EdgeCasesMode.NONE, tries = 150)
    void aSoundHeadIsServedAndSoIsTheNext(@ForAll boolean chunked, @ForAll @Size(max = 6) List<@From("soundLine") String> others,
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 1_000) int most) throws IOException {
        Readings.assertServed(gateway, List.of(BODY, BODY),
                pieces(request(chunked, others, new Random(seed)) + Readings.HIDDEN, most));
    }

    @Property(edgeCases = EdgeCasesMode.NONE, tries = 150)
    void chunksOfAnySizeAreServed(@ForAll long seed, @ForAll @IntRange(min = 1, max = 1_000) int most) throws IOException {
        String body = String.join("", chunks(new Random(seed)));
        Readings.assertServed(gateway, List.of(BODY, BODY),
                pieces(Readings.HEAD + "transfer-encoding: chunked\r\n\r\n" + body + Readings.HIDDEN, most));
    }

    @Property(edgeCases = EdgeCasesMode.NONE, tries = 300)
    void aChunkOfUnsoundSizeIsRefused(@ForAll @From("unsoundSize") String size, @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 1_000) int most) throws IOException {
        Random random = new Random(seed);
        List<String> chunks = chunks(random);
        int wrong = random.nextInt(chunks.size());
        String chunk = chunks.get(wrong);
        String digits = chunk.split("[ ;\r]", 2)[0];
        chunks.set(wrong, size.replace("{n}", digits).replace("{z}", "0".repeat(Math.max(0, 16 - digits.length())))
                + chunk.substring(chunk.indexOf("\r\n")));
        assertRefused(Readings.HEAD + "transfer-encoding: chunked\r\n\r\n" + String.join("", chunks) + Readings.HIDDEN, most);
    }

    /** With an answer, unless the gateway's end may have met bytes that were still on their way. */
    private static void assertRefused(String bytes, int most) throws IOException {
        boolean answered = Readings.isRefused(gateway, 400, pieces(bytes, most));
        assertTrue(answered || most < bytes.length());
    }

    /** A request whose header lines stand in any order and any case. */
    private static String request(boolean chunked, List<String> more, Random random) {
        List<String> lines = new ArrayList<>(more);
        lines.add("host: x");
        lines.add("content-type: application/json");
        lines.add(chunked ? "transfer-encoding: chunked" : "content-length: " + BODY.length());
        Collections.shuffle(lines, random);
        StringBuilder head = new StringBuilder(REQUEST_LINE);
        for (String line : lines) {
            head.append(anyCase(line, random)).append("\r\n");
        }
        return head + "\r\n" + (chunked ? Readings.chunked(BODY) : BODY);
    }

    private static String anyCase(String line, Random random) {
        StringBuilder out = new StringBuilder(line);
        for (int i = 0; i < line.length(); i++) {
            if (random.nextInt(4) == 0 && line.charAt(i) < 128) {
                out.setCharAt(i, Character.toUpperCase(line.charAt(i)));
            }
        }
        return out.toString();
    }

    /** The body in chunks, the last one of size 0 among them, with extensions, zeros in front and trailers at random. */
    private static List<String> chunks(Random random) {
        List<String> chunks = new ArrayList<>();
        int from = 0;
        while (from < BODY.length()) {
            int to = Math.min(BODY.length(), from + 1 + random.nextInt(40));
            chunks.add(size(to - from, random) + "\r\n" + BODY.substring(from, to) + "\r\n");
            from = to;
        }
        chunks.add(size(0, random) + "\r\n" + "x: y\r\nhost: y\r\ncontent-length: 3\r\n".repeat(random.nextInt(2)) + "\r\n");
        return chunks;
    }

    private static String size(int length, Random random) {
        List<String> extensions = List.of("", ";a", ";a=b", ";a=\"b;c\"", " ; a = b;c");
        return "0".repeat(random.nextInt(3)) + anyCase(Integer.toHexString(length), random)
                + extensions.get(random.nextInt(extensions.size()));
    }

    private static String[] pieces(String bytes, int most) {
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.length(); from += most) {
            pieces.add(bytes.substring(from, Math.min(bytes.length(), from + most)));
        }
        return pieces.toArray(new String[0]);
    }
}
