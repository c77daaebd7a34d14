/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connections to an upstream are kept for the next request, and one that died in between costs nobody an error. */
@DisplayName("kept-alive upstream connections (trap 6, E21)")
class UpstreamConnectionTest {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    /** Leaves one idle connection in the gateway's pool, on which a request has been answered. */
    @BeforeEach
    void warm() {
        gateway.upstream(null);
        assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
        assertEquals(200, gateway.post(Gateway.STREAM).statusCode());
        await().untilAsserted(() -> assertEquals(1, gateway.simulator().openConnections()));
        gateway.simulator().clear();
    }

    @Test
    void oneConnectionServesRequestAfterRequest() {
        for (int i = 0; i < 5; i++) {
            gateway.post(Gateway.STREAM);
            assertEquals(1, gateway.simulator().openConnections());
        }
    }

    @Test
    void aConnectionTheUpstreamHasClosedMeanwhileIsReplaced() {
        CountDownLatch closed = new CountDownLatch(1);
        gateway.upstream((request, reply) -> {
            reply.header("content-type", "application/json").send(Wire.utf8("{\"model\":\"m\"}"));
            reply.closeSocket();
            closed.countDown();
            return true;
        });
        assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
        await().until(() -> closed.getCount() == 0);
        gateway.upstream(null);
        assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
        assertEquals(1, gateway.simulator().requests().size());
    }

    @Test
    void aKeptConnectionThatBreaksAtOnceIsReplaced() {
        AtomicInteger asked = new AtomicInteger();
        gateway.upstream((request, reply) -> {
            if (asked.incrementAndGet() == 1) {
                reply.reset();
                return true;
            }
            return false;
        });
        assertEquals(200, gateway.post(Gateway.STREAM, "anthropic-beta", "a-2026-01-01").statusCode());
        gateway.received();
        assertEquals("a-2026-01-01", gateway.received().header("anthropic-beta"));
    }

    @Test
    void aNewConnectionThatBreaksIsNotTriedAgain() {
        AtomicInteger asked = new AtomicInteger();
        gateway.upstream((request, reply) -> {
            asked.incrementAndGet();
            reply.reset();
            return true;
        });
        assertEquals(503, gateway.post(Gateway.PLAIN).statusCode());
        assertEquals(2, asked.get(), "the kept connection, then a new one");
        assertEquals(503, gateway.post(Gateway.PLAIN).statusCode());
        assertEquals(3, asked.get(), "a new one");
    }

    @Test
    void aRequestTheUpstreamHasWorkedOnIsNotTriedAgain() {
        AtomicInteger asked = new AtomicInteger();
        gateway.upstream((request, reply) -> {
            asked.incrementAndGet();
            reply.awaitPeerClose(Duration.ofMillis(1_200));
            reply.reset();
            return true;
        });
        assertEquals(503, gateway.post(Gateway.PLAIN).statusCode());
        assertEquals(1, asked.get(), "it may have been billed");
    }
}
