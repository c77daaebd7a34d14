/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens for machines, as E12 needs them. */
class TokenEndpointTest {

    private static final String FORM = "grant_type=client_credentials&scope=all-apis";

    private final Simulator simulator = Simulator.start(
            SimulatorOptions.defaults().withToken("key").withClient("id:secret").withTokenLife(Duration.ofSeconds(1800)));
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    private static HttpResponse<String> fetch(Simulator from, String client, String form) throws Exception {
        String basic = "Basic " + Base64.getEncoder().encodeToString(client.getBytes(StandardCharsets.UTF_8));
        Requests requests = new Requests(from);
        return requests.send(HttpRequest.newBuilder(from.url().resolve("/oidc/v1/token"))
                .header("authorization", basic)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    private static int statusWith(Simulator of, String token, String path) throws Exception {
        Requests requests = new Requests(of);
        return requests.send(requests.request(path, Requests.body("m", "x"))
                .setHeader("authorization", "Bearer " + token)).statusCode();
    }

    @Test
    void givesTokensUntilTheyAreRevoked() throws Exception {
        JsonNode answer = Requests.json(fetch(simulator, "id:secret", FORM).body());
        assertEquals("Bearer", answer.path("token_type").asText());
        assertEquals(1800, answer.path("expires_in").asInt());
        String token = answer.path("access_token").asText();

        assertEquals(200, statusWith(simulator, token, Requests.DATABRICKS_CHAT));
        assertEquals(200, statusWith(simulator, token, Requests.NATIVE));
        assertEquals(200, statusWith(simulator, "key", Requests.NATIVE));
        assertEquals(401, statusWith(simulator, token + "1", Requests.NATIVE));

        simulator.revokeTokens();
        assertEquals(401, statusWith(simulator, token, Requests.NATIVE));
        String next = Requests.json(fetch(simulator, "id:secret", FORM).body()).path("access_token").asText();
        assertEquals(200, statusWith(simulator, next, Requests.NATIVE));
        assertEquals(2, simulator.tokenRequests());
    }

    @Test
    void tokensExpireEvenWhereAnyCredentialWillDo() throws Exception {
        try (Simulator brief = Simulator.start(SimulatorOptions.defaults().withTokenLife(Duration.ofMillis(150)))) {
            JsonNode answer = Requests.json(fetch(brief, "any:body", FORM).body());

            assertEquals(0, answer.path("expires_in").asInt());
            await().until(() -> statusWith(brief, answer.path("access_token").asText(), Requests.NATIVE) == 401);
            assertEquals(200, statusWith(brief, "whatever", Requests.NATIVE));
        }
    }

    @ParameterizedTest
    @CsvSource({"id:wrong,grant_type=client_credentials&scope=all-apis,401,invalid_client",
            "id:secret,grant_type=password&scope=all-apis,400,unsupported_grant_type",
            "id:secret,grant_type=client_credentials&scope=none,400,invalid_scope",
            "id:secret,'',400,unsupported_grant_type"})
    void refuses(String client, String form, int status, String error) throws Exception {
        HttpResponse<String> response = fetch(simulator, client, form);

        assertEquals(status, response.statusCode());
        assertEquals(error, Requests.json(response.body()).path("error").asText());
        assertEquals(1, simulator.tokenRequests());
    }

    @Test
    void aRequestWithoutAClientIsRefused() throws Exception {
        HttpResponse<String> response = requests.post("/oidc/v1/token", Requests.json("{}"));

        assertEquals(401, response.statusCode());
        assertTrue(response.body().contains("invalid_client"));
    }
}
