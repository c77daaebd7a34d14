/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.json;
import static io.caravan.it.ProbesTest.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /health/detailed} and what there is of Databricks alone (3.7, 3.8). */
class DetailedHealthTest {

    private static void assertTellsNothing(Gateway gateway, HttpResponse<String> response) {
        assertFalse(response.body().contains(Gateway.UPSTREAM_KEY), response.body());
        assertFalse(response.body().contains(String.valueOf(gateway.simulator().port())), response.body());
    }

    @Test
    void everyConfiguredBackendIsAskedForItsModelsAndNothingElse() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS")) {
            assertEquals(List.of(), gateway.simulator().requests());
            HttpResponse<String> response = ask(gateway, "GET", "/health/detailed");
            assertEquals(200, response.statusCode(), response.body());
            JsonNode health = json(response.body());
            assertEquals("healthy", health.path("status").asText());
            assertEquals("AZURE_DATABRICKS", health.path("backend").asText());
            assertEquals(5, health.path("backends").size());
            health.path("backends").forEach(backend -> {
                assertEquals("available", backend.path("status").asText());
                assertEquals(5, backend.path("models").asInt());
            });
            JsonNode databricks = health.path("azure_databricks");
            assertEquals("healthy", databricks.path("status").asText());
            assertEquals("127.0.0.1", databricks.path("workspace").asText());
            JsonNode endpoints = databricks.path("endpoints");
            assertEquals("missing", endpoints.path("claude-sonnet-4").asText());
            assertEquals("missing", endpoints.path("claude-3-7-sonnet").asText());
            assertEquals("available", endpoints.path("claude-sonnet-4-5").asText());
            assertEquals("available", endpoints.path("claude-opus-4-6").asText());
            assertEquals(2 + databricks.path("models").asInt(), endpoints.size(), response.body());
            endpoints.fieldNames().forEachRemaining(name -> assertFalse(name.contains("*") || name.startsWith("databricks-claude"), name));
            // an alias that leads nowhere is no outage
            assertTrue(health.path("warnings").toString().contains("databricks-claude-sonnet-4,"), response.body());
            assertFalse(health.path("warnings").toString().contains("databricks-claude-sonnet-4-5"), response.body());
            assertTellsNothing(gateway, response);
            assertEquals(5, gateway.simulator().requests().size());
            assertTrue(gateway.simulator().requests().stream().allMatch(request -> request.method().equals("GET")));

            assertEquals(200, ask(gateway, "GET", "/v1/databricks/health").statusCode());
            assertEquals(5, gateway.simulator().requests().size(), "asked again within ten seconds");
        }
    }

    @Test
    void whileTheChosenBackendIsDownItIsA503() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "OPENROUTER_API_KEY=", "ANTHROPIC_UPSTREAM_KEY=")) {
            gateway.upstream((request, reply) -> {
                boolean down = request.target().contains("serving-endpoints");
                if (down) {
                    reply.status(503).send(new byte[0]);
                }
                return down;
            });
            HttpResponse<String> response = ask(gateway, "GET", "/health/detailed");
            assertEquals(503, response.statusCode());
            JsonNode health = json(response.body());
            assertEquals("degraded", health.path("status").asText());
            assertEquals("unavailable", health.path("backends").path("databricks").path("status").asText());
            assertEquals("not_configured", health.path("backends").path("openrouter").path("status").asText());
            assertEquals("available", health.path("backends").path("litellm").path("status").asText());
            assertEquals("unknown", health.path("backends").path("anthropic").path("status").asText());
            assertEquals("unknown", health.path("azure_databricks").path("endpoints").path("claude-sonnet-4").asText());
            assertFalse(health.path("warnings").toString().contains("databricks-"), response.body());
            assertTellsNothing(gateway, response);
            for (String path : new String[] {"/v1/databricks/health", "/v1/databricks/health/detailed"}) {
                HttpResponse<String> databricks = ask(gateway, "GET", path);
                assertEquals(503, databricks.statusCode());
                assertEquals("unhealthy", json(databricks.body()).path("azure_databricks").path("status").asText());
            }
            assertEquals(200, ask(gateway, "GET", "/health").statusCode(), "asks no upstream");
        }
    }

    @Test
    void anotherBackendThatIsDownIsShownAndNoOutage() {
        try (Gateway gateway = Gateway.start("OPENROUTER", "LITELLM_BASE_URL=http://127.0.0.1:1", "DATABRICKS_TOKEN=")) {
            HttpResponse<String> response = ask(gateway, "GET", "/health/detailed");
            assertEquals(200, response.statusCode());
            JsonNode health = json(response.body());
            assertEquals("healthy", health.path("status").asText());
            assertEquals("unavailable", health.path("backends").path("litellm").path("status").asText());
            assertFalse(health.has("azure_databricks"));
            assertTellsNothing(gateway, response);
        }
    }

    @Test
    void databricksAlone() {
        try (Gateway gateway = Gateway.start("OPENROUTER", "DATABRICKS_AUTH=bearer")) {
            HttpResponse<String> health = ask(gateway, "GET", "/v1/databricks/health");
            assertEquals(200, health.statusCode());
            assertEquals("healthy", json(health.body()).path("status").asText());
            assertEquals("AZURE_DATABRICKS", json(health.body()).path("backend").asText());
            assertEquals(1, gateway.simulator().requests().size(), "only Databricks is asked");

            HttpResponse<String> detailed = ask(gateway, "GET", "/v1/databricks/health/detailed");
            assertEquals(5, json(detailed.body()).path("azure_databricks").path("models").asInt());
            assertEquals("missing", json(detailed.body())
                    .path("azure_databricks").path("endpoints").path("claude-sonnet-4").asText());

            assertTrue(json(detailed.body()).path("azure_databricks").path("warnings").path(0).asText()
                    .contains("databricks-claude-sonnet-4,"), detailed.body());

            HttpResponse<String> config = ask(gateway, "GET", "/v1/databricks/config");
            JsonNode shown = json(config.body());
            assertTrue(shown.path("configured").asBoolean());
            assertFalse(shown.path("selected").asBoolean());
            assertEquals("http://127.0.0.1:" + gateway.simulator().port(), shown.path("host").asText());
            assertEquals("configured", shown.path("token").asText());
            assertEquals("bearer", shown.path("auth").asText());
            assertEquals("native", shown.path("api").asText());
            assertEquals(300.0, shown.path("timeout_seconds").asDouble());
            assertEquals("safeguards", shown.path("strip").path(0).asText());
            for (HttpResponse<String> response : List.of(health, detailed)) {
                assertTellsNothing(gateway, response);
            }
            assertFalse(config.body().contains(Gateway.UPSTREAM_KEY), config.body());
            assertEquals(1, gateway.simulator().requests().size());
        }
    }

    // 2.9: what the workspace has comes to the list once it has said so
    @Test
    void itsModelsAreThoseOfTheTableAndThoseItHas() {
        try (Gateway gateway = Gateway.start("OPENROUTER")) {
            HttpResponse<String> first = ask(gateway, "GET", "/v1/databricks/models");
            assertEquals(200, first.statusCode());
            JsonNode list = json(first.body());
            assertEquals("list", list.path("object").asText());
            assertTrue(list.path("data").findValuesAsText("id").contains("claude-sonnet-4"), first.body());
            assertEquals("databricks", list.path("data").path(0).path("owned_by").asText());
            list.path("data").forEach(model -> assertTrue(model.path("endpoint").asText().startsWith("databricks-"), first.body()));
            Awaitility.await().until(() -> json(ask(gateway, "GET", "/v1/databricks/models").body()).path("data")
                    .findValuesAsText("id").contains("databricks-claude-opus-4-6"));
            JsonNode one = json(ask(gateway, "GET", "/v1/databricks/models/claude-sonnet-4").body());
            assertEquals("claude-sonnet-4", one.path("id").asText());
            assertEquals("databricks-claude-sonnet-4", one.path("endpoint").asText());
            assertEquals(1, gateway.simulator().requests().size());
            assertFalse(ask(gateway, "GET", "/v1/models").body().contains("endpoint"));
        }
    }

    @Test
    void withoutDatabricksTheyAre503ButForTheConfiguration() {
        try (Gateway gateway = Gateway.start("OPENROUTER", "DATABRICKS_TOKEN=")) {
            for (String path : new String[] {"/v1/databricks/health", "/v1/databricks/health/detailed"}) {
                HttpResponse<String> response = ask(gateway, "GET", path);
                assertEquals(503, response.statusCode());
                assertEquals("unhealthy", json(response.body()).path("azure_databricks").path("status").asText());
            }
            assertFault(ask(gateway, "GET", "/v1/databricks/models"), 503, "api_error");
            HttpResponse<String> config = ask(gateway, "GET", "/v1/databricks/config");
            assertEquals(200, config.statusCode());
            assertEquals("DATABRICKS_TOKEN", json(config.body()).path("missing").path(0).asText());
            assertEquals("not_configured", json(config.body()).path("token").asText());
            assertEquals(List.of(), gateway.simulator().requests());
        }
    }

    // 6.2
    @ParameterizedTest
    @ValueSource(strings = {"/health/detailed", "/v1/databricks/health", "/v1/databricks/health/detailed",
        "/v1/databricks/config", "/v1/databricks/models"})
    void eachNeedsAClientKeyWhereThereAreKeys(String path) {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_API_KEYS=sk-client-0123456789")) {
            assertFault(ask(gateway, "GET", path), 401, "authentication_error");
            assertEquals(List.of(), gateway.simulator().requests());
            assertEquals(200, ask(gateway, "GET", path, "x-api-key", "sk-client-0123456789").statusCode());
            assertFault(ask(gateway, "POST", path, "x-api-key", "sk-client-0123456789"), 405, "invalid_request_error");
        }
    }
}
