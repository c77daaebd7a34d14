/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Camel's own ways to fail over, in a page of one's own, over the routes of backends (7.4). */
@Timeout(120)
class CamelFailoverTest {

    private static final String FRONT = """
            - route:
                id: messages
                routeConfigurationId: caravan-errors
                from:
                  uri: platform-http:/v1/messages
                  parameters: {httpMethodRestrict: POST, useBodyHandler: false}
                  steps:
                    - process: {ref: acceptCall}
                    - process: {ref: checkClientKey}
                    - process: {ref: limitCalls}
                    - process: {ref: readBody}
            """;
    private static final String WRITE = "- process: {ref: writeAnswer}\n";
    private static final String LOAD_BALANCER = """
            - loadBalance:
                failoverLoadBalancer: {inheritErrorHandler: "false"}
                steps:
                  - to: {uri: "direct:backend-openrouter"}
                  - to: {uri: "direct:backend-anthropic"}
                  - to: {uri: "direct:backend-databricks"}
            """;
    private static final String TRY = """
            - doTry:
                steps:
                  - to: {uri: "direct:backend-openrouter"}
                doCatch:
                  - exception: [io.caravan.failure.Failure]
                    steps:
                      - doTry:
                          steps:
                            - to: {uri: "direct:backend-anthropic"}
                          doCatch:
                            - exception: [io.caravan.failure.Failure]
                              steps:
                                - to: {uri: "direct:backend-databricks"}
            """;
    private static final String BREAKER = """
            - circuitBreaker:
                steps:
                  - to: {uri: "direct:backend-openrouter"}
                onFallback:
                  steps:
                    - to: {uri: "direct:team-second"}
            """;
    private static final String SECOND = """
            - route:
                id: second
                from:
                  uri: direct:team-second
                  steps:
                    - circuitBreaker:
                        steps:
                          - to: {uri: "direct:backend-anthropic"}
                        onFallback:
                          steps:
                            - to: {uri: "direct:backend-databricks"}
            """;

    private static Gateway start(String steps) {
        return Gateway.start("OPENROUTER", "PROXY_FALLBACK=none",
                "routes/messages.camel.yaml=" + FRONT + (steps + WRITE).indent(8), "routes/second.camel.yaml=" + SECOND);
    }

    private static String steps(String how) {
        return switch (how) {
            case "loadBalance" -> LOAD_BALANCER;
            case "resolved" -> "- process: {ref: resolveTarget}\n" + LOAD_BALANCER;
            case "doTry" -> TRY;
            default -> BREAKER;
        };
    }

    private static boolean isDatabricks(RecordedRequest request) {
        return request.target().startsWith("/serving-endpoints/");
    }

    @ParameterizedTest
    @CsvSource({"loadBalance,503", "loadBalance,529", "loadBalance,429", "resolved,500", "doTry,503", "circuitBreaker,503"})
    void theThirdServesPlainAndStreamedWithTheFirstTwoDeadAndAllHopsAreTold(String how, int status) {
        try (Gateway gateway = start(steps(how))) {
            for (String body : List.of(Gateway.PLAIN, Gateway.STREAM, Gateway.PLAIN)) {
                gateway.upstream((request, reply) -> {
                    if (isDatabricks(request)) {
                        return false;
                    }
                    reply.status(status).header("content-type", "application/json").send(Wire.utf8("{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"dead\"}}"));
                    return true;
                });
                HttpResponse<String> answer = gateway.post(body);
                assertEquals(200, answer.statusCode(), () -> answer.body() + gateway.simulator().requests());
                assertEquals(body.equals(Gateway.STREAM), answer.body().contains("message_stop"), answer.body());
                assertEquals("openrouter->anthropic->databricks",
                        answer.headers().firstValue("x-caravan-failover").orElse(null));
                assertEquals(3, gateway.simulator().requests().size());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"loadBalance", "doTry", "circuitBreaker"})
    void whereAllFailTheClientIsToldSoInItsFormat(String how) {
        try (Gateway gateway = start(steps(how))) {
            gateway.upstream((request, reply) -> {
                reply.status(503).header("content-type", "application/json").send(Wire.utf8("{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"dead\"}}"));
                return true;
            });
            for (String body : List.of(Gateway.PLAIN, Gateway.STREAM)) {
                HttpResponse<String> answer = gateway.post(body);
                assertEquals(503, answer.statusCode(), answer.body());
                assertTrue(answer.body().startsWith("{\"type\":\"error\""), answer.body());
                assertEquals("openrouter->anthropic->databricks",
                        answer.headers().firstValue("x-caravan-failover").orElse(null));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"loadBalance", "doTry", "circuitBreaker"})
    void whatTheClientGotWrongMovesNowhere(String how) {
        try (Gateway gateway = start(steps(how))) {
            gateway.upstream((request, reply) -> {
                reply.status(400).header("content-type", "application/json").send(Wire.utf8("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"max_tokens: too many\"}}"));
                return true;
            });
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("max_tokens: too many"), answer.body());
            assertEquals(1, gateway.simulator().requests().size());
        }
    }

    @Test
    void aStreamThatDiesBehindItsContentIsNotBegunAgain() {
        try (Gateway gateway = start(LOAD_BALANCER)) {
            gateway.upstream((request, reply) -> {
                Wire.open(reply, Wire.START, Wire.BLOCK_START, Wire.text("half"));
                reply.reset();
                return true;
            });
            HttpResponse<String> answer = gateway.post(Gateway.STREAM);
            assertEquals(200, answer.statusCode());
            assertTrue(answer.body().contains("half") && answer.body().contains("event: error"), answer.body());
            assertEquals(1, gateway.simulator().requests().size());
        }
    }
}
