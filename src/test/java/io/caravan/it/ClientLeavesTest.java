/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.call.CallWatch;
import io.caravan.simulator.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client that leaves, by a close or a reset, takes its upstream with it, whatever is going on: it is cut while neither
 * a time limit nor a ping that cannot be delivered could do it.
 */
@DisplayName("the client leaves (trap 7, S23)")
class ClientLeavesTest {

    private static Gateway gateway;

    /** The two ways to leave. */
    enum Leaving {
        CLOSE, RESET;

        void leave(RawClient client) throws IOException {
            if (this == RESET) {
                client.reset();
            } else {
                client.close();
            }
        }
    }

    @FunctionalInterface
    private interface Script {
        void play(Reply reply) throws Exception;
    }

    private final CountDownLatch played = new CountDownLatch(1);
    private final CompletableFuture<Boolean> cut = new CompletableFuture<>();

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_MAX_HELD_BYTES=40000000", "PROXY_COMMIT_AFTER=0",
                "PROXY_PING_INTERVAL=1h", "PROXY_BODY_TIMEOUT=1h", "DATABRICKS_TIMEOUT=1h");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    /** Nothing of the call is left in the gateway either. */
    @AfterEach
    void nothingIsLeft() {
        await().until(() -> gateway.simulator().activeRequests() == 0);
        CallWatch watch = gateway.context().getRegistry().lookupByNameAndType("callWatch", CallWatch.class);
        await().until(() -> watch.open() == 0);
        await().until(() -> gateway.context().getInflightRepository().size() == 0);
    }

    /** An upstream that plays {@code script} and then waits to be cut. */
    private void upstream(Script script) {
        gateway.upstream((request, reply) -> {
            script.play(reply);
            played.countDown();
            cut.complete(reply.awaitPeerClose(Gateway.PATIENCE));
            return true;
        });
    }

    private void assertCutAfter(RawClient client, Leaving leaving) throws Exception {
        assertTrue(played.await(Gateway.PATIENCE.toSeconds(), SECONDS));
        leaving.leave(client);
        assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), SECONDS));
    }

    @ParameterizedTest
    @EnumSource
    void whileTheUpstreamThinksAboutAStream(Leaving leaving) throws Exception {
        upstream(reply -> { });
        assertCutAfter(gateway.connect().post(Gateway.STREAM), leaving);
    }

    @ParameterizedTest
    @EnumSource
    void whileTheUpstreamThinksAboutAMessage(Leaving leaving) throws Exception {
        upstream(reply -> { });
        assertCutAfter(gateway.connect().post(Gateway.PLAIN), leaving);
    }

    @ParameterizedTest
    @EnumSource
    void inTheMiddleOfAMessage(Leaving leaving) throws Exception {
        upstream(reply -> reply.header("content-type", "application/json").header("content-length", "1000")
                .bytes(Wire.utf8("{\"model\":\"m\",")));
        assertCutAfter(gateway.connect().post(Gateway.PLAIN), leaving);
    }

    @ParameterizedTest
    @EnumSource
    void betweenTheHeadAndTheFirstEvent(Leaving leaving) throws Exception {
        upstream(Reply::startStream);
        assertCutAfter(gateway.connect().post(Gateway.STREAM), leaving);
    }

    @ParameterizedTest
    @EnumSource
    void betweenTwoEvents(Leaving leaving) throws Exception {
        upstream(reply -> Wire.open(reply, Wire.START, Wire.BLOCK_START));
        RawClient client = gateway.connect().post(Gateway.STREAM);
        client.readHead();
        client.readEvent();
        client.readEvent();
        assertCutAfter(client, leaving);
    }

    @ParameterizedTest
    @EnumSource
    void inTheMiddleOfAnEvent(Leaving leaving) throws Exception {
        upstream(reply -> Wire.open(reply, Wire.START, Wire.BLOCK_START.substring(0, 40)));
        RawClient client = gateway.connect().post(Gateway.STREAM);
        client.readHead();
        client.readEvent();
        assertCutAfter(client, leaving);
    }

    @ParameterizedTest
    @EnumSource
    void whileTheUpstreamNeverPauses(Leaving leaving) throws Exception {
        gateway.upstream((request, reply) -> {
            try {
                Wire.open(reply, Wire.START, Wire.BLOCK_START);
                while (true) {
                    Wire.write(reply, Wire.text("more"));
                }
            } catch (IOException e) {
                cut.complete(true);
                throw e;
            }
        });
        RawClient client = gateway.connect().post(Gateway.STREAM);
        client.readHead();
        for (int i = 0; i < 10_000; i++) {
            client.readEvent();
        }
        played.countDown();
        assertCutAfter(client, leaving);
    }

    @ParameterizedTest
    @EnumSource
    void whileTheClientReadsNothingAndTheUpstreamIsBlocked(Leaving leaving) throws Exception {
        FloodingUpstream flood = new FloodingUpstream(Long.MAX_VALUE);
        gateway.upstream(flood);
        RawClient client = RawClient.connect(gateway.url(), 8 * 1024).post(Gateway.STREAM);
        client.readHead();
        flood.awaitBlocked();
        leaving.leave(client);
        flood.awaitCut(Gateway.PATIENCE);
    }

    @ParameterizedTest
    @EnumSource
    void afterAnErrorOfTheUpstreamWhoseBodyNeverEnds(Leaving leaving) throws Exception {
        upstream(reply -> reply.status(400).header("content-type", "application/json").header("content-length", "1000")
                .bytes(Wire.utf8("{\"type\":\"error\",")));
        assertCutAfter(gateway.connect().post(Gateway.PLAIN), leaving);
    }

    @ParameterizedTest
    @EnumSource
    void whileItUploadsItsBody(Leaving leaving) throws Exception {
        gateway.upstream(null);
        RawClient client = gateway.connect();
        client.sendHead("/v1/messages", "content-length: 30000000");
        client.send(Gateway.PLAIN.substring(0, 50));
        await().until(() -> gateway.context().getInflightRepository().size() == 1);
        leaving.leave(client);
        await().until(() -> gateway.context().getInflightRepository().size() == 0);
        assertEquals(List.of(), gateway.simulator().requests());
        String body = Gateway.PLAIN + " ".repeat(30_000_000);
        assertEquals(200, gateway.post(body).statusCode(), "the bytes announced are given back");
    }

    @Test
    @DisplayName("50 clients vanish: no upstream connection stays open; how soon is measured by bench/run vanish")
    void manyAtOnce() throws Exception {
        int count = 50;
        gateway.upstream((request, reply) -> {
            Wire.open(reply, Wire.START);
            reply.awaitPeerClose(Gateway.PATIENCE);
            return true;
        });
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawClient client = gateway.connect().post(Gateway.STREAM);
            client.readHead();
            client.readEvent();
            clients.add(client);
        }
        assertEquals(count, gateway.simulator().activeRequests());
        for (RawClient client : clients) {
            client.reset();
        }
        await().until(() -> gateway.simulator().activeRequests() == 0);
    }

    @Test
    void theOneWhoStaysIsServedOn() throws Exception {
        PacedUpstream paced = new PacedUpstream(Wire.message("one"));
        gateway.upstream(paced);
        RawClient stays = gateway.connect().post(Gateway.STREAM);
        paced.next();
        paced.next();
        stays.readHead();
        stays.readEvent();
        upstream(reply -> Wire.open(reply, Wire.START));
        assertCutAfter(gateway.connect().post(Gateway.STREAM), Leaving.RESET);
        paced.rest();
        assertTrue(new String(stays.readRest()).endsWith(Wire.MESSAGE_STOP));
        stays.close();
    }
}
