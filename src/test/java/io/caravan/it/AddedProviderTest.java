/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.Caravan;
import io.caravan.provider.Providers;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.SettingsException;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider is added by one class, one place in the list and a section of the model table for each of its backends. */
@DisplayName("one more provider")
class AddedProviderTest {

    private static final Providers PROVIDERS = Providers.builtIn().with(new Acme());
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String TABLE = """
            openrouter:
              "claude-*": "anthropic/{model}"
            acme:
              "claude-*": "acme-{model}"
            acme-chat:
              "claude-*": "{model}"
            route:
              claude-to-chat: acme-chat
            """;

    @TempDir
    private Path directory;
    private Simulator simulator;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(directory.resolve("models.yaml"), TABLE);
        simulator = Simulator.start();
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private GatewaySettings settings(String... settings) {
        Map<String, String> environment = new LinkedHashMap<>(Map.of("PORT", "0", "PROXY_BACKEND", "acme", "ACME_KEY",
                Gateway.UPSTREAM_KEY, "ACME_URL", simulator.url().toString(), "OPENROUTER_API_KEY", "sk-or",
                "OPENROUTER_API_BASE", simulator.url() + "/api/v1", "BYPASS_FALLBACK_ENABLED", "false"));
        for (String setting : settings) {
            environment.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        return GatewaySettings.read(environment, directory, PROVIDERS);
    }

    private static HttpResponse<String> post(Caravan gateway, String body) {
        return send(HttpRequest.newBuilder(gateway.url().resolve("/v1/messages")).timeout(Gateway.PATIENCE)
                .header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    private static JsonNode get(Caravan gateway, String path) {
        return json(send(HttpRequest.newBuilder(gateway.url().resolve(path)).timeout(Gateway.PATIENCE).build()).body());
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private RecordedRequest received() throws InterruptedException {
        return simulator.take(Gateway.PATIENCE);
    }

    @Test
    void itServesAsTheChosenBackend() throws InterruptedException {
        try (Caravan gateway = Caravan.start(settings())) {
            HttpResponse<String> plain = post(gateway, Gateway.PLAIN);
            assertEquals("Hi! You said: say hi", json(plain.body()).at("/content/0/text").asText(), plain.body());
            RecordedRequest sent = received();
            assertEquals("/v1/messages", sent.target());
            assertEquals("acme-" + Gateway.MODEL, sent.json().path("model").asText());
            assertEquals("Bearer " + Gateway.UPSTREAM_KEY, sent.header("authorization"));
            assertEquals("1", sent.header("x-acme"));

            HttpResponse<String> streamed = post(gateway, Gateway.STREAM);
            assertEquals("Hi! You said: say hi", StreamedMessage.of(streamed.body()).at("/content/0/text").asText());
            assertEquals("ACME", get(gateway, "/health").path("backend").asText());
        }
    }

    @Test
    void itsDialectIsAskedHowToConvert() throws InterruptedException {
        try (Caravan gateway = Caravan.start(settings())) {
            for (String model : new String[] {"acme-chat," + Gateway.MODEL, "claude-to-chat"}) {
                String request = Gateway.STREAM.replace("{\"model\":\"" + Gateway.MODEL + "\"", "{\"model\":\"" + model
                        + "\",\"metadata\":{\"user_id\":\"u\"},\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}")
                        .replace("\"max_tokens\":100", "\"max_tokens\":9000");
                HttpResponse<String> answer = post(gateway, request);
                assertEquals("Hi! You said: say hi", StreamedMessage.of(answer.body()).at("/content/0/text").asText(),
                        answer.body());
                RecordedRequest sent = received();
                assertEquals("/chat/completions", sent.target());
                assertFalse(sent.json().has("user") || sent.json().has("thinking"), sent.json().toString());
                assertTrue(header(answer, "x-caravan-dropped").contains("metadata"), header(answer, "x-caravan-dropped"));
            }
        }
    }

    @Test
    void itStandsInAChainAndOthersBehindIt() {
        try (Caravan gateway = Caravan.start(settings("PROXY_BACKEND=OPENROUTER", "BYPASS_FALLBACK_ENABLED=true",
                "PROXY_FALLBACK=Acme,acme_chat"))) {
            simulator.respondWith((request, reply) -> {
                boolean dead = !request.dialect().equals("litellm-chat");
                if (dead) {
                    reply.status(503).send(new byte[0]);
                }
                return dead;
            });
            HttpResponse<String> response = post(gateway, Gateway.STREAM);
            assertEquals("openrouter->acme->acme-chat", header(response, "x-caravan-failover"), response.body());
            StreamedMessage.of(response.body());
        }
    }

    @Test
    void pagesAndListsKnowIt() {
        try (Caravan gateway = Caravan.start(settings())) {
            JsonNode health = get(gateway, "/health/detailed");
            assertEquals(7, health.path("backends").size(), health.toString());
            assertEquals("available", health.path("backends").path("acme").path("status").asText(), health.toString());
            assertTrue(get(gateway, "/stats").path("backends").findValuesAsText("name").contains("acme-chat"));
            assertTrue(get(gateway, "/v1/models").has("data"));
        }
    }

    @Test
    void itsSettingsAreSettingsLikeAnyOther() throws IOException {
        List<String> effective = settings().effective();
        assertTrue(effective.contains("ACME_KEY = *** (environment)"), effective.toString());

        Files.writeString(directory.resolve("application.properties"), "acme.ur=https://acme.example");
        String misspelt = assertThrows(SettingsException.class, this::settings).getMessage();
        assertEquals("application.properties: the key acme.ur is not known; did you mean acme.url?", misspelt);
        assertThrows(SettingsException.class, () -> GatewaySettings.read(Map.of("PROXY_BACKEND", "ACME"), directory));
    }

    @Test
    void withoutItsKeyItIsA503ThatSaysSo() {
        try (Caravan gateway = Caravan.start(settings("ACME_KEY="))) {
            HttpResponse<String> response = post(gateway, Gateway.PLAIN);
            assertFault(response, 503, "api_error", "The backend ACME is not configured; missing: ACME_KEY");
            assertNull(header(response, "x-caravan-failover"));
        }
    }

    @Test
    void noTwoProvidersHaveTheSameBackend() {
        assertThrows(IllegalArgumentException.class, () -> PROVIDERS.with(new Acme()));
    }
}
