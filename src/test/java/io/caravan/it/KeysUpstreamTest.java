/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who the gateway says it is to an upstream: each backend's own form, and Anthropic's pass-through (1.3, 5.1, 5.3, 5.6, 5.14, 6.3). */
class KeysUpstreamTest {

    private static final String KEY = "sk-client-0123456789";
    private static final String OWN = "sk-ant-own-0123456789";

    static Stream<Arguments> backends() {
        String basic = "Basic " + Base64.getEncoder().encodeToString(("token:" + Gateway.UPSTREAM_KEY).getBytes());
        String bearer = "Bearer " + Gateway.UPSTREAM_KEY;
        return Stream.of(
                Arguments.of("AZURE_DATABRICKS", "DATABRICKS_AUTH=", "authorization", basic, "/serving-endpoints/anthropic/v1/messages"),
                Arguments.of("AZURE_DATABRICKS", "DATABRICKS_AUTH=basic", "authorization", basic, "/serving-endpoints/anthropic/v1/messages"),
                Arguments.of("AZURE_DATABRICKS", "DATABRICKS_AUTH=bearer", "authorization", bearer, "/serving-endpoints/anthropic/v1/messages"),
                Arguments.of("OPENROUTER", "OPENROUTER_API=messages", "authorization", bearer, "/api/v1/messages"),
                Arguments.of("LITELLM_MESSAGES", "PORT=0", "authorization", bearer, "/v1/messages"),
                Arguments.of("ANTHROPIC", "PORT=0", "x-api-key", Gateway.UPSTREAM_KEY, "/v1/messages"));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void eachBackendGetsItsOwnFormAndNothingOfTheClients(String backend, String setting, String name, String value, String path) {
        try (Gateway gateway = Gateway.start(backend, setting, "PROXY_API_KEYS=" + KEY)) {
            HttpResponse<String> response = gateway.post(Gateway.PLAIN, "x-api-key", KEY, "authorization", "Bearer " + OWN);
            assertEquals(200, response.statusCode(), response.body());
            RecordedRequest seen = gateway.received();
            assertEquals(path, seen.target());
            assertEquals(List.of(value), seen.headers(name));
            assertEquals(1, seen.headers("authorization").size() + seen.headers("x-api-key").size());
            assertFalse(seen.headers().toString().contains(KEY) || seen.headers().toString().contains(OWN));
            assertFalse(response.headers().map().toString().contains(Gateway.UPSTREAM_KEY));
        }
    }

    @Test
    void liteLlmNeedsNoKey() {
        try (Gateway gateway = Gateway.start("LITELLM_MESSAGES", "LITELLM_API_KEY=")) {
            gateway.upstream((request, reply) -> {
                reply.send("{\"type\":\"message\",\"model\":\"m\"}".getBytes());
                return true;
            });
            assertEquals(200, gateway.post(Gateway.PLAIN, "authorization", "Bearer " + OWN).statusCode());
            assertTrue(gateway.received().headers("authorization").isEmpty());
        }
    }

    @Test
    void openRouterIsToldWhoAsks() {
        try (Gateway gateway = Gateway.start("OPENROUTER", "OPENROUTER_TITLE=my title", "OPENROUTER_REFERER=https://me.example")) {
            gateway.post(Gateway.PLAIN, "x-title", "of the client", "http-referer", "https://client.example");
            RecordedRequest seen = gateway.received();
            assertEquals(List.of("my title"), seen.headers("x-title"));
            assertEquals(List.of("https://me.example"), seen.headers("http-referer"));
        }
    }

    // 1.3, 6.3: no keys at all, the client's credential is its own
    @Test
    void withoutAnyKeyTheClientsCredentialIsPassedOn() {
        try (Gateway gateway = Gateway.start("ANTHROPIC", "ANTHROPIC_UPSTREAM_KEY=")) {
            assertEquals(200, gateway.post(Gateway.PLAIN, "x-api-key", OWN).statusCode());
            assertEquals(List.of(OWN), gateway.received().headers("x-api-key"));
            assertEquals(200, gateway.post(Gateway.PLAIN, "authorization", "Bearer " + OWN).statusCode());
            RecordedRequest seen = gateway.received();
            assertEquals(List.of("Bearer " + OWN), seen.headers("authorization"));
            assertTrue(seen.headers("x-api-key").isEmpty());
            HttpResponse<String> none = gateway.post(Gateway.PLAIN);
            assertFault(none, 401, "authentication_error");
            assertEquals("false", header(none, "x-should-retry"));
        }
    }

    @Test
    void besideAKeyOfTheGatewayTheOtherCredentialIsPassedOn() {
        try (Gateway gateway = Gateway.start("ANTHROPIC", "ANTHROPIC_UPSTREAM_KEY=", "PROXY_API_KEYS=" + KEY)) {
            assertEquals(200, gateway.post(Gateway.PLAIN, "x-api-key", KEY, "authorization", "Bearer " + OWN).statusCode());
            RecordedRequest seen = gateway.received();
            assertEquals(List.of("Bearer " + OWN), seen.headers("authorization"));
            assertTrue(seen.headers("x-api-key").isEmpty());
            assertEquals(200, gateway.post(Gateway.PLAIN, "x-api-key", OWN, "authorization", "Bearer " + KEY).statusCode());
            assertEquals(List.of(OWN), gateway.received().headers("x-api-key"));
        }
    }

    // 1.3: "if it is not one of the gateway's keys (else a start warning and 503)"
    @Test
    void aKeyOfTheGatewayIsNeverPassedOn() {
        try (Gateway gateway = Gateway.start("ANTHROPIC", "ANTHROPIC_UPSTREAM_KEY=", "PROXY_API_KEYS=" + KEY)) {
            for (String[] headers : new String[][] {{"x-api-key", KEY}, {"authorization", "Bearer " + KEY},
                {"x-api-key", KEY, "authorization", "Bearer " + KEY}}) {
                HttpResponse<String> response = gateway.post(Gateway.PLAIN, headers);
                String words = assertFault(response, 503, "api_error").path("error").path("message").asText();
                assertTrue(words.contains("ANTHROPIC_UPSTREAM_KEY"), words);
                assertEquals("false", header(response, "x-should-retry"));
            }
            assertEquals(0, gateway.simulator().requests().size());
        }
    }

    // the 401 of a credential that is the client's own is the client's to see; it would cost it minutes of retries
    @Test
    void a401OfTheClientsOwnCredentialIsAFinal401() {
        try (Gateway gateway = Gateway.start("ANTHROPIC", "ANTHROPIC_UPSTREAM_KEY=")) {
            HttpResponse<String> response = gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "m!status=401"), "x-api-key", OWN);
            assertEquals(401, response.statusCode());
            assertTrue(response.body().contains("simulated 401"), response.body());
            assertEquals("false", header(response, "x-should-retry"));
        }
    }
}
