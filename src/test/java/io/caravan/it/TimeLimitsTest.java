package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The time limits that no other test has: whole answers, connecting, the pool, workspaces (5.5, E20). */
@Timeout(60)
class TimeLimitsTest {

    private static final String ANSWER = "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
            + "\"content\":[{\"type\":\"text\",\"text\":\"hi\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
            + "\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}";

    @TempDir
    Path directory;

    /** Sends the head of a JSON answer at once and the rest in drops, one each 100 ms. */
    private static Responder dripping(int drops) {
        return (request, reply) -> {
            reply.header("content-type", "application/json").startStream();
            for (int i = 0; i < drops && !reply.awaitPeerClose(Duration.ofMillis(100)); i++) {
                reply.chunk(new byte[] {' '});
            }
            reply.chunk(Wire.utf8(ANSWER));
            reply.endStream();
            return true;
        };
    }

    private static HttpResponse<String> timed(Gateway gateway, String request, long from, long to) {
        long began = System.nanoTime();
        HttpResponse<String> response = gateway.post(request);
        long took = Duration.ofNanos(System.nanoTime() - began).toMillis();
        assertTrue(took >= from && took < to, took + " ms: " + response.body());
        return response;
    }

    @Test
    void anAnswerThatIsNotStreamedHasOneLimitForAllOfIt() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "API_TIMEOUT_MS=1500", "DATABRICKS_TIMEOUT=500ms")) {
            gateway.upstream(dripping(100));
            assertFault(timed(gateway, Gateway.PLAIN, 1_400, 4_000), 504, "timeout_error",
                    "The upstream (databricks) did not answer within 1500 ms.");
            // S35: a JSON answer to a stream request is an answer that is not streamed
            assertFault(timed(gateway, Gateway.STREAM, 1_400, 4_000), 504, "timeout_error",
                    "The upstream (databricks) did not answer within 1500 ms.");
            await().until(() -> gateway.simulator().activeRequests() == 0);
            gateway.upstream(dripping(7));
            assertEquals(200, timed(gateway, Gateway.PLAIN, 650, 4_000).statusCode());
            assertEquals(200, timed(gateway, Gateway.STREAM, 650, 4_000).statusCode(), "the head came in time");
        }
    }

    // 5.5: the last one has little time left, and is not to blame
    @Test
    void theWholeRequestHasOneLimitForAllItsAttempts() {
        try (Gateway gateway = Gateway.startWorkspaces(3, "strategy=round_robin", "circuit_breaker_threshold=1",
                "API_TIMEOUT_MS=1500", "DATABRICKS_TIMEOUT=5s")) {
            for (int i = 0; i < 3; i++) {
                gateway.workspaces().respondWith(i, (request, reply) -> {
                    if (!reply.awaitPeerClose(Duration.ofMillis(600))) {
                        reply.status(500).send(new byte[0]);
                    }
                    return true;
                });
            }
            for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
                assertFault(timed(gateway, request, 1_400, 4_000), 504, "timeout_error",
                        "The request took longer than 1500 ms in all (API_TIMEOUT_MS).");
                String stats = ProbesTest.ask(gateway, "GET", "/stats").body();
                assertEquals(3, stats.split("\"circuit_open\":true", -1).length, stats);
                ProbesTest.ask(gateway, "POST", "/reset");
            }
        }
    }

    @Test
    void theFirstToHangIsToBlameHoweverShortTheLimit() {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=1", "circuit_breaker_timeout=3600",
                "API_TIMEOUT_MS=600", "DATABRICKS_TIMEOUT=30s")) {
            gateway.workspaces().respondWith(0, hanging());
            assertFault(gateway.post(Gateway.STREAM), 504, "timeout_error");
            assertTrue(ProbesTest.ask(gateway, "GET", "/stats").body().contains("\"circuit_open\":true"));
        }
    }

    // the second has its content a moment too late, for the first took the time
    @Test
    void aStreamThatWasLeftLittleTimeIsNotToBlame() {
        try (Gateway gateway = Gateway.startWorkspaces(2, "strategy=round_robin", "circuit_breaker_threshold=1",
                "circuit_breaker_timeout=3600", "API_TIMEOUT_MS=1500")) {
            AtomicBoolean first = new AtomicBoolean(true);
            Responder slow = (request, reply) -> {
                if (first.getAndSet(false)) {
                    reply.awaitPeerClose(Duration.ofMillis(1_100));
                    reply.status(500).send(new byte[0]);
                } else {
                    Wire.open(reply, Wire.START);
                    reply.awaitPeerClose(Gateway.PATIENCE);
                }
                return true;
            };
            gateway.workspaces().respondWith(0, slow);
            gateway.workspaces().respondWith(1, slow);
            assertFault(timed(gateway, Gateway.STREAM, 1_400, 4_000), 504, "timeout_error");
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

    private static Responder hanging() {
        return (request, reply) -> {
            reply.awaitPeerClose(Gateway.PATIENCE);
            return true;
        };
    }

    @Test
    void anErrorsBodyThatNeverEndsHasALimitToo() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "API_TIMEOUT_MS=600", "DATABRICKS_TIMEOUT=300ms")) {
            gateway.upstream((request, reply) -> {
                reply.status(400);
                return dripping(100).handle(request, reply);
            });
            assertFault(timed(gateway, Gateway.PLAIN, 550, 2_500), 504, "timeout_error");
            assertFault(timed(gateway, Gateway.STREAM, 550, 2_500), 504, "timeout_error");
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
                    socket.connect(new InetSocketAddress("127.0.0.1", full.getLocalPort()), 300);
                }
            } catch (SocketTimeoutException e) {
                // Full.
            }
            try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_CONNECT_TIMEOUT=400ms",
                    "DATABRICKS_HOST=http://127.0.0.1:" + full.getLocalPort())) {
                assertFault(timed(gateway, Gateway.STREAM, 350, 3_000), 503, "api_error",
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
                HttpResponse<String> refused = timed(fleet.gateway(), Gateway.PLAIN, 250, 2_500);
                assertFault(refused, 503, "api_error", "The gateway has no connection to the upstream (w1) left;"
                        + " connections-per-route sets how many there are.");
                assertEquals("2", FaultsRequestTest.header(refused, "retry-after"));
            }
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
