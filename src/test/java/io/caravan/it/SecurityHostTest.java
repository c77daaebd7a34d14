/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Simulator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a body holds, the request goes to the configured host alone (CVE-2024-6587, PYSEC-2026-4069, 4070, CVE-2026-19889). */
class SecurityHostTest {

    private static Gateway gateway;
    private static Simulator elsewhere;

    @BeforeContainer
    static void start() {
        gateway = Gateway.start("LITELLM_MESSAGES");
        elsewhere = Simulator.start();
        gateway.upstream((request, reply) -> {
            reply.send("{\"type\":\"message\",\"model\":\"m\"}".getBytes());
            return true;
        });
    }

    @AfterContainer
    static void stop() {
        gateway.close();
        elsewhere.close();
    }

    @Provide
    Arbitrary<JsonNode> json() {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        Arbitrary<String> names = Arbitraries.of("api_base", "base_url", "api_key", "user_config", "spec_path", "model_list", "litellm_params", "url",
                "host", "endpoint", "proxy", "custom_llm_provider", "headers", "extra_headers", "extra_body", "metadata", "organization", "aws_bedrock_runtime_endpoint");
        Arbitrary<JsonNode> leaves = Arbitraries.of("", "x", "true", "169.254.169.254", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "HERE")
                .map(text -> nodes.textNode(text.replace("HERE", elsewhere.url() + "/v1")));
        return Arbitraries.recursive(() -> leaves, inner -> Arbitraries.oneOf(leaves,
                inner.list().ofMaxSize(3).map(items -> nodes.arrayNode().addAll(items)),
                Arbitraries.maps(names, inner).ofMaxSize(3).map(members -> nodes.objectNode().setAll(members))), 0, 4);
    }

    @Property(tries = 200)
    void noBodyChangesTheHost(@ForAll("json") JsonNode first, @ForAll("json") JsonNode second) throws Exception {
        ObjectNode body = (ObjectNode) new ObjectMapper().readTree(Gateway.PLAIN);
        if (first.isObject()) {
            body.setAll((ObjectNode) first);
        }
        body.set("metadata", second);
        body.set("api_base", first);
        body.put("base_url", elsewhere.url().toString());
        body.put("model", first.isTextual() && !first.asText().isEmpty() ? first.asText() : Gateway.MODEL);
        gateway.simulator().clear();
        assertEquals(200, gateway.post(body.toString(), "x-api-base", elsewhere.url().toString()).statusCode());
        RecordedRequest seen = gateway.received();
        assertEquals("/v1/messages", seen.target());
        assertEquals("Bearer " + Gateway.UPSTREAM_KEY, seen.header("authorization"));
        assertEquals(body, seen.json());
        assertEquals(0, elsewhere.openConnections() + elsewhere.requests().size());
    }
}
