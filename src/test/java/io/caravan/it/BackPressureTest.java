/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A client that reads slowly holds its own upstream back, and costs neither memory nor anybody else anything. */
@DisplayName("back-pressure")
class BackPressureTest {

    /** Three socket buffers of Linux' largest sizes; what the gateway itself may hold is far below. */
    private static final long BOUND = 20_000_000;

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    private static RawClient clientThatDoesNotRead() throws Exception {
        return RawClient.connect(gateway.url(), 8 * 1024).post(Gateway.STREAM);
    }

    @Test
    void theUpstreamBlocksWhileTheClientDoesNotReadAndLosesNothing() throws Exception {
        long deltas = 2 * BOUND / FloodingUpstream.DELTA.length();
        FloodingUpstream flood = new FloodingUpstream(deltas);
        gateway.upstream(flood);
        try (RawClient client = clientThatDoesNotRead()) {
            flood.awaitBlocked();
            assertTrue(flood.written() < BOUND, "written: " + flood.written());
            client.readHead();
            assertEquals(Wire.asSeen(Wire.START), client.readEvent());
            assertEquals(Wire.BLOCK_START, client.readEvent());
            for (long i = 0; i < deltas; i++) {
                assertEquals(FloodingUpstream.DELTA, client.readEvent());
            }
            assertEquals(Wire.BLOCK_STOP + Wire.MESSAGE_DELTA + Wire.MESSAGE_STOP, new String(client.readRest()));
        }
    }

    @Test
    void fortyClientsThatDoNotReadHoldLittleMemoryAndNobodyUp() throws Exception {
        List<RawClient> stalled = new ArrayList<>();
        FloodingUpstream flood = new FloodingUpstream(Long.MAX_VALUE);
        gateway.upstream(flood);
        long before = usedHeap();
        try {
            for (int i = 0; i < 40; i++) {
                stalled.add(clientThatDoesNotRead());
            }
            await().until(() -> gateway.simulator().activeRequests() == stalled.size());
            flood.awaitBlocked();
            long each = (usedHeap() - before) / stalled.size();
            assertTrue(each < 1_000_000, "bytes of heap each: " + each);
            gateway.upstream(null);
            assertEquals(200, gateway.post(Gateway.STREAM).statusCode());
        } finally {
            stalled.forEach(RawClient::close);
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
