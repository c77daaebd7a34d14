/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.json;
import static io.caravan.it.ProbesTest.ask;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.Responder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code GET /stats} and {@code POST /reset} (3.9, 4.6, 4.7). */
@Timeout(180)
class StatsPageTest {

    private static final String KEY = "sk-client-0123456789";
    private static final String ADMIN = "sk-admin-0123456789";
    private static final Responder FAILS = (request, reply) -> {
        reply.status(503).send(new byte[0]);
        return true;
    };

    @TempDir
    Path directory;

    private static JsonNode endpoints(Gateway gateway) {
        HttpResponse<String> response = ask(gateway, "GET", "/stats");
        assertEquals(200, response.statusCode(), response.body());
        return json(response.body()).path("endpoints");
    }

    private static void assertStats(Gateway gateway, int workspace, String stats) {
        await().untilAsserted(() -> {
            JsonNode shown = endpoints(gateway).path(workspace - 1);
            assertEquals(stats, shown.path("active_requests") + " " + shown.path("total_requests") + " "
                    + shown.path("total_errors") + " " + shown.path("circuit_open"));
        });
    }

    @Test
    void itShowsExactlyTheWorkspacesInTheFilesOrderAndTheOtherBackendsApart() {
        try (Fleet fleet = Fleet.start(directory, 3, "strategy: least_requests")) {
            HttpResponse<String> response = ask(fleet.gateway(), "GET", "/stats");
            assertEquals("application/json", FaultsRequestTest.header(response, "content-type"));
            JsonNode stats = json(response.body());
            assertEquals(3, stats.path("endpoints").size());
            for (int i = 0; i < 3; i++) {
                assertEquals("{\"name\":\"w" + (i + 1) + "\",\"active_requests\":0,\"total_requests\":0,"
                        + "\"total_errors\":0,\"circuit_open\":false}", stats.path("endpoints").path(i).toString());
            }
            assertEquals(List.of("openrouter", "litellm", "litellm-openrouter", "anthropic"),
                    stats.path("backends").findValuesAsText("name"));
            assertFalse(response.body().contains("127.0.0.1"), response.body());
        }
    }

    @Test
    void theOneWorkspaceWithoutAFileIsShownToo() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS")) {
            gateway.post(Gateway.PLAIN);
            assertEquals("databricks", endpoints(gateway).path(0).path("name").asText());
            assertStats(gateway, 1, "0 1 0 false");
        }
    }

    // 6.2
    @Test
    void theAdminKeyOpensThemWhereThereIsOneElseAClientKey() {
        String[] paths = {"/stats", "/reset"};
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_API_KEYS=" + KEY, "PROXY_ADMIN_KEY=" + ADMIN)) {
            for (String path : paths) {
                String method = path.equals("/stats") ? "GET" : "POST";
                assertFault(ask(gateway, method, path), 401, "authentication_error");
                assertFault(ask(gateway, method, path, "x-api-key", KEY), 401, "authentication_error");
                assertEquals(200, ask(gateway, method, path, "x-api-key", ADMIN).statusCode());
                assertFault(ask(gateway, method.equals("GET") ? "POST" : "GET", path, "x-api-key", KEY), 405,
                        "invalid_request_error");
            }
        }
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_API_KEYS=" + KEY)) {
            assertFault(ask(gateway, "POST", "/reset"), 401, "authentication_error");
            assertEquals("{\"status\":\"reset\"}", ask(gateway, "POST", "/reset", "x-api-key", KEY).body());
            assertEquals(200, ask(gateway, "GET", "/stats", "x-api-key", KEY).statusCode());
        }
    }

    @Test
    void requestsToAModelAreCountedAndNothingElse() {
        try (Fleet fleet = Fleet.start(directory, 1, "strategy: round_robin")) {
            Gateway gateway = fleet.gateway();
            gateway.post(Gateway.PLAIN);
            gateway.post(Gateway.STREAM);
            assertStats(gateway, 1, "0 2 0 false");
            // learned repeats go out twice
            fleet.workspace(1).respondWith((request, reply) -> {
                boolean refuses = new String(request.body()).contains("top_k");
                if (refuses) {
                    reply.status(400).header("content-type", "application/json").send(Wire.utf8("{\"type\":\"error\","
                            + "\"error\":{\"type\":\"invalid_request_error\",\"message\":\"top_k: Extra inputs are not"
                            + " permitted\"}}"));
                }
                return refuses;
            });
            assertEquals(200, gateway.post(Gateway.PLAIN.replace("{\"model\"", "{\"top_k\":5,\"model\"")).statusCode());
            assertStats(gateway, 1, "0 4 0 false");
            HttpRequest count = HttpRequest.newBuilder(gateway.url().resolve("/v1/messages/count_tokens"))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(Gateway.PLAIN)).build();
            assertEquals(200, gateway.send(count, HttpResponse.BodyHandlers.ofString()).statusCode());
            ask(gateway, "GET", "/health/detailed");
            ask(gateway, "GET", "/v1/models");
            assertStats(gateway, 1, "0 4 0 false");
            fleet.workspace(1).close();
            assertEquals(503, gateway.post(Gateway.PLAIN).statusCode());
            assertStats(gateway, 1, "0 4 1 false");
        }
    }

    @Test
    void aBreakerShowsOpenUntilATrialSucceedsAndResetClosesIt() throws Exception {
        try (Fleet fleet = Fleet.start(directory, 2, "strategy: round_robin, circuit_breaker_threshold: 2,"
                + " circuit_breaker_timeout: 3")) {
            Gateway gateway = fleet.gateway();
            fleet.workspace(1).respondWith(FAILS);
            for (int i = 0; i < 4; i++) {
                assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            }
            assertStats(gateway, 1, "0 2 2 true");
            assertTrue(endpoints(gateway).path(1).path("total_requests").asInt() == 4);
            CountDownLatch release = new CountDownLatch(1);
            fleet.workspace(1).respondWith((request, reply) -> {
                release.await();
                return false;
            });
            List<RawClient> clients = new ArrayList<>();
            await().until(() -> {
                clients.add(gateway.connect().post(Gateway.PLAIN));
                return fleet.workspace(1).activeRequests() == 1;
            });
            assertTrue(endpoints(gateway).path(0).path("circuit_open").asBoolean(), "half-open is not closed");
            assertEquals(1, endpoints(gateway).path(0).path("active_requests").asInt());
            release.countDown();
            await().until(() -> !endpoints(gateway).path(0).path("circuit_open").asBoolean());
            clients.forEach(RawClient::close);
            fleet.workspace(1).respondWith(FAILS);
            await().until(() -> {
                gateway.post(Gateway.PLAIN);
                return endpoints(gateway).path(0).path("circuit_open").asBoolean();
            });
            assertEquals("{\"status\":\"reset\"}", ask(gateway, "POST", "/reset").body());
            JsonNode after = endpoints(gateway).path(0);
            assertEquals(0, after.path("total_errors").asInt());
            assertFalse(after.path("circuit_open").asBoolean());
            assertTrue(after.path("total_requests").asInt() > 2, "requests are not forgotten");
        }
    }

    @Test
    void aRequestWhoseClientLeavesBeforeTheAnswerIsCountedToo() throws Exception {
        try (Fleet fleet = Fleet.start(directory, 1, "strategy: round_robin")) {
            Gateway gateway = fleet.gateway();
            for (int i = 1; i <= 20; i += 2) {
                gateway.post(Gateway.PLAIN); // leaves a connection for the next
                fleet.workspace(1).respondWith((request, reply) -> {
                    reply.awaitPeerClose(Gateway.PATIENCE);
                    return true;
                });
                try (RawClient client = gateway.connect()) {
                    client.post(Gateway.PLAIN);
                    await().until(() -> fleet.workspace(1).activeRequests() == 1);
                }
                assertStats(gateway, 1, "0 " + (i + 1) + " 0 false");
                fleet.workspace(1).respondWith(null);
            }
        }
    }

    @Test
    void howeverAStreamEndsItIsNoLongerActive() throws Exception {
        try (Fleet fleet = Fleet.start(directory, 1, "strategy: least_requests, circuit_breaker_threshold: 100")) {
            Gateway gateway = fleet.gateway();
            fleet.workspace(1).respondWith((request, reply) -> {
                Wire.open(reply, Wire.START, Wire.BLOCK_START, Wire.text("one"));
                String body = new String(request.body());
                if (body.contains("done")) {
                    Wire.write(reply, Wire.BLOCK_STOP, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP);
                    reply.endStream();
                } else if (body.contains("leave")) {
                    reply.awaitPeerClose(Gateway.PATIENCE);
                } else {
                    reply.reset();
                }
                return true;
            });
            gateway.post(Gateway.STREAM.replace("say hi", "done"));
            assertStats(gateway, 1, "0 1 0 false");
            gateway.post(Gateway.STREAM.replace("say hi", "cut"));
            assertStats(gateway, 1, "0 2 1 false");
            try (RawClient client = gateway.connect()) {
                client.post(Gateway.STREAM.replace("say hi", "leave"));
                assertEquals(200, client.readHead().status());
                assertEquals(1, endpoints(gateway).path(0).path("active_requests").asInt());
                client.reset();
            }
            assertStats(gateway, 1, "0 3 1 false");
        }
    }
}
