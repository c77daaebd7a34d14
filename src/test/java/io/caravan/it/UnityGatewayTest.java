/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Simulator;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databricks' own gateway as an upstream (5.15), alone and beside the workspace's two other ways in one balancer. */
class UnityGatewayTest {

    private static final String PATH = "/ai-gateway/anthropic/v1/messages";
    private static final String CATALOG_NAME = "system.ai.claude-sonnet-4-5";

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("DATABRICKS_GATEWAY");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String asking(String model, String json) {
        return json.replace(Gateway.MODEL, model);
    }

    @ParameterizedTest
    @ValueSource(strings = {CATALOG_NAME, "databricks-claude-sonnet-4-5"})
    void itsNamesGoThereAsTheyAreWithABearerToken(String model) {
        gateway.upstream(null);
        HttpResponse<String> answer = gateway.post(asking(model, Gateway.PLAIN));
        assertEquals(200, answer.statusCode(), answer.body());
        RecordedRequest seen = gateway.received();
        assertEquals(PATH, seen.target());
        assertEquals("Bearer " + Gateway.UPSTREAM_KEY, seen.header("authorization"));
        assertEquals(model, FaultsRequestTest.json(new String(seen.body())).path("model").asText());
        assertEquals(model, FaultsRequestTest.json(answer.body()).path("model").asText());
    }

    @Test
    void anAliasMeansTheEndpoint() {
        gateway.upstream(null);
        assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
        assertEquals(Wire.UPSTREAM_MODEL, FaultsRequestTest.json(new String(gateway.received().body())).path("model").asText());
    }

    @Test
    void aStreamIsTheByteLane() {
        gateway.upstream((request, reply) -> {
            Wire.stream(reply, Wire.message("Hel", "lo").toArray(String[]::new));
            return true;
        });
        HttpResponse<String> answer = gateway.post(Gateway.STREAM);
        assertEquals(Wire.asSeen(Wire.message("Hel", "lo")), answer.body());
    }

    @Test
    void anOpenAiClientIsServedToo() {
        gateway.upstream(null);
        HttpResponse<String> answer = gateway.chat(ChatWire.PLAIN);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(PATH, gateway.received().target());
    }

    @Test
    void tokensAreEstimatedWhereItCountsNone() {
        gateway.upstream(null);
        HttpRequest request = HttpRequest.newBuilder(gateway.url().resolve("/v1/messages/count_tokens"))
                .header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(Gateway.PLAIN)).build();
        HttpResponse<String> answer = gateway.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(FaultsRequestTest.json(answer.body()).path("input_tokens").asInt() > 0, answer.body());
        assertEquals(PATH + "/count_tokens", gateway.received().target());
    }

    @Test
    void itsRefusalReachesTheClient() {
        gateway.upstream(null);
        HttpResponse<String> answer = gateway.post(asking("databricks-claude-x!status=429;retry-after=3", Gateway.PLAIN));
        assertEquals(429, answer.statusCode());
        assertEquals("rate_limit_error", FaultsRequestTest.json(answer.body()).path("error").path("type").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v1/messages"})
    void aHostThatEndsInItsPathMeansIt(String tail) {
        try (Simulator workspace = Simulator.start();
                Gateway copied = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_API=",
                        "DATABRICKS_HOST=" + workspace.url() + "/ai-gateway/anthropic" + tail)) {
            assertEquals(200, copied.post(Gateway.PLAIN).statusCode());
            assertEquals(List.of(PATH), workspace.requests().stream().map(RecordedRequest::target).toList());
        }
    }

    @Test
    void whatIsSetCountsMoreThanTheHostsForm() {
        try (Simulator workspace = Simulator.start();
                Gateway copied = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_API=native",
                        "DATABRICKS_HOST=" + workspace.url() + "/ai-gateway/anthropic")) {
            assertEquals(200, copied.post(Gateway.PLAIN).statusCode());
            assertEquals(List.of("/serving-endpoints/anthropic/v1/messages"),
                    workspace.requests().stream().map(RecordedRequest::target).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Gateway.MODEL, CATALOG_NAME})
    void allThreeWaysServeInOneBalancer(String model) {
        try (Gateway mixed = Gateway.startWorkspaces(3, "strategy=round_robin", "w0.api=native", "w1.api=invocations",
                "w2.api=gateway")) {
            for (String json : List.of(Gateway.PLAIN, Gateway.STREAM, Gateway.PLAIN)) {
                for (int i = 0; i < 3; i++) {
                    HttpResponse<String> answer = mixed.post(asking(model, json));
                    assertEquals(200, answer.statusCode(), answer.body());
                    assertFalse(answer.body().contains("\"error\""), answer.body());
                    assertTrue(answer.body().contains("\"" + model + "\""), answer.body());
                }
            }
            List<String> paths = List.of("/serving-endpoints/anthropic/v1/messages",
                    "/serving-endpoints/databricks-claude-sonnet-4-5/invocations", PATH);
            for (int i = 0; i < 3; i++) {
                Set<String> seen = new HashSet<>(mixed.workspace(i).requests().stream().map(RecordedRequest::target).toList());
                assertEquals(Set.of(paths.get(i)), seen);
            }
        }
    }

    @Test
    void oneThatFailsIsReplacedByAnother() {
        try (Gateway mixed = Gateway.startWorkspaces(2, "strategy=round_robin", "w0.api=gateway", "w1.api=native")) {
            mixed.workspaces().respondWith(0, (request, reply) -> {
                reply.status(503).send(new byte[0]);
                return true;
            });
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                HttpResponse<String> answer = mixed.post(asking(CATALOG_NAME, Gateway.PLAIN));
                statuses.add(answer.statusCode());
                JsonNode message = FaultsRequestTest.json(answer.body());
                assertEquals(CATALOG_NAME, message.path("model").asText(), answer.body());
            }
            assertEquals(List.of(200, 200, 200, 200), statuses);
            assertTrue(Stream.of(0, 1).allMatch(at -> !mixed.workspace(at).requests().isEmpty()));
        }
    }
}
