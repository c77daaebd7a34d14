/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A stream in another format than its client's arrives event by event, whole, and with an end. */
@DisplayName("converted streams (S01, S14, S17, S22, S38-S41)")
class ConvertedStreamTest {

    private static Map<String, Gateway> gateways;

    @BeforeAll
    static void start() {
        gateways = Lane.start();
    }

    @AfterAll
    static void close() {
        gateways.values().forEach(Gateway::close);
    }

    static Stream<Named<Lane>> lanes() {
        return Lane.all(gateways);
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("S22: the upstream sends the next delta only after the client has read this one")
    void theClientHasEachDeltaBeforeTheUpstreamSendsTheNext(Lane lane) throws Exception {
        List<String> texts = List.of("one", "two", "three");
        List<String> events = lane.events("one", "two", "three");
        PacedUpstream upstream = new PacedUpstream(events);
        lane.upstream(upstream);
        try (RawClient client = lane.connect()) {
            upstream.next();
            for (String event : events) {
                upstream.next();
                for (String text : texts) {
                    if (event.contains("\"" + text + "\"")) {
                        if (text.equals("one")) {
                            assertEquals(200, client.readHead().status());
                        }
                        readUntil(client, "\"" + text + "\"");
                    }
                }
            }
            upstream.next();
            assertTrue(new String(client.readRest()).endsWith(lane.chatClient() ? ChatWire.DONE : Wire.MESSAGE_STOP));
        }
    }

    private static void readUntil(RawClient client, String word) throws Exception {
        String event = client.readEvent();
        while (!event.contains(word)) {
            event = client.readEvent();
        }
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void itArrivesWholeUnderTheClientsNameForTheModel(Lane lane) {
        lane.streams(lane.events("one", "two").toArray(new String[0]));
        HttpResponse<String> answer = lane.ask(true);
        assertEquals("onetwo", lane.text(answer.body()));
        assertTrue(lane.endsWell(answer.body()), answer.body());
        assertTrue(answer.body().contains("\"model\":\"" + Gateway.MODEL + "\""), answer.body());
        assertTrue(!answer.body().contains(Wire.UPSTREAM_MODEL), answer.body());
        if (!lane.chatClient()) {
            assertEquals(List.of("message_start", "content_block_start", "content_block_delta", "content_block_delta",
                    "content_block_stop", "message_delta", "message_stop"), answer.body().lines()
                    .filter(line -> line.startsWith("event: ")).map(line -> line.substring(7)).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("S17: however the bytes are cut")
    void anyChunkingGivesTheSame(Lane lane) {
        byte[] bytes = String.join("", lane.events("\u00e9 \ud83d\udc2a", "\\\"x\\\"")).getBytes(StandardCharsets.UTF_8);
        lane.upstream((request, reply) -> {
            reply.startStream();
            for (int i = 0; i < bytes.length; i += 3) {
                reply.chunk(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + 3)));
            }
            reply.endStream();
            return true;
        });
        String body = lane.ask(true).body();
        assertEquals("\u00e9 \ud83d\udc2a\"x\"", lane.text(body));
        assertTrue(lane.endsWell(body), body);
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("S14: an upstream that never closes, nor says [DONE], is not waited for")
    void aCompleteMessageEndsWhileTheUpstreamHoldsOn(Lane lane) throws Exception {
        List<String> events = lane.events("done");
        List<String> complete = events.subList(0, events.size() - (lane.chatUpstream() ? 2 : 1));
        CompletableFuture<Boolean> cut = new CompletableFuture<>();
        lane.upstream((request, reply) -> {
            Wire.open(reply, complete.toArray(new String[0]));
            cut.complete(reply.awaitPeerClose(Gateway.PATIENCE));
            return true;
        });
        String body = lane.ask(true).body();
        assertTrue(lane.endsWell(body), body);
        assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS), "it waited for the upstream");
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void theBlankLineBehindTheLastEventMayBeMissing(Lane lane) {
        List<String> events = lane.events("done");
        int last = events.size() - (lane.chatUpstream() ? 3 : 2);
        for (String ending : List.of("", "\n", "\r\n")) {
            String stream = String.join("", events.subList(0, last)) + events.get(last).stripTrailing() + ending;
            lane.streams(stream);
            String body = lane.ask(true).body();
            assertTrue(lane.endsWell(body), body);
            assertEquals("done", lane.text(body));
        }
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("S40: a stream's headers")
    void aStreamsHeaders(Lane lane) throws Exception {
        lane.streams(lane.events("hi").toArray(new String[0]));
        try (RawClient client = lane.connect()) {
            RawClient.Head head = client.readHead();
            assertEquals(200, head.status());
            assertEquals("text/event-stream; charset=utf-8", head.header("content-type"));
            assertEquals("chunked", head.header("transfer-encoding"));
            assertEquals("no-cache", head.header("cache-control"));
            assertEquals("no", head.header("x-accel-buffering"));
            assertTrue(head.header("request-id").length() > 4);
            assertNull(head.header("content-length"));
            assertNull(head.header("content-encoding"));
        }
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("S41: the connection serves on, behind a stream that ended well and one that broke")
    void theConnectionGoesOn(Lane lane) throws Exception {
        try (RawClient client = lane.gateway().connect()) {
            for (boolean breaks : new boolean[] {false, true, false}) {
                lane.streams(breaks ? lane.begun("hi") : lane.events("hi").toArray(new String[0]));
                client.postTo(lane.path(), lane.request(true));
                assertEquals(200, client.readHead().status());
                assertEquals(!breaks, lane.endsWell(new String(client.readRest())));
            }
            lane.upstream(null);
            client.postTo(lane.path(), lane.request(false));
            assertTrue(client.readBody(client.readHead()).startsWith("{\"id\""));
        }
    }
}
