/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An event leaves as soon as it has reached the gateway: the upstream sends the next only after the client has read it. */
@DisplayName("event by event (traps 1 and 2; S01, S17, S22, M67)")
class EventByEventTest {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_COMMIT_AFTER=0");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    private static CircuitBreaker breaker() {
        return gateway.context().getRegistry().lookupByNameAndType("databricks-breaker", CircuitBreaker.class);
    }

    /** Where nothing is held back, a ping may come between the head and the first event. */
    private static String firstEvent(RawClient client) throws Exception {
        String event = client.readEvent();
        return event.equals(Wire.PING) ? firstEvent(client) : event;
    }

    @Test
    void theClientHasEachEventBeforeTheUpstreamSendsTheNext() throws Exception {
        List<String> events = Wire.message("one", "two", "three");
        PacedUpstream upstream = new PacedUpstream(events);
        gateway.upstream(upstream);
        try (RawClient client = gateway.connect()) {
            client.post(Gateway.STREAM);
            upstream.next();
            upstream.next();
            assertEquals(200, client.readHead().status());
            assertEquals(Wire.asSeen(events.get(0)), firstEvent(client));
            for (String event : events.subList(1, events.size())) {
                upstream.next();
                assertEquals(event, client.readEvent());
            }
            upstream.next();
            assertNull(client.readEvent());
        }
    }

    @Test
    void anEventInManyPiecesLeavesWhenItsLastByteIsThere() throws Exception {
        List<String> pieces = List.of(Wire.START, Wire.BLOCK_START.substring(0, 3), Wire.BLOCK_START.substring(3, 30),
                Wire.BLOCK_START.substring(30, Wire.BLOCK_START.length() - 1), "\n", Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP);
        PacedUpstream upstream = new PacedUpstream(pieces);
        gateway.upstream(upstream);
        try (RawClient client = gateway.connect()) {
            client.post(Gateway.STREAM);
            upstream.next();
            upstream.next();
            client.readHead();
            firstEvent(client);
            for (int piece = 1; piece <= 4; piece++) {
                upstream.next();
            }
            assertEquals(Wire.BLOCK_START, client.readEvent());
            upstream.rest();
            assertEquals(Wire.MESSAGE_DELTA + Wire.MESSAGE_STOP, new String(client.readRest()));
        }
    }

    @Test
    void theBreakerHearsOfAStreamWhenItEnds() throws Exception {
        PacedUpstream upstream = new PacedUpstream(Wire.message("one"));
        gateway.upstream(upstream);
        breaker().reset();
        try (RawClient client = gateway.connect()) {
            client.post(Gateway.STREAM);
            upstream.next();
            upstream.next();
            client.readHead();
            firstEvent(client);
            assertEquals(0, breaker().getMetrics().getNumberOfSuccessfulCalls());
            upstream.rest();
            assertFalse(new String(client.readRest()).contains("error"));
            await().untilAsserted(() -> assertEquals(1, breaker().getMetrics().getNumberOfSuccessfulCalls()));
        }
    }

    @Test
    void aStreamThatBreaksLaterIsOneFailureOfTheBreakerAndNoSuccess() throws Exception {
        gateway.upstream((request, reply) -> {
            Wire.open(reply, Wire.START, Wire.BLOCK_START);
            reply.reset();
            return true;
        });
        breaker().reset();
        gateway.post(Gateway.STREAM);
        await().untilAsserted(() -> assertEquals(1, breaker().getMetrics().getNumberOfFailedCalls()));
        assertEquals(0, breaker().getMetrics().getNumberOfSuccessfulCalls());
    }

    @Test
    void everyBackendStreamsSo() throws Exception {
        for (String backend : List.of("OPENROUTER", "LITELLM_MESSAGES", "ANTHROPIC")) {
            try (Gateway other = Gateway.start(backend, "PROXY_COMMIT_AFTER=0"); RawClient client = other.connect()) {
                PacedUpstream upstream = new PacedUpstream(Wire.message("one"));
                other.upstream(upstream);
                client.post(Gateway.STREAM);
                upstream.next();
                upstream.next();
                client.readHead();
                assertEquals(Wire.asSeen(Wire.START), firstEvent(client), backend);
                upstream.next();
                assertEquals(Wire.BLOCK_START, client.readEvent(), backend);
                upstream.rest();
                client.readRest();
            }
        }
    }
}
