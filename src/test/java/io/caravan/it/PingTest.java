/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Silence is filled with pings, between events only; an upstream that only pings is not waited for without end. */
@DisplayName("pings (S19, P9)")
class PingTest {

    private static final String PING = Wire.PING;

    private static Gateway gateway;
    /** Waits three seconds for content. */
    private static Gateway hasty;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_COMMIT_AFTER=300ms", "PROXY_PING_INTERVAL=300ms");
        hasty = Gateway.start("AZURE_DATABRICKS", "PROXY_COMMIT_AFTER=300ms", "PROXY_PING_INTERVAL=300ms",
                "API_TIMEOUT_MS=3000");
    }

    @AfterAll
    static void close() {
        gateway.close();
        hasty.close();
    }

    @Test
    void aSlowFirstEventIsPrecededByHeadAndPings() throws Exception {
        PacedUpstream upstream = new PacedUpstream(Wire.message("late"));
        gateway.upstream(upstream);
        try (RawClient client = gateway.connect().post(Gateway.STREAM)) {
            upstream.next();
            assertEquals(200, client.readHead().status());
            assertEquals(PING, client.readEvent());
            assertEquals(PING, client.readEvent());
            upstream.rest();
            assertEquals(Wire.asSeen(Wire.message("late")), withoutPings(client));
        }
    }

    @Test
    void pingsFillTheSilenceBetweenEventsAndNeverSplitOne() throws Exception {
        String first = Wire.text("first").substring(0, 30);
        String second = Wire.text("first").substring(30);
        PacedUpstream upstream = new PacedUpstream(
                List.of(Wire.START, Wire.BLOCK_START, first, second, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP));
        gateway.upstream(upstream);
        try (RawClient client = gateway.connect().post(Gateway.STREAM)) {
            upstream.next();
            upstream.next();
            upstream.next();
            upstream.next();
            client.readHead();
            assertEquals(Wire.asSeen(Wire.START), notPing(client));
            assertEquals(Wire.BLOCK_START, notPing(client));
            assertEquals(PING, client.readEvent(), "while half an event waits in the gateway");
            assertEquals(PING, client.readEvent());
            upstream.next();
            assertEquals(Wire.text("first"), notPing(client));
            assertEquals(PING, client.readEvent());
            upstream.rest();
            assertEquals(Wire.MESSAGE_DELTA + Wire.MESSAGE_STOP, withoutPings(client));
        }
    }

    @Test
    void noPingGoesIntoAnEventTooLargeToBeHeld() throws Exception {
        String large = Wire.text("y".repeat(3_000_000));
        CountDownLatch goOn = new CountDownLatch(1);
        gateway.upstream((request, reply) -> {
            Wire.open(reply, Wire.START, Wire.BLOCK_START, large.substring(0, 2_500_000));
            goOn.await();
            Wire.write(reply, large.substring(2_500_000), Wire.BLOCK_STOP, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP);
            reply.endStream();
            return true;
        });
        try (RawClient client = gateway.connect().post(Gateway.STREAM)) {
            client.readHead();
            assertEquals(Wire.asSeen(Wire.START), notPing(client));
            assertEquals(Wire.BLOCK_START, notPing(client));
            String begun = new String(client.readAtLeast(2_000_000));
            awaitPings(3);
            goOn.countDown();
            String all = begun + new String(client.readRest());
            int at = all.indexOf(large);
            assertTrue(at >= 0, "the event is whole");
            assertEquals("", all.substring(0, at).replace(PING, ""));
            assertEquals(Wire.BLOCK_STOP + Wire.MESSAGE_DELTA + Wire.MESSAGE_STOP,
                    all.substring(at + large.length()).replace(PING, ""));
        }
    }

    /** Lets the time of some pings go by: those of another stream, which is silent from its start. */
    private static void awaitPings(int count) throws Exception {
        gateway.upstream((request, reply) -> {
            reply.startStream();
            reply.awaitPeerClose(Gateway.PATIENCE);
            return true;
        });
        try (RawClient clock = gateway.connect().post(Gateway.STREAM)) {
            clock.readHead();
            for (int i = 0; i < count; i++) {
                assertEquals(PING, clock.readEvent());
            }
        }
    }

    @Test
    void theUpstreamsOwnPingsPassAndTheGatewayAddsNone() throws Exception {
        String own = "event: ping\ndata: {\"type\":\"ping\",\"from\":\"upstream\"}\n\n";
        List<String> events = new ArrayList<>(List.of(Wire.START, own, Wire.BLOCK_START, own, own));
        events.addAll(List.of(": a comment\n\n", Wire.BLOCK_STOP, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP));
        try (Gateway calm = Gateway.start("AZURE_DATABRICKS")) {
            calm.upstream((request, reply) -> {
                Wire.stream(reply, events.toArray(new String[0]));
                return true;
            });
            assertEquals(Wire.asSeen(events), calm.post(Gateway.STREAM).body());
        }
    }

    @Test
    void anUpstreamThatOnlyPingsIsCutAtTheTimeoutWithARetryableError() throws Exception {
        CompletableFuture<Boolean> cut = new CompletableFuture<>();
        hasty.upstream((request, reply) -> pingsOnly(reply, cut));
        try (RawClient client = hasty.connect().post(Gateway.STREAM)) {
            client.readHead();
            assertPingsEndInAnError(client);
        }
        assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    private static boolean pingsOnly(Reply reply, CompletableFuture<Boolean> cut) throws IOException {
        Wire.open(reply, Wire.PING, Wire.START);
        try {
            while (!reply.awaitPeerClose(Duration.ofMillis(100))) {
                Wire.write(reply, Wire.PING);
            }
        } finally {
            cut.complete(true);
        }
        return true;
    }

    private static void assertPingsEndInAnError(RawClient client) throws Exception {
        assertEquals(Wire.asSeen(Wire.START), notPing(client));
        String error = notPing(client);
        assertTrue(error.startsWith("event: error\n") && error.contains("overloaded_error"), error);
        assertNull(client.readEvent());
    }

    // the timeout of another stream, which began later and only pings, is over first
    @Test
    void anUpstreamThatSendsContentIsNotCutAtThatTimeout() throws Exception {
        PacedUpstream content = new PacedUpstream(Wire.message("late"));
        hasty.upstream((request, reply) -> new String(request.body()).contains("only pings")
                ? pingsOnly(reply, new CompletableFuture<>()) : content.handle(request, reply));
        try (RawClient client = hasty.connect().post(Gateway.STREAM); RawClient other = hasty.connect()) {
            content.next();
            content.next();
            content.next();
            client.readHead();
            assertEquals(Wire.asSeen(Wire.START), notPing(client));
            assertEquals(Wire.BLOCK_START, notPing(client));
            other.post(Gateway.STREAM.replace("say hi", "only pings"));
            other.readHead();
            assertPingsEndInAnError(other);
            content.rest();
            assertEquals(Wire.text("late") + Wire.BLOCK_STOP + Wire.MESSAGE_DELTA + Wire.MESSAGE_STOP, withoutPings(client));
        }
    }

    private static String notPing(RawClient client) throws Exception {
        String event = client.readEvent();
        while (PING.equals(event)) {
            event = client.readEvent();
        }
        return event;
    }

    private static String withoutPings(RawClient client) throws Exception {
        return new String(client.readRest()).replace(PING, "");
    }
}
