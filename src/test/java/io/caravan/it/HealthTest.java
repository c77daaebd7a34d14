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
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET /health}, and a gateway that is started without the settings of its backend (1.4, 3.6). */
class HealthTest {

    @ParameterizedTest
    @CsvSource({"AZURE_DATABRICKS,AZURE_DATABRICKS", "openrouter,OPENROUTER", "litellm_messages,LITELLM_MESSAGES", "Anthropic,ANTHROPIC"})
    void aConfiguredGatewayIsHealthyAndAsksNoUpstream(String backend, String shown) {
        try (Gateway gateway = Gateway.start(backend)) {
            HttpResponse<String> response = ProbesTest.ask(gateway, "GET", "/health");
            assertEquals(200, response.statusCode());
            JsonNode health = json(response.body());
            assertEquals("healthy", health.path("status").asText());
            assertEquals(shown, health.path("backend").asText());
            assertEquals("caravan", health.path("service").asText());
            assertFalse(health.path("version").asText().isBlank());
            assertTrue(Instant.parse(health.path("timestamp").asText()).isAfter(Instant.now().minusSeconds(60)));
            assertTrue(health.has("azure_databricks"));
            assertFalse(response.body().contains(Gateway.UPSTREAM_KEY));
            assertEquals(0, gateway.simulator().requests().size());
        }
    }

    @Test
    void databricksIsShownOnlyWhereItIsConfigured() {
        try (Gateway gateway = Gateway.start("OPENROUTER", "DATABRICKS_TOKEN=")) {
            assertFalse(json(ProbesTest.ask(gateway, "GET", "/health").body()).has("azure_databricks"));
        }
    }

    // 1.4
    @ParameterizedTest
    @CsvSource({"DATABRICKS_HOST", "DATABRICKS_TOKEN"})
    void withoutItsSettingsTheGatewayStartsDegraded(String missing) {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", missing + "=")) {
            HttpResponse<String> health = ProbesTest.ask(gateway, "GET", "/health");
            assertEquals(503, health.statusCode());
            assertEquals("degraded", json(health.body()).path("status").asText());
            assertEquals(missing, json(health.body()).path("missing").path(0).asText());
            assertEquals(200, ProbesTest.ask(gateway, "GET", "/health/live").statusCode());
            for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
                HttpResponse<String> response = gateway.post(request);
                assertFault(response, 503, "api_error", "Azure Databricks host and token must be configured");
                assertEquals("false", header(response, "x-should-retry"));
            }
            assertEquals(0, gateway.simulator().requests().size());
        }
    }

    @Test
    void theMessageNamesWhatIsMissing() {
        try (Gateway gateway = Gateway.start("OPENROUTER", "OPENROUTER_API_KEY=")) {
            assertEquals(503, ProbesTest.ask(gateway, "GET", "/health").statusCode());
            HttpResponse<String> response = gateway.post(Gateway.PLAIN);
            String words = assertFault(response, 503, "api_error").path("error").path("message").asText();
            assertTrue(words.contains("OPENROUTER_API_KEY"), words);
            assertEquals("false", header(response, "x-should-retry"));
        }
    }

    // 1.4 before 1.6: an unconfigured backend is the operator's to mend, not a reason to spend money elsewhere
    @Test
    void anUnconfiguredBackendIsNoReasonToFailOver() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_TOKEN=", "BYPASS_FALLBACK_ENABLED=true")) {
            assertFault(gateway.post(Gateway.PLAIN), 503, "api_error", "Azure Databricks host and token must be configured");
            assertEquals(0, gateway.simulator().requests().size());
        }
    }
}
