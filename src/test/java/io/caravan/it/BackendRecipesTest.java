/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The recipes for backends, as they lie under {@code examples}. */
@DisplayName("recipes: add a backend, chain")
class BackendRecipesTest {

    private static Gateway running(String recipe, Simulator corp) throws IOException {
        return Gateway.start("OPENROUTER", "BYPASS_FALLBACK_ENABLED=true", "CORP_URL=" + corp.url() + "/vllm/v1",
                "CORP_TOKEN=" + Gateway.UPSTREAM_KEY,
                "config.yaml=" + Files.readString(Path.of("examples", recipe, "config.yaml")));
    }

    @Test
    void addABackend() throws Exception {
        try (Simulator corp = Simulator.start(); Gateway gateway = running("add-a-backend", corp)) {
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "corp-large"));
            assertEquals(200, answer.statusCode(), answer.body());
            RecordedRequest sent = corp.take(Gateway.PATIENCE);
            assertEquals("vllm-chat", sent.dialect());
            assertEquals("Bearer " + Gateway.UPSTREAM_KEY, sent.header("authorization"));
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertEquals("openrouter-messages", gateway.received().dialect());
        }
    }

    @Test
    void chain() throws Exception {
        try (Simulator corp = Simulator.start(); Gateway gateway = running("chain", corp)) {
            gateway.upstream((request, reply) -> {
                reply.status(503).send(new byte[0]);
                return true;
            });
            for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
                HttpResponse<String> answer = gateway.post(request);
                assertEquals(200, answer.statusCode(), answer.body());
                assertEquals("openrouter->anthropic->corp", header(answer, "x-caravan-failover"));
                assertEquals("corp-large", corp.take(Gateway.PATIENCE).json().path("model").asText());
            }
            assertEquals(Gateway.MODEL, json(gateway.post(Gateway.PLAIN).body()).path("model").asText());
        }
    }
}
