/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.call.CallWatch;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In every converting lane the upstream is cut as soon as the client has gone, before any ping or time limit could tell,
 * and nothing of the call is left.
 */
@DisplayName("a client leaves a converted stream (S23)")
class ConvertedLeaveTest {

    private static Map<String, Gateway> gateways;

    private final CountDownLatch played = new CountDownLatch(1);
    private final CompletableFuture<Boolean> cut = new CompletableFuture<>();

    @BeforeAll
    static void start() {
        gateways = Lane.start("PROXY_PING_INTERVAL=1h", "PROXY_COMMIT_AFTER=1h", "DATABRICKS_TIMEOUT=1h", "UPSTREAM_TIMEOUT=1h",
                "LITELLM_TIMEOUT=1h");
    }

    @AfterAll
    static void close() {
        gateways.values().forEach(Gateway::close);
    }

    static Stream<Named<Lane>> lanes() {
        return Lane.all(gateways);
    }

    private void streams(Lane lane, String... events) {
        lane.upstream((request, reply) -> {
            Wire.open(reply, events);
            played.countDown();
            cut.complete(reply.awaitPeerClose(Gateway.PATIENCE));
            return true;
        });
    }

    private void assertCutAfterLeaving(Lane lane, RawClient client) throws Exception {
        assertTrue(played.await(Gateway.PATIENCE.toSeconds(), SECONDS));
        client.reset();
        assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), SECONDS));
        CallWatch watch = lane.gateway().context().getRegistry().lookupByNameAndType("callWatch", CallWatch.class);
        await().until(() -> watch.open() == 0 && lane.gateway().context().getInflightRepository().size() == 0);
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void whileTheStartIsHeldBack(Lane lane) throws Exception {
        streams(lane, lane.beginning().toArray(new String[0]));
        assertCutAfterLeaving(lane, lane.connect());
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void betweenTwoDeltas(Lane lane) throws Exception {
        streams(lane, lane.begun("one"));
        RawClient client = lane.connect();
        client.readHead();
        String event = client.readEvent();
        while (!event.contains("\"one\"")) {
            event = client.readEvent();
        }
        assertCutAfterLeaving(lane, client);
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void whileTheUpstreamNeverPauses(Lane lane) throws Exception {
        String delta = lane.begun("more")[lane.begun("more").length - 1];
        lane.upstream((request, reply) -> {
            try {
                Wire.open(reply, lane.begun("more"));
                while (true) {
                    Wire.write(reply, delta);
                }
            } catch (IOException e) {
                cut.complete(true);
                throw e;
            }
        });
        RawClient client = lane.connect();
        client.readHead();
        for (int i = 0; i < 1_000; i++) {
            client.readEvent();
        }
        played.countDown();
        assertCutAfterLeaving(lane, client);
    }
}
