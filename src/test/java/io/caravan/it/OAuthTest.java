/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Simulator;
import io.caravan.simulator.SimulatorOptions;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ledger 5.3, case E12: a workspace that takes only tokens fetched for a client. */
class OAuthTest {

    private static final String SECRET = "canary-7f3a-0123";
    private static final String LONG = Gateway.PLAIN.replace("say hi", "say hi ".repeat(20_000));
    private static Simulator workspace;
    private static Gateway gateway;

    private static Simulator workspace(Duration tokenLife) {
        return Simulator.start(SimulatorOptions.defaults().withToken("no-token-but-those-fetched")
                .withClient("me:" + SECRET).withTokenLife(tokenLife));
    }

    private static Gateway gateway(Simulator workspace, String... more) {
        List<String> settings = new ArrayList<>(List.of("DATABRICKS_HOST=" + workspace.url(), "DATABRICKS_TOKEN=",
                "DATABRICKS_CLIENT_ID=me", "DATABRICKS_CLIENT_SECRET=" + SECRET));
        settings.addAll(List.of(more));
        return Gateway.start("AZURE_DATABRICKS", settings.toArray(String[]::new));
    }

    @BeforeAll
    static void start() {
        workspace = workspace(Duration.ofHours(1));
        gateway = gateway(workspace);
    }

    @AfterAll
    static void stop() {
        workspace.close();
        gateway.close();
    }

    @BeforeEach
    void tokenInHand() {
        workspace.respondWith(null);
        assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
        workspace.clear();
    }

    @AfterEach
    void ownAnswers() {
        workspace.respondWith(null);
    }

    private static List<RecordedRequest> messages(Simulator workspace) {
        return workspace.requests().stream().filter(request -> !request.target().startsWith("/oidc")).toList();
    }

    @Test
    void theTokenIsFetchedOnceAndSentAsBearer() {
        int before = workspace.tokenRequests();

        for (int i = 0; i < 3; i++) {
            assertEquals(200, gateway.post(Gateway.STREAM).statusCode());
        }

        assertEquals(before, workspace.tokenRequests());
        messages(workspace).forEach(request ->
                assertTrue(request.header("authorization").startsWith("Bearer simulated-oauth-"), request.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "stream", "long"})
    @DisplayName("E12: a token that the workspace refuses is replaced, and the client sees a 200")
    void aRefusedTokenIsReplacedUnseen(String kind) {
        String body = kind.equals("plain") ? Gateway.PLAIN : kind.equals("stream") ? Gateway.STREAM : LONG;
        int before = workspace.tokenRequests();
        workspace.revokeTokens();

        assertEquals(200, gateway.post(body).statusCode());

        assertEquals(before + 1, workspace.tokenRequests());
        List<RecordedRequest> sent = messages(workspace);
        assertEquals(2, sent.size());
        assertArrayEquals(sent.get(0).body(), sent.get(1).body());
        assertFalse(sent.get(0).header("authorization").equals(sent.get(1).header("authorization")));
    }

    @Test
    @DisplayName("E12, E11: a workspace that refuses the new token too is told to the client once")
    void aSecondRefusalIsTheClients() {
        int before = workspace.tokenRequests();
        workspace.respondWith((request, reply) -> {
            if (request.target().startsWith("/oidc")) {
                return false;
            }
            reply.status(401).send("{\"error_code\":\"401\",\"message\":\"no\"}".getBytes(StandardCharsets.UTF_8));
            return true;
        });

        HttpResponse<String> answer = gateway.post(Gateway.PLAIN);

        assertEquals(403, answer.statusCode());
        assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(null));
        assertEquals(2, messages(workspace).size());
        assertEquals(before + 1, workspace.tokenRequests());
    }

    @Test
    @DisplayName("E12: 20 requests at once whose token is refused fetch one")
    void manyRefusedAtOnceFetchOne() {
        int before = workspace.tokenRequests();
        workspace.revokeTokens();

        Map<Integer, Long> statuses = statuses(gateway, 20);

        assertEquals(Map.of(200, 20L), statuses);
        assertEquals(before + 1, workspace.tokenRequests());
    }

    @Test
    void countingTokensReplacesARefusedTokenToo() {
        workspace.respondWith((request, reply) -> {
            if (request.target().startsWith("/oidc")) {
                return false;
            }
            boolean first = messages(workspace).size() == 1;
            reply.status(first ? 401 : 200).header("content-type", "application/json")
                    .send((first ? "{}" : "{\"input_tokens\":5}").getBytes(StandardCharsets.UTF_8));
            return true;
        });

        HttpRequest count = HttpRequest.newBuilder(gateway.url().resolve("/v1/messages/count_tokens"))
                .header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(Gateway.PLAIN)).build();
        assertEquals("{\"input_tokens\":5}", gateway.send(count, HttpResponse.BodyHandlers.ofString()).body());

        List<RecordedRequest> sent = messages(workspace);
        assertEquals(2, sent.size());
        assertFalse(sent.get(0).header("authorization").equals(sent.get(1).header("authorization")));
    }

    @Test
    void theHealthCheckSharesTheToken() {
        int before = workspace.tokenRequests();
        URI health = gateway.url().resolve("/v1/databricks/health");

        assertEquals(200, gateway.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString())
                .statusCode());

        assertEquals(before, workspace.tokenRequests());
        assertTrue(messages(workspace).get(0).header("authorization").startsWith("Bearer simulated-oauth-"));
    }

    @Test
    void twentyFirstRequestsAtOnceFetchOneToken() {
        try (Simulator fresh = workspace(Duration.ofHours(1)); Gateway cold = gateway(fresh)) {
            assertEquals(Map.of(200, 20L), statuses(cold, 20));
            assertEquals(1, fresh.tokenRequests());
        }
    }

    @Test
    void aTokenIsRenewedBeforeItEndsAndNoRequestIsRefused() {
        try (Simulator brief = workspace(Duration.ofSeconds(10)); Gateway steady = gateway(brief)) {
            AtomicInteger posted = new AtomicInteger();
            await().atMost(Gateway.PATIENCE).until(() -> {
                posted.incrementAndGet();
                assertEquals(200, steady.post(Gateway.PLAIN).statusCode());
                return brief.tokenRequests() >= 2;
            });
            assertEquals(posted.get(), messages(brief).size());
        }
    }

    @Test
    @DisplayName("E11: a client that the workspace does not know")
    void anUnknownClientIsA403WithoutSecrets() {
        try (Simulator other = Simulator.start(SimulatorOptions.defaults().withClient("me:something-else"));
                Gateway stranger = gateway(other)) {
            HttpResponse<String> answer = stranger.post(Gateway.PLAIN);

            assertEquals(403, answer.statusCode());
            assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(null));
            assertFalse(answer.body().contains(SECRET) || answer.body().contains("127.0.0.1"), answer.body());
            assertEquals(List.of(), messages(other));
        }
    }

    @Test
    @DisplayName("E19: a workspace that gives no token")
    void noTokenIsA503() {
        try (Simulator ill = workspace(Duration.ofHours(1)); Gateway waiting = gateway(ill)) {
            ill.respondWith((request, reply) -> {
                reply.status(500).send(new byte[0]);
                return true;
            });

            HttpResponse<String> answer = waiting.post(Gateway.STREAM);

            assertEquals(503, answer.statusCode());
            assertTrue(answer.headers().firstValue("retry-after").isPresent());
            assertTrue(answer.body().contains("gave no OAuth token"), answer.body());
            ill.respondWith(null);
            assertEquals(200, waiting.post(Gateway.STREAM).statusCode());
        }
    }

    @Test
    @DisplayName("4.1: a workspace of config.yaml, its client and its key")
    void aWorkspaceOfTheFileIsServed(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("config.yaml");
        Files.writeString(file, "auth: {api_key: '${CLIENT_KEY}'}\nendpoints: [{name: east, api_base: '" + workspace.url()
                + "/serving-endpoints', client_id: me, client_secret: '${EAST_SECRET}'}]\n");
        try (Gateway fromFile = Gateway.start("AZURE_DATABRICKS", "CONFIG_PATH=" + file, "DATABRICKS_HOST=",
                "DATABRICKS_TOKEN=", "CLIENT_KEY=key-of-the-file", "EAST_SECRET=" + SECRET)) {
            assertEquals(200, fromFile.post(Gateway.PLAIN, "x-api-key", "key-of-the-file").statusCode());
            assertEquals(401, fromFile.post(Gateway.PLAIN, "x-api-key", "another").statusCode());
        }
    }

    private static Map<Integer, Long> statuses(Gateway gateway, int count) {
        ExecutorService clients = Executors.newFixedThreadPool(count);
        try {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                answers.add(CompletableFuture.supplyAsync(() -> gateway.post(Gateway.PLAIN).statusCode(), clients));
            }
            return answers.stream().map(CompletableFuture::join)
                    .collect(Collectors.groupingBy(status -> status, Collectors.counting()));
        } finally {
            clients.shutdown();
        }
    }
}
