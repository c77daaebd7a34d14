/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What users of other gateways bring along, used as docs/moving.md says, by a process of its own. */
@DisplayName("moving over (docs/moving.md)")
@Timeout(240)
class MovingOverTest {

    private static final String KEY = "sk-of-a-client";
    private static final List<String> POSTS = List.of("/v1/messages", "/v1/databricks/messages",
            "/v1/databricks/messages/stream", "/v1/databricks/messages/claude-sonnet-4",
            "/v1/databricks/messages/claude-3-7-sonnet");
    private static final List<String> PAGES = List.of("/health", "/health/detailed", "/v1/databricks/health",
            "/v1/databricks/health/detailed", "/v1/databricks/config", "/v1/databricks/models", "/v1/models", "/stats");

    @TempDir
    Path directory;

    @Test
    void aLoadBalancersFileIsServedAndItsPagesAreThere() throws Exception {
        try (Simulator east = Simulator.start(); Simulator west = Simulator.start()) {
            Files.writeString(directory.resolve("config.yaml"), """
                    load_balancer:
                      strategy: least_requests
                      circuit_breaker_threshold: 5
                      circuit_breaker_timeout: 60
                    auth:
                      api_key: %s
                    endpoints:
                      - name: east
                        api_base: %s/serving-endpoints
                        token: %s
                        weight: 1
                      - name: west
                        api_base: %s/serving-endpoints
                        token: %s
                    """.formatted(KEY, east.url(), Gateway.UPSTREAM_KEY, west.url(), Gateway.UPSTREAM_KEY));
            try (LogsTest.Running gateway = LogsTest.Running.start(directory, east, "PROXY_BACKEND=", "DATABRICKS_HOST=",
                    "DATABRICKS_TOKEN=")) {
                assertServesAll(gateway.url());
                JsonNode stats = json(get(gateway.url(), "/stats", KEY).body());
                assertEquals(List.of("east", "west"), stats.path("endpoints").findValuesAsText("name"));
                assertEquals("{\"status\":\"reset\"}", post(gateway.url(), "/reset", "", KEY).body());
                assertEquals(401, post(gateway.url(), "/v1/messages", Gateway.PLAIN, "wrong").statusCode());
                await().until(() -> log().contains("\"workspaces\":2"));
                assertTrue(log().contains("least_requests") && log().contains(west.url().getAuthority()), log());
                assertLogHasWhatIsLookedFor();
            }
        }
    }

    @Test
    void aDotenvFileOfTheProxyIsServed() throws Exception {
        try (Simulator workspace = Simulator.start()) {
            Files.writeString(directory.resolve(".env"), """
                    # Backend selection
                    PROXY_BACKEND=AZURE_DATABRICKS
                    DATABRICKS_HOST="%s"
                    export DATABRICKS_TOKEN='%s'
                    HOST=0.0.0.0
                    PORT=4000
                    LOG_LEVEL=WARNING
                    ENVIRONMENT=development
                    DATABRICKS_MAX_RETRIES=3
                    DATABRICKS_TIMEOUT=30
                    PROXY_API_KEYS=%s
                    """.formatted(workspace.url(), Gateway.UPSTREAM_KEY, KEY));
            Files.writeString(directory.resolve(".env.development"), "LOG_LEVEL=INFO\n");
            try (LogsTest.Running gateway = LogsTest.Running.start(directory, workspace, "PROXY_BACKEND=", "DATABRICKS_HOST=",
                    "DATABRICKS_TOKEN=")) {
                assertEquals("0.0.0.0", gateway.url().getHost());
                URI url = URI.create("http://127.0.0.1:" + gateway.url().getPort());
                assertServesAll(url);
                assertEquals(List.of("/serving-endpoints/anthropic/v1/messages"),
                        workspace.requests().stream().filter(request -> request.method().equals("POST"))
                                .map(request -> request.target()).distinct().toList());
                assertLogHasWhatIsLookedFor();
                workspace.respondWith((request, reply) -> {
                    reply.status(401).send("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    return true;
                });
                assertEquals(403, post(url, "/v1/messages", Gateway.PLAIN, KEY).statusCode());
                await().until(() -> log().lines().anyMatch(line -> line.contains("401") || line.contains("403")));
            }
        }
    }

    private static void assertServesAll(URI url) throws Exception {
        for (String path : PAGES) {
            HttpResponse<String> page = get(url, path, KEY);
            assertEquals(200, page.statusCode(), path + " " + page.body());
            assertFalse(page.body().contains(Gateway.UPSTREAM_KEY), page.body());
        }
        JsonNode health = json(get(url, "/health/detailed", KEY).body());
        assertEquals("AZURE_DATABRICKS", health.path("backend").asText());
        assertEquals("healthy", health.path("azure_databricks").path("status").asText());
        assertTrue(health.path("azure_databricks").path("endpoints").has("claude-sonnet-4"));
        assertTrue(health.path("azure_databricks").path("endpoints").has("claude-3-7-sonnet"));
        for (String path : POSTS) {
            HttpResponse<String> answer = post(url, path, Gateway.PLAIN, KEY);
            assertEquals(200, answer.statusCode(), path + " " + answer.body());
            assertEquals(path.endsWith("/stream"), answer.body().startsWith("event: "), answer.body());
        }
    }

    private void assertLogHasWhatIsLookedFor() throws IOException {
        for (String word : List.of("Azure Databricks", "total_tokens", "AZURE_DATABRICKS", "correlation_id")) {
            await().until(() -> log().contains(word));
        }
        assertHas("Active proxy backend configured", "backend", "endpoint");
        assertHas("Azure Databricks main routing active", "backend", "endpoint", "main_endpoint");
        assertHas("Processing message request", "backend", "endpoint", "correlation_id");
        assertHas("Backend routing", "backend", "endpoint", "workspace", "correlation_id");
        assertHas("message completed", "backend", "endpoint", "workspace", "correlation_id", "total_tokens");
    }

    /** What {@code jq .event}, {@code .backend} and the like find. */
    private void assertHas(String event, String... fields) throws IOException {
        JsonNode line = log().lines().map(FaultsRequestTest::json).filter(json -> json.path("event").asText().equals(event))
                .reduce((first, second) -> second).orElseThrow(() -> new AssertionError(event));
        for (String field : fields) {
            assertFalse(line.path(field).asText().isEmpty(), field + " of " + line);
        }
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("logs").resolve("server.log"));
    }

    private static HttpResponse<String> get(URI url, String path, String key) throws Exception {
        return send(HttpRequest.newBuilder(url.resolve(path)).header("x-api-key", key).build());
    }

    private static HttpResponse<String> post(URI url, String path, String body, String key) throws Exception {
        return send(HttpRequest.newBuilder(url.resolve(path)).header("x-api-key", key)
                .header("content-type", "application/json").POST(BodyPublishers.ofString(body)).build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}
