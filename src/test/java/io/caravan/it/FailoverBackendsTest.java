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
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which failures move a request on to OpenRouter, and which do not (1.6, 4.5, E16, E49); one simulator plays both. */
class FailoverBackendsTest {

    private static final String OPENROUTER_KEY = "sk-or-0123456789";
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "BYPASS_FALLBACK_ENABLED=", "OPENROUTER_API_KEY=" + OPENROUTER_KEY);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Lets Databricks fail: {@code status:NNN}, {@code reset}, {@code close}, {@code silent} or {@code body:TYPE:TEXT}. */
    static void databricksFails(Gateway gateway, String fault) {
        gateway.upstream((request, reply) -> {
            if (!request.dialect().startsWith("databricks")) {
                return false;
            }
            String[] parts = fault.split(":", 3);
            switch (parts[0]) {
                case "status" -> {
                    reply.status(Integer.parseInt(parts[1])).header("content-type", "application/json");
                    reply.send("{\"error_code\":\"X\",\"message\":\"simulated\"}".getBytes());
                }
                case "reset" -> reply.reset();
                case "close" -> reply.closeSocket();
                case "silent" -> reply.awaitPeerClose(Gateway.PATIENCE);
                case "body" -> {
                    reply.header("content-type", parts[1]);
                    reply.send((parts.length > 2 ? parts[2] : "").getBytes());
                }
                default -> throw new IllegalArgumentException(fault);
            }
            return true;
        });
    }

    private static List<String> asked() {
        return asked(gateway);
    }

    private static List<String> asked(Gateway gateway) {
        return gateway.simulator().requests().stream().map(RecordedRequest::dialect).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status:500", "status:502", "status:503", "status:504", "status:529", "status:429", "status:307", "reset",
        "close", "body:text/html:<html>", "body:application/json:{\"id\"", "body:application/json"})
    void aFailingUpstreamIsReplacedBeforeTheFirstByte(String fault) {
        for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
            databricksFails(gateway, fault);
            HttpResponse<String> response = gateway.post(request);
            assertEquals(200, response.statusCode(), response.body());
            assertEquals("databricks->openrouter", header(response, "x-caravan-failover"));
            // a kept-alive connection that breaks off may have been stale: it is tried again on the same upstream
            assertEquals(List.of("databricks-native", "openrouter-messages"), asked().stream().distinct().toList());
            assertTrue(asked().size() == 2 || fault.equals("reset") || fault.equals("close"), asked().toString());
            assertTrue(response.body().contains("Hi! ") && !response.body().contains("simulated"), response.body());
        }
    }

    // the model by OpenRouter's table, the client's own name in the answer, OpenRouter's own credential and headers
    @Test
    void theOtherUpstreamGetsItsOwnRequest() {
        databricksFails(gateway, "status:503");
        HttpResponse<String> response = gateway.post(Gateway.PLAIN);
        assertEquals(Gateway.MODEL, json(response.body()).path("model").asText());
        RecordedRequest first = gateway.received();
        RecordedRequest second = gateway.received();
        assertEquals("databricks-claude-sonnet-4-5", first.json().path("model").asText());
        assertEquals("anthropic/claude-sonnet-4.5", second.json().path("model").asText());
        assertEquals("/api/v1/messages", second.target());
        assertEquals(List.of("Bearer " + OPENROUTER_KEY), second.headers("authorization"));
        assertEquals("caravan", second.header("x-title"));
        assertFalse(second.headers().toString().contains(Gateway.UPSTREAM_KEY));
        assertFalse(first.headers().toString().contains(OPENROUTER_KEY));
        assertNull(first.header("x-title"));
        assertEquals(first.header("x-correlation-id"), second.header("x-correlation-id"));
        assertEquals(new String(first.body()).replace("databricks-claude-sonnet-4-5", ""),
                new String(second.body()).replace("anthropic/claude-sonnet-4.5", ""));
    }

    @Test
    void withoutAFailureThereIsNoSuchHeader() {
        gateway.upstream(null);
        assertNull(header(gateway.post(Gateway.PLAIN), "x-caravan-failover"));
        assertEquals(List.of("databricks-native"), asked());
    }

    // what the client or our account got wrong, another upstream would not mend
    @ParameterizedTest
    @CsvSource({"400,400", "401,403", "402,402", "403,403", "404,404", "409,409", "413,413", "422,422"})
    void aRefusalIsNoReasonToMoveOn(int status, int shown) {
        databricksFails(gateway, "status:" + status);
        HttpResponse<String> response = gateway.post(Gateway.STREAM);
        assertEquals(shown, response.statusCode());
        assertNull(header(response, "x-caravan-failover"));
        assertEquals(List.of("databricks-native"), asked());
    }

    // 5.5: it may be billed already
    @Test
    void aTimeoutMovesOnOnlyWhereThatIsAllowed() {
        try (Gateway careful = Gateway.start("AZURE_DATABRICKS", "BYPASS_FALLBACK_ENABLED=true",
                "DATABRICKS_TIMEOUT=400ms", "API_TIMEOUT_MS=400")) {
            for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
                databricksFails(careful, "silent");
                assertFault(careful.post(request), 504, "timeout_error");
                assertEquals(List.of("databricks-native"), asked(careful));
            }
        }
        try (Gateway eager = Gateway.start("AZURE_DATABRICKS", "BYPASS_FALLBACK_ENABLED=true", "RETRY_ON_TIMEOUT=true",
                "DATABRICKS_TIMEOUT=400ms")) {
            databricksFails(eager, "silent");
            HttpResponse<String> response = eager.post(Gateway.STREAM);
            assertEquals(200, response.statusCode());
            assertEquals("databricks->openrouter", header(response, "x-caravan-failover"));
        }
    }

    @Test
    void whenBothFailTheClientSeesTheSecondFailureBehindTheFirstAndTheWay() {
        gateway.upstream((request, reply) -> {
            reply.status(request.dialect().startsWith("databricks") ? 503 : 429).header("content-type", "application/json");
            reply.header("retry-after", "7");
            reply.send("{\"error\":{\"message\":\"busy\",\"code\":429}}".getBytes());
            return true;
        });
        HttpResponse<String> response = gateway.post(Gateway.STREAM);
        assertFault(response, 429, "rate_limit_error",
                "Azure Databricks: The upstream (databricks) failed: 503.; OpenRouter: busy");
        assertEquals("7", header(response, "retry-after"));
        assertEquals("databricks->openrouter", header(response, "x-caravan-failover"));
        assertEquals(List.of("databricks-native", "openrouter-messages"), asked());
    }

    // rule 8: everything is out
    @ParameterizedTest
    @ValueSource(ints = {401, 500, 502, 503, 529})
    void whenBothAreOutTheClientIsToldToComeAgain(int status) {
        gateway.upstream((request, reply) -> {
            reply.status(request.dialect().startsWith("databricks") ? 500 : status).send(new byte[0]);
            return true;
        });
        for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
            HttpResponse<String> response = gateway.post(request);
            assertFault(response, 503, "api_error");
            assertEquals("5", header(response, "retry-after"));
        }
    }

    // where OpenRouter has no such model, the first upstream's own failure is the answer
    @Test
    void aModelTheOtherDoesNotKnowStaysWhereItIs() {
        databricksFails(gateway, "status:503");
        assertFault(gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "gpt-4o")), 503, "api_error");
        assertEquals(List.of("databricks-native"), asked());
    }

    @Test
    void aRefusedConnectionFailsOver() {
        try (Gateway alone = Gateway.start("AZURE_DATABRICKS", "BYPASS_FALLBACK_ENABLED=true", "DATABRICKS_HOST=http://127.0.0.1:1")) {
            HttpResponse<String> response = alone.post(Gateway.STREAM);
            assertEquals(200, response.statusCode(), response.body());
            assertEquals("databricks->openrouter", header(response, "x-caravan-failover"));
        }
    }

    // 1.6: off by its switch, off without a key, and OpenRouter never fails over to itself
    @ParameterizedTest
    @CsvSource({"AZURE_DATABRICKS,BYPASS_FALLBACK_ENABLED=false", "AZURE_DATABRICKS,OPENROUTER_API_KEY=", "OPENROUTER,BYPASS_FALLBACK_ENABLED=true",
        "LITELLM_MESSAGES,OPENROUTER_API_KEY=", "ANTHROPIC,OPENROUTER_API_KEY="})
    void withoutFailoverTheFailureIsTheAnswer(String backend, String setting) {
        try (Gateway alone = Gateway.start(backend, "BYPASS_FALLBACK_ENABLED=", setting)) {
            alone.upstream((request, reply) -> {
                reply.status(503).send(new byte[0]);
                return true;
            });
            HttpResponse<String> response = alone.post(Gateway.PLAIN);
            assertFault(response, 503, "api_error");
            assertNull(header(response, "x-caravan-failover"));
            assertEquals(1, alone.simulator().requests().size());
        }
    }

    @ParameterizedTest
    @CsvSource({"LITELLM_MESSAGES,litellm", "ANTHROPIC,anthropic"})
    void theOtherBackendsFailOverToo(String backend, String id) {
        try (Gateway other = Gateway.start(backend, "BYPASS_FALLBACK_ENABLED=true")) {
            other.upstream((request, reply) -> {
                if (request.dialect().startsWith("openrouter")) {
                    return false;
                }
                reply.status(500).send(new byte[0]);
                return true;
            });
            HttpResponse<String> response = other.post(Gateway.PLAIN);
            assertEquals(200, response.statusCode());
            assertEquals(id + "->openrouter", header(response, "x-caravan-failover"));
        }
    }
}
