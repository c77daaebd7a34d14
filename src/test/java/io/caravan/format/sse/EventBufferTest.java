/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.format.sse.EventBuffer.Type;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EventBufferTest {

    private static final String STREAM = "event: message_start\ndata: {\"ü\":1}\n\n: a comment\n\nevent: ping\r\ndata: {}\r\n\r\n"
            + "event:content_block_start\ndata: {}\n\ndata: {\"only\":1}\n\nevent: content_block_delta\ndata: {\"😀\":2}\n\n\n"
            + "event: message_delta\ndata: {}\n\nevent: message_stop\ndata: {}\n\nevent: error\ndata: {}\n\nevent: new_thing\ndata: {}\n\n";

    private static final List<Type> TYPES = List.of(Type.MESSAGE_START, Type.OTHER, Type.PING,
            Type.CONTENT_BLOCK_START, Type.OTHER, Type.CONTENT_BLOCK_DELTA, Type.OTHER,
            Type.MESSAGE_DELTA, Type.MESSAGE_STOP, Type.ERROR, Type.OTHER);

    @Property(tries = 300)
    void anyChunkingGivesTheSameEvents(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int largest) throws IOException {
        List<Type> types = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        byte[] bytes = STREAM.getBytes(StandardCharsets.UTF_8);
        List<byte[]> parts = new ArrayList<>();
        EventBuffer events = new EventBuffer(1 << 20);
        InputStream in = chunked(bytes, new Random(seed), largest);
        while (events.fill(in) >= 0) {
            while (events.next()) {
                types.add(events.type());
                parts.add(java.util.Arrays.copyOfRange(events.bytes(), events.start(), events.end()));
            }
        }
        parts.forEach(part -> text.append(new String(part, StandardCharsets.ISO_8859_1)));
        assertEquals(TYPES, types);
        assertEquals(new String(bytes, StandardCharsets.ISO_8859_1), text.toString());
    }

    @Test
    void aPartOfAnEventIsHeldUntilItIsWholeOrTooLarge() throws IOException {
        EventBuffer events = new EventBuffer(20);
        events.fill(bytes("event: ping\ndata:"));
        assertFalse(events.next());
        assertFalse(events.overfull());

        events.fill(bytes(" a long value that does not end"));
        assertFalse(events.next());
        assertTrue(events.overfull());
        events.takeRest();
        assertEquals("event: ping\ndata: a long value that does not end",
                new String(events.bytes(), events.start(), events.end() - events.start(), StandardCharsets.UTF_8));
    }

    @Test
    void theDataOfAnEventIsFound() throws IOException {
        EventBuffer events = new EventBuffer(1000);
        events.fill(bytes("event: x\r\ndata: {\"a\":1}\r\n\r\n"));
        assertTrue(events.next());
        int start = events.dataStart();
        assertEquals(" {\"a\":1}", new String(events.bytes(), start, events.lineEnd(start) - start, StandardCharsets.UTF_8));
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static InputStream chunked(byte[] bytes, Random random, int largest) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + random.nextInt(largest)));
            }
        };
    }
}
