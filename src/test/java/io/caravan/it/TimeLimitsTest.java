/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.call.OpenCalls;
import io.caravan.simulator.Responder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The time limits that no other test has: whole answers, connecting, the pool, workspaces (5.5, E20). */
@Timeout(180)
class TimeLimitsTest {

    private static final String ANSWER = "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
            + "\"content\":[{\"type\":\"text\",\"text\":\"hi\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
            + "\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}";

    @TempDir
    Path directory;

    /** Sends the head of a JSON answer, and a drop of it each 100 ms until it is cut. */
    private static Responder dripping(CompletableFuture<Boolean> cut) {
        return (request, reply) -> {
            reply.header("content-type", "application/json").startStream();
            try {
                while (!reply.awaitPeerClose(Duration.ofMillis(100))) {
                    reply.chunk(new byte[] {' '});
                }
            } finally {
                cut.complete(true);
            }
            return true;
        };
    }

    @Test
    void anAnswerThatIsNotStreamedHasOneLimitForAllOfIt() throws Exception {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "API_TIMEOUT_MS=2000")) {
            // S35: a JSON answer to a stream request is an answer that is not streamed
            Map<String, String> words = Map.of(Gateway.PLAIN, "The upstream (databricks) did not answer within 2 s.",
                    Gateway.STREAM, "The upstream sent no content within 2 s (API_TIMEOUT_MS).");
            for (String request : words.keySet()) {
                CompletableFuture<Boolean> cut = new CompletableFuture<>();
                gateway.upstream(dripping(cut));
                assertFault(gateway.post(request), 504, "timeout_error", words.get(request));
                assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS), "while drops still came");
            }
        }
    }

    // another request's limit runs out meanwhile, which begins when the head of the first is out
    @Test
    void theLimitOfAHeadDoesNotBoundTheBodyBehindIt() throws Exception {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_TIMEOUT=2s")) {
            for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
                CountDownLatch headIsOut = new CountDownLatch(1);
                CountDownLatch past = new CountDownLatch(1);
                gateway.upstream((received, reply) -> {
                    if (new String(received.body()).contains("no head")) {
                        return hanging().handle(received, reply);
                    }
                    reply.header("content-type", "application/json").startStream();
                    headIsOut.countDown();
                    past.await();
                    reply.chunk(Wire.utf8(ANSWER));
                    reply.endStream();
                    return true;
                });
                CompletableFuture<HttpResponse<String>> slow = CompletableFuture.supplyAsync(() -> gateway.post(request));
                headIsOut.await();
                assertFault(gateway.post(Gateway.STREAM.replace("say hi", "no head")), 504, "timeout_error",
                        "The upstream (databricks) did not answer within 2 s (DATABRICKS_TIMEOUT).");
                past.countDown();
                assertEquals(200, slow.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode());
            }
        }
    }

    /** Answers 500 to an attempt at once, to another when more than half of four seconds is over, and to no third. */
    private static Responder takingTheTime() {
        AtomicInteger attempts = new AtomicInteger();
        return (request, reply) -> {
            int attempt = attempts.incrementAndGet() % 3;
            if (attempt == 0) {
                return hanging().handle(request, reply);
            }
            reply.awaitPeerClose(Duration.ofMillis(attempt == 1 ? 0 : 2_500));
            reply.status(500).send(new byte[0]);
            return true;
        };
    }

    // 5.5: the last one has little time left, and is not to blame
    @Test
    void theWholeRequestHasOneLimitForAllItsAttempts() {
        try (Gateway gateway = Gateway.startWorkspaces(3, "strategy=round_robin", "circuit_breaker_threshold=1",
                "circuit_breaker_timeout=3600", "API_TIMEOUT_MS=4000", "DATABRICKS_TIMEOUT=5s")) {
            Responder slow = takingTheTime();
            for (int i = 0; i < 3; i++) {
                gateway.workspaces().respondWith(i, slow);
            }
            for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
                assertFault(gateway.post(request), 504, "timeout_error",
                        "The request took longer than 4 s in all (API_TIMEOUT_MS).");
                String stats = ProbesTest.ask(gateway, "GET", "/stats").body();
                assertEquals(3, stats.split("\"circuit_open\":true", -1).length, stats);
                ProbesTest.ask(gateway, "POST", "/reset");
            }
        }
    }

    @Test
    void theFirstToHangIsToBlameHoweverShortTheLimit() {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=1", "circuit_breaker_timeout=3600",
                "API_TIMEOUT_MS=2000", "DATABRICKS_TIMEOUT=30s")) {
            gateway.workspaces().respondWith(0, hanging());
            assertFault(gateway.post(Gateway.STREAM), 504, "timeout_error");
            assertTrue(ProbesTest.ask(gateway, "GET", "/stats").body().contains("\"circuit_open\":true"));
        }
    }

    // the second has its content a moment too late, for the first took the time
    @Test
    void aStreamThatWasLeftLittleTimeIsNotToBlame() {
        try (Gateway gateway = Gateway.startWorkspaces(2, "strategy=round_robin", "circuit_breaker_threshold=1",
                "circuit_breaker_timeout=3600", "API_TIMEOUT_MS=4000")) {
            AtomicBoolean first = new AtomicBoolean(true);
            Responder slow = (request, reply) -> {
                if (first.getAndSet(false)) {
                    reply.awaitPeerClose(Duration.ofMillis(2_500));
                    reply.status(500).send(new byte[0]);
                } else {
                    Wire.open(reply, Wire.START);
                    reply.awaitPeerClose(Gateway.PATIENCE);
                }
                return true;
            };
            gateway.workspaces().respondWith(0, slow);
            gateway.workspaces().respondWith(1, slow);
            assertFault(gateway.post(Gateway.STREAM), 504, "timeout_error");
            String stats = ProbesTest.ask(gateway, "GET", "/stats").body();
            assertEquals(2, stats.split("\"circuit_open\":true", -1).length, stats);
        }
    }

    @Test
    void aCountThatHangsIsEstimatedHoweverShortTheLimit() {
        try (Gateway gateway = Gateway.startWorkspaces(1, "API_TIMEOUT_MS=1500")) {
            gateway.workspaces().respondWith(0, hanging());
            HttpRequest count = HttpRequest.newBuilder(gateway.url().resolve("/v1/messages/count_tokens"))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(Gateway.PLAIN)).build();
            assertEquals(200, gateway.send(count, HttpResponse.BodyHandlers.ofString()).statusCode());
        }
    }

    // its body comes when the time is over already: the attempt is cut before it has a connection
    @Test
    void anAttemptThatHasNoTimeLeftIsATimeoutToo() throws IOException {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "API_TIMEOUT_MS=1")) {
            OpenCalls calls = gateway.context().getRegistry().lookupByNameAndType("openCalls", OpenCalls.class);
            for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
                try (RawClient client = gateway.connect()) {
                    client.sendHead("/v1/messages", "content-length: " + request.length());
                    await().until(() -> calls.count() == 1);
                    client.send(request);
                    RawClient.Head head = client.readHead();
                    assertEquals(504, head.status());
                    assertTrue(client.readBody(head).contains("The request took longer than 1 ms in all (API_TIMEOUT_MS)."));
                }
                await().until(() -> calls.count() == 0);
            }
            assertEquals(0, gateway.simulator().requests().size());
        }
    }

    private static Responder hanging() {
        return (request, reply) -> {
            reply.awaitPeerClose(Gateway.PATIENCE);
            return true;
        };
    }

    @Test
    void anErrorsBodyThatNeverEndsHasALimitToo() throws Exception {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "API_TIMEOUT_MS=600", "DATABRICKS_TIMEOUT=300ms")) {
            for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
                CompletableFuture<Boolean> cut = new CompletableFuture<>();
                gateway.upstream((received, reply) -> {
                    reply.status(400);
                    return dripping(cut).handle(received, reply);
                });
                assertFault(gateway.post(request), 504, "timeout_error");
                assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS), "while drops still came");
            }
        }
    }

    // a full backlog drops what asks for a connection, as a firewall does
    @Test
    void anUpstreamThatTakesNoConnectionIsA503AtTheConnectTimeout() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            try {
                while (waiting.size() < 10) {
                    Socket socket = new Socket();
                    waiting.add(socket);
                    socket.connect(new InetSocketAddress("127.0.0.1", full.getLocalPort()), 2_000);
                }
            } catch (SocketTimeoutException e) {
                // Full.
            }
            try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_CONNECT_TIMEOUT=400ms",
                    "DATABRICKS_HOST=http://127.0.0.1:" + full.getLocalPort())) {
                assertFault(gateway.post(Gateway.STREAM), 503, "api_error",
                        "The upstream (databricks) could not be reached in time.");
            }
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void withoutAConnectionLeftARequestFailsFastAndBlamesNobody() throws Exception {
        try (Fleet fleet = Fleet.start(directory, 1, "circuit_breaker_threshold: 1", "DATABRICKS_MAX_RETRIES=3",
                "camel.component.http.connections-per-route=1", "camel.component.http.connection-request-timeout=300");
                RawClient open = fleet.gateway().connect()) {
            fleet.workspace(1).respondWith((request, reply) -> {
                Wire.open(reply, Wire.START, Wire.BLOCK_START);
                reply.awaitPeerClose(Gateway.PATIENCE);
                return true;
            });
            open.post(Gateway.STREAM);
            assertEquals(200, open.readHead().status());
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> refused = fleet.gateway().post(Gateway.PLAIN);
                assertFault(refused, 503, "api_error", "The gateway has no connection to the upstream (w1) left;"
                        + " connections-per-route sets how many there are.");
                assertEquals("2", FaultsRequestTest.header(refused, "retry-after"));
            }
            assertEquals(1, fleet.workspace(1).activeRequests(), "the one connection is still in use");
            var stats = json(ProbesTest.ask(fleet.gateway(), "GET", "/stats").body()).path("endpoints").path(0);
            assertEquals(0, stats.path("total_errors").asInt());
            assertEquals(1, stats.path("total_requests").asInt());
        }
    }

    // the other workspace may serve: its connections are its own
    @Test
    void withoutAConnectionLeftARequestMovesOn() throws Exception {
        try (Fleet fleet = Fleet.start(directory, 2, "strategy: round_robin",
                "camel.component.http.connections-per-route=1", "camel.component.http.connection-request-timeout=300");
                RawClient open = fleet.gateway().connect()) {
            fleet.workspace(1).respondWith((request, reply) -> {
                Wire.open(reply, Wire.START, Wire.BLOCK_START);
                reply.awaitPeerClose(Gateway.PATIENCE);
                return true;
            });
            open.post(Gateway.STREAM);
            assertEquals(200, open.readHead().status());
            for (int i = 0; i < 4; i++) {
                assertEquals(200, fleet.gateway().post(Gateway.PLAIN).statusCode());
            }
            assertEquals(1, fleet.workspace(1).requests().size());
        }
    }

    @Test
    void aTimeoutToTheHeadMovesOnToAnotherWorkspaceOnlyWhereThatIsAllowed() {
        for (boolean allowed : new boolean[] {false, true}) {
            try (Fleet fleet = Fleet.start(directory, 2, "strategy: round_robin", "DATABRICKS_TIMEOUT=1500ms",
                    "RETRY_ON_TIMEOUT=" + allowed, "DATABRICKS_MAX_RETRIES=3")) {
                fleet.workspace(1).respondWith((request, reply) -> {
                    reply.awaitPeerClose(Gateway.PATIENCE);
                    return true;
                });
                HttpResponse<String> response = fleet.gateway().post(Gateway.STREAM);
                assertEquals(allowed ? 200 : 504, response.statusCode(), response.body());
                assertEquals(allowed ? 1 : 0, fleet.workspace(2).requests().size());
            }
        }
    }
}
