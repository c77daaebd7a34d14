/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Reply;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shadow traffic: a copy of a call with {@code onPrepare: detachCall} is a call of its own (5.18). */
@Timeout(600)
class ShadowTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FRONT = """
            - route:
                id: messages
                from:
                  uri: platform-http:/v1/messages
                  parameters: {httpMethodRestrict: POST, useBodyHandler: false}
                  steps:
                    - process: {ref: acceptCall}
                    - process: {ref: checkClientKey}
                    - process: {ref: limitCalls}
                    - process: {ref: readBody}
                    - choice:
                        when:
                          - simple: "${variable.caravanSession} == 'shadowed'"
                            steps:
            %s
                    - to: {uri: "direct:select-backend"}
                    - process: {ref: writeAnswer}
            """;
    private static final String WIRE_TAP = "- wireTap: {uri: \"direct:shadow\", onPrepare: detachCall}\n";
    private static final String MULTICAST = """
            - multicast:
                onPrepare: detachCall
                steps:
                  - to: {uri: "direct:shadow"}
                  - to: {uri: "direct:shadow"}
            """;
    private static final String SHADOW = """
            - route:
                id: shadow
                from:
                  uri: direct:shadow
                  steps:
                    - setVariable: {name: backend, constant: openrouter}
                    - to: {uri: "direct:select-backend"}
            """;

    private static Gateway start(String copy, String shadow, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("routes/messages.camel.yaml=" + FRONT.formatted(copy.indent(18).stripTrailing()));
        all.add("routes/shadow.camel.yaml=" + shadow);
        return Gateway.start("AZURE_DATABRICKS", all.toArray(String[]::new));
    }

    private static boolean isShadow(RecordedRequest request) {
        return request.target().startsWith("/api/v1/");
    }

    private static String text(RecordedRequest request) {
        return request.json().at("/messages/0/content").asText();
    }

    /** Answers with the request's own words, and who says them. */
    private static boolean echo(RecordedRequest request, Reply reply) throws Exception {
        String said = (isShadow(request) ? "shadow" : "real") + " of " + text(request);
        if (request.json().path("stream").asBoolean()) {
            Wire.stream(reply, Wire.message(said).toArray(String[]::new));
        } else {
            reply.header("content-type", "application/json").send(Wire.utf8("{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\""
                    + Wire.UPSTREAM_MODEL + "\",\"content\":[{\"type\":\"text\",\"text\":\"" + said + "\"}],"
                    + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}"));
        }
        return true;
    }

    private static String asking(String body, int number) {
        return body.replace("say hi", "number " + number + ".");
    }

    private static JsonNode stats(Gateway gateway) throws Exception {
        HttpResponse<String> answer = gateway.send(
                HttpRequest.newBuilder(gateway.url().resolve("/stats")).build(), HttpResponse.BodyHandlers.ofString());
        return JSON.readTree(answer.body());
    }

    private static JsonNode upstream(JsonNode stats, String name) {
        for (JsonNode list : List.of(stats.path("endpoints"), stats.path("backends"))) {
            for (JsonNode upstream : list) {
                if (upstream.path("name").asText().equals(name)) {
                    return upstream;
                }
            }
        }
        throw new AssertionError(stats);
    }

    private static String metrics(Gateway gateway) {
        return gateway.send(HttpRequest.newBuilder(gateway.url().resolve("/metrics")).build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }

    @ParameterizedTest
    @ValueSource(ints = {400})
    void everyClientGetsItsOwnAnswerAndStatsAgreeWithTheUpstreams(int count) throws Exception {
        manyWithShadowsOnHalf(count);
    }

    @Test
    @Tag("long")
    void everyOfTenThousandClientsGetsItsOwnAnswer() throws Exception {
        manyWithShadowsOnHalf(10_000);
    }

    private static void manyWithShadowsOnHalf(int count) throws Exception {
        try (Gateway gateway = start(WIRE_TAP, SHADOW)) {
            AtomicInteger real = new AtomicInteger();
            AtomicInteger shadows = new AtomicInteger();
            gateway.upstream((request, reply) -> {
                (isShadow(request) ? shadows : real).incrementAndGet();
                return echo(request, reply);
            });
            ExecutorService clients = Executors.newFixedThreadPool(16);
            try {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    int number = i;
                    all.add(clients.submit(() -> {
                        String body = number % 4 < 2 ? Gateway.PLAIN : Gateway.STREAM;
                        HttpResponse<String> answer = gateway.post(asking(body, number), "x-claude-code-session-id",
                                number % 2 == 0 ? "shadowed" : "plain");
                        assertEquals(200, answer.statusCode(), answer.body());
                        assertTrue(answer.body().contains("real of number " + number + "."), answer.body());
                        assertFalse(answer.body().contains("shadow of"), answer.body());
                        assertEquals(body.equals(Gateway.STREAM), answer.body().contains("message_stop"));
                        return null;
                    }));
                }
                for (Future<?> one : all) {
                    one.get();
                }
            } finally {
                clients.shutdown();
            }
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertEquals(count / 2, shadows.get());
                assertTrue(metrics(gateway).contains("caravan_shadow_open 0"), "a copy is open");
            });
            assertEquals(count, real.get());
            JsonNode stats = stats(gateway);
            assertEquals(count, upstream(stats, "databricks").path("total_requests").asInt(), stats.toString());
            assertEquals(0, upstream(stats, "databricks").path("active_requests").asInt(), stats.toString());
            JsonNode openrouter = upstream(stats, "openrouter");
            assertEquals(0, openrouter.path("total_requests").asInt(), stats.toString());
            assertEquals(count / 2, openrouter.at("/shadow/total_requests").asInt(), stats.toString());
            assertEquals(0, openrouter.at("/shadow/active_requests").asInt(), stats.toString());
            assertEquals(0, openrouter.at("/shadow/total_errors").asInt(), stats.toString());
            String metrics = metrics(gateway);
            assertTrue(metrics.contains("caravan_calls_open 0"), metrics);
            assertTrue(metrics.contains("caravan_body_bytes_held 0"), metrics);
            assertTrue(metrics.contains("caravan_shadow_requests_total{backend=\"openrouter\",outcome=\"answered\"} " + count / 2 + ".0"), metrics);
            assertTrue(metrics.contains("caravan_requests_total{backend=\"databricks\",outcome=\"answered\"} " + count + ".0"), metrics);
            assertFalse(metrics.contains("caravan_requests_total{backend=\"openrouter\""), metrics);
            Awaitility.await().until(() -> gateway.simulator().activeRequests() == 0);
        }
    }

    @Test
    void ofAMulticastEveryCopyIsACallOfItsOwnAndTheClientHasTheAnswerOfItsOwn() throws Exception {
        String rules = SHADOW.replace("steps:\n", """
                steps:
                        - setBody: {constant: '{"model":"claude-sonnet-4-5","max_tokens":1,"messages":[{"role":"user","content":"another"}]}'}
                """);
        try (Gateway gateway = start(MULTICAST, rules)) {
            for (String body : List.of(Gateway.PLAIN, Gateway.STREAM)) {
                gateway.upstream(ShadowTest::echo);
                HttpResponse<String> answer = gateway.post(asking(body, 1), "x-claude-code-session-id", "shadowed");
                assertEquals(200, answer.statusCode(), answer.body());
                assertTrue(answer.body().contains("real of number 1."), answer.body());
                assertEquals(List.of("another", "another", "number 1."),
                        gateway.simulator().requests().stream().map(ShadowTest::text).toList());
            }
            JsonNode stats = stats(gateway);
            assertEquals(4, upstream(stats, "openrouter").at("/shadow/total_requests").asInt());
            assertEquals(2, upstream(stats, "databricks").path("total_requests").asInt());
            assertTrue(metrics(gateway).contains("caravan_shadow_open 0"));
        }
    }

    @Test
    void aShadowThatFailsCountsApartAndStopsNothing() throws Exception {
        try (Gateway gateway = start(WIRE_TAP, SHADOW, "PROXY_BREAKER_THRESHOLD=1", "PROXY_FALLBACK=ANTHROPIC")) {
            gateway.upstream((request, reply) -> {
                if (isShadow(request)) {
                    reply.status(503).header("content-type", "application/json").send(Wire.utf8("{\"error\":{\"message\":\"dead\"}}"));
                    return true;
                }
                return echo(request, reply);
            });
            for (int i = 0; i < 10; i++) {
                assertTrue(gateway.post(asking(Gateway.PLAIN, i), "x-claude-code-session-id", "shadowed").body()
                        .contains("real of number " + i));
            }
            Awaitility.await().untilAsserted(() -> {
                JsonNode openrouter = upstream(stats(gateway), "openrouter");
                assertEquals(10, openrouter.at("/shadow/total_errors").asInt(), openrouter.toString());
                assertEquals(0, openrouter.path("total_errors").asInt());
                assertFalse(openrouter.path("circuit_open").asBoolean());
                assertTrue(metrics(gateway).contains("caravan_shadow_open 0"));
            });
            assertEquals(20, gateway.simulator().requests().size(), "a copy failed over");
        }
    }

    @Test
    void aShadowOutlivesItsClientAndEndsWithTheGateway() {
        try (Gateway gateway = start(WIRE_TAP, SHADOW)) {
            gateway.upstream((request, reply) -> {
                if (isShadow(request)) {
                    Wire.open(reply, Wire.START, Wire.BLOCK_START, Wire.text("slow"));
                    reply.awaitPeerClose(Duration.ofSeconds(60));
                    return true;
                }
                return echo(request, reply);
            });
            assertEquals(200, gateway.post(asking(Gateway.STREAM, 1), "x-claude-code-session-id", "shadowed").statusCode());
            Awaitility.await().until(() -> gateway.simulator().activeRequests() == 1);
            gateway.drain(Duration.ofMillis(500));
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> gateway.simulator().activeRequests() == 0);
        }
    }
}
