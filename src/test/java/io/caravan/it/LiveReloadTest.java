/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.Caravan;
import io.caravan.settings.GatewaySettings;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trap 8: a route file edited under a running gateway takes effect, and nothing else is lost by it. */
class LiveReloadTest {

    private static final Path BUILT_IN = Path.of("src/main/resources/routes/health.camel.yaml");

    @TempDir
    Path work;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void anEditedRouteFileGoesLiveAndTheOtherRoutesStay() throws IOException {
        Files.createDirectory(work.resolve("routes"));
        edit("first");
        Files.writeString(work.resolve("application.properties"),
                "camel.main.routes-reload-enabled=true\ncamel.main.routes-reload-directory=" + work.resolve("routes") + "\n");
        try (Simulator simulator = Simulator.start(); Caravan gateway = Caravan.start(GatewaySettings.read(Map.of(
                "PORT", "0", "PROXY_BACKEND", "AZURE_DATABRICKS", "DATABRICKS_HOST", simulator.url().toString(),
                "DATABRICKS_TOKEN", "t"), work))) {
            assertEquals("{\"status\":\"first\"}", get(gateway.url().resolve("/health/live")).body());

            edit("second");

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() ->
                    assertEquals("{\"status\":\"second\"}", get(gateway.url().resolve("/health/live")).body()));
            assertEquals(200, post(gateway.url()).statusCode());
            assertEquals(404, get(gateway.url().resolve("/nothing")).statusCode());
            await().untilAsserted(() -> assertTrue(get(gateway.url().resolve("/health")).body().contains("healthy"),
                    "Camel stops and starts the routes of an edited file one by one"));
        }
    }

    /** Replaces the file by renaming a finished one. */
    private void edit(String status) throws IOException {
        Path finished = work.resolve("edited");
        Files.writeString(finished, Files.readString(BUILT_IN).replace("\"status\":\"live\"", "\"status\":\"" + status + "\""));
        Files.move(finished, work.resolve("routes/health.camel.yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private HttpResponse<String> get(URI uri) {
        return send(HttpRequest.newBuilder(uri).build());
    }

    private HttpResponse<String> post(URI gateway) {
        return send(HttpRequest.newBuilder(gateway.resolve("/v1/messages")).header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Gateway.PLAIN)).build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
