/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.net.http.HttpResponse;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The {@code circuitBreaker} around an attempt opens, and everybody sees the same. */
@DisplayName("the breaker EIP is the breaker (4.3)")
class BreakerEipTest {

    private static final String PAGE = """
            - route:
                id: asked-directly
                from:
                  uri: platform-http:/asked-directly
                  parameters: {httpMethodRestrict: POST, useBodyHandler: false}
                  steps:
                    - process: {ref: acceptCall}
                    - process: {ref: checkClientKey}
                    - process: {ref: readBody}
                    - process: {ref: resolveTarget}
                    - setVariable: {name: upstream, constant: databricks}
                    - to: "direct:upstream-databricks"
                    - process: {ref: writeAnswer}
            """;
    private Gateway gateway;

    @BeforeEach
    void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_BREAKER_THRESHOLD=3", "PROXY_BREAKER_TIMEOUT=1h",
                "BYPASS_FALLBACK_ENABLED=true", "routes/own.camel.yaml=" + PAGE);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    /** Answers that begin well and are cut half-way. */
    private void cutsStreams() {
        gateway.upstream((request, reply) -> {
            boolean databricks = request.dialect().startsWith("databricks");
            if (databricks) {
                reply.header("content-type", "text/event-stream");
                reply.bytes(("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\","
                        + "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":1,"
                        + "\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                        + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\nevent: content_block_delta\ndata: {\"type\":"
                        + "\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"half a\"}}\n\n")
                        .getBytes());
                reply.reset();
            }
            return databricks;
        });
    }

    private boolean circuitOpen() {
        for (JsonNode one : json(ProbesTest.ask(gateway, "GET", "/stats").body()).path("endpoints")) {
            if (one.path("name").asText().equals("databricks")) {
                return one.path("circuit_open").asBoolean();
            }
        }
        throw new AssertionError("not in /stats");
    }

    private void assertState(CircuitBreaker.State state) {
        CircuitBreakerRegistry registry = gateway.context().getRegistry()
                .lookupByNameAndType("circuitBreakerRegistry", CircuitBreakerRegistry.class);
        CircuitBreaker breaker = registry.find("databricks-breaker").orElseThrow();
        assertEquals(state, breaker.getState());
        ResilienceProcessor step = gateway.context().getRoute("upstream-databricks").filter("*").stream()
                .filter(ResilienceProcessor.class::isInstance).map(ResilienceProcessor.class::cast).findFirst().orElseThrow();
        assertSame(breaker, step.getCircuitBreaker(), "the one of the route");
        assertEquals(state.name(), step.getCircuitBreakerState());
        assertEquals(state == CircuitBreaker.State.OPEN, circuitOpen());
        String meters = ProbesTest.ask(gateway, "GET", "/metrics").body();
        String word = state.name().toLowerCase();
        assertTrue(meters.contains("caravan_breaker_state{state=\"" + word + "\",upstream=\"databricks\"} 1.0"), meters);
        assertTrue(meters.lines().anyMatch(line -> line.startsWith("resilience4j_circuitbreaker_state{")
                && line.contains("name=\"databricks-breaker\"") && line.contains("state=\"" + word + "\"")
                && line.endsWith(" 1.0")), meters);
    }

    @Test
    void streamsCutHalfWayOpenItAndTheFallbackRuns() {
        assertState(CircuitBreaker.State.CLOSED);
        for (int i = 0; i < 3; i++) {
            cutsStreams();
            HttpResponse<String> broken = gateway.post(Gateway.STREAM);
            assertEquals(200, broken.statusCode());
            assertTrue(broken.body().contains("half a") && broken.body().contains("event: error"), broken.body());
        }
        assertState(CircuitBreaker.State.OPEN);

        gateway.upstream(null);
        HttpResponse<String> served = gateway.post(Gateway.STREAM);
        assertEquals(200, served.statusCode());
        assertEquals("databricks->openrouter", header(served, "x-caravan-failover"));
        assertEquals("openrouter-messages", gateway.received().dialect());

        assertEquals(200, ProbesTest.ask(gateway, "POST", "/reset").statusCode());
        assertState(CircuitBreaker.State.CLOSED);
        assertEquals("databricks-native", served(Gateway.STREAM));
    }

    private String served(String request) {
        gateway.upstream(null);
        assertEquals(200, gateway.post(request).statusCode());
        return gateway.received().dialect();
    }

    /** What an operator does to it by resilience4j's own hand counts as well. */
    @Test
    void openedByHandItIsLeftAlone() {
        gateway.context().getRegistry().lookupByNameAndType("databricks-breaker", CircuitBreaker.class).transitionToOpenState();
        assertState(CircuitBreaker.State.OPEN);
        assertEquals("openrouter-messages", served(Gateway.PLAIN));
    }

    /** A page that sends to an upstream without the balancer goes by the same breaker. */
    @Test
    void whoAsksAnUpstreamDirectlyOpensItAndIsRefused() throws Exception {
        for (int i = 0; i < 3; i++) {
            gateway.upstream((request, reply) -> {
                reply.status(500).send(new byte[0]);
                return true;
            });
            assertTrue(directly().statusCode() >= 500);
            assertEquals(1, gateway.simulator().requests().size());
        }
        assertState(CircuitBreaker.State.OPEN);
        gateway.upstream(null);
        HttpResponse<String> refused = directly();
        assertEquals(503, refused.statusCode(), refused.body());
        assertNotNull(header(refused, "retry-after"));
        assertEquals(0, gateway.simulator().requests().size());
        assertEquals(200, ProbesTest.ask(gateway, "POST", "/reset").statusCode());
        assertEquals(200, directly().statusCode());
        assertState(CircuitBreaker.State.CLOSED);
    }

    private HttpResponse<String> directly() {
        return gateway.send(java.net.http.HttpRequest.newBuilder(gateway.url().resolve("/asked-directly"))
                .header("content-type", "application/json").timeout(Gateway.PATIENCE)
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(Gateway.PLAIN)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
