/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Every byte of a stream arrives as the upstream wrote it, whatever it is and however it was cut, but for the model in
 * message_start (S01, S06, S17, S29; P9).
 */
class RelayTest {

    /** What a stream may hold, known to the gateway or not. */
    private static final String RECORDED = ": connected\n\n"
            + "event: ping\ndata: {\"type\": \"ping\"}\n\n"
            + Wire.START
            + "retry: 3000\nid: 7\nevent: message_annotation\ndata: {\"type\":\"message_annotation\",\"model\":\""
            + Wire.UPSTREAM_MODEL + "\"}\n\n"
            + Wire.BLOCK_START
            + Wire.text("Grüße, \uD83D\uDC2A 東京 – \\uD83D\\uDC2A \\\"model\\\": \\\"x\\\" \\n\\n data: ")
            + Wire.text("")
            + "event: content_block_delta\r\ndata: {\"type\":\"content_block_delta\",\"index\":0}\r\n\r\n"
            + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
            + "\"signature_delta\",\"signature\":\"EqQBCkYIB+\\/==\"}}\n\n"
            + "data: {\"no\":\"name\"}\n\n"
            + ": a comment between\n\n"
            + "event:content_block_stop\ndata:{\"type\":\"content_block_stop\",\"index\":0}\n\n"
            + "event: unheard_of\ndata: one line\ndata: and another\n\n"
            + "\n\n"
            + Wire.MESSAGE_DELTA
            + Wire.MESSAGE_STOP
            + ": and some more behind the end\n\n";
    private static final String SEEN = RECORDED.replace(Wire.START, Wire.asSeen(Wire.START));

    private static Gateway gateway;

    @BeforeContainer
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
    }

    @AfterContainer
    static void close() {
        gateway.close();
    }

    /** What a client gets of {@code stream} if the upstream sends it in chunks of these sizes, the last as often as need be. */
    private static byte[] relayed(byte[] stream, List<Integer> sizes) {
        gateway.upstream((request, reply) -> {
            reply.startStream();
            int chunk = 0;
            for (int at = 0; at < stream.length; chunk++) {
                int size = Math.min(sizes.get(Math.min(chunk, sizes.size() - 1)), stream.length - at);
                reply.chunk(Arrays.copyOfRange(stream, at, at + size));
                at += size;
            }
            reply.endStream();
            return true;
        });
        return gateway.postForBytes(Wire.utf8(Gateway.STREAM));
    }

    private static void assertSeen(String expected, String stream, int chunkSize) {
        assertEquals(expected, new String(relayed(Wire.utf8(stream), List.of(chunkSize)), StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(1, 400).list().ofMinSize(1).ofMaxSize(200);
    }

    @Property(tries = 150)
    void anyChunkingGivesTheSameBytes(@ForAll("sizes") List<Integer> sizes) {
        assertArrayEquals(Wire.utf8(SEEN), relayed(Wire.utf8(RECORDED), sizes));
    }

    @Example
    void oneByteAtATimeGivesTheSameBytes() {
        assertSeen(SEEN, RECORDED, 1);
    }

    @Example
    void allInOneWriteGivesTheSameBytes() {
        assertSeen(SEEN, RECORDED, Integer.MAX_VALUE);
    }

    @Example
    void crlfFramesKeepTheirLineEnds() {
        String crlf = String.join("", Wire.message("a", "b")).replace("\n", "\r\n");
        for (int size : new int[] {1, 7, 100_000}) {
            assertSeen(Wire.asSeen(crlf), crlf, size);
        }
    }

    @Example
    void anEventOfThreeMegabytesPassesWhole() {
        StringBuilder text = new StringBuilder();
        Random random = new Random(4);
        while (text.length() < 3_000_000) {
            text.append(Long.toString(random.nextLong(), 36)).append(" é ");
        }
        String stream = String.join("", Wire.message("before", text.toString(), "after"));
        for (int size : new int[] {1_000, 65_536, 10_000_000}) {
            assertSeen(Wire.asSeen(stream), stream, size);
        }
    }

    @Example
    void tenThousandEventsKeepTheirOrder() {
        String[] texts = new String[10_000];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = "t" + i;
        }
        String stream = String.join("", Wire.message(texts));
        assertSeen(Wire.asSeen(stream), stream, 1_460);
    }
}
