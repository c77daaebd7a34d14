/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.faults.Books;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Reply;
import io.caravan.simulator.Responder;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Before the first byte OpenRouter takes over, with the client's own bytes; behind it nothing moves on any more. */
@DisplayName("failover to OpenRouter (1.6; E16, E21)")
class FailoverTest {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "BYPASS_FALLBACK_ENABLED=true", "DATABRICKS_TIMEOUT=300s");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    @FunctionalInterface
    private interface Failure {
        void fail(Reply reply) throws IOException;
    }

    /** Databricks fails so; OpenRouter streams if it is asked to. */
    private static void databricks(Failure failure) {
        gateway.upstream(onDatabricks((request, reply) -> {
            failure.fail(reply);
            return true;
        }));
    }

    private static Responder onDatabricks(Responder responder) {
        return (request, reply) -> request.dialect().startsWith("databricks") && responder.handle(request, reply);
    }

    private static List<String> asked() {
        return gateway.simulator().requests().stream().map(RecordedRequest::dialect).toList();
    }

    private static void assertTakenOver(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("databricks->openrouter", answer.headers().firstValue("x-caravan-failover").orElse(""));
        assertEquals(2, asked().size(), asked().toString());
        RecordedRequest second = gateway.simulator().requests().get(1);
        assertEquals("/api/v1/messages", second.target());
        assertEquals("anthropic/claude-sonnet-4.5", second.json().path("model").asText());
        assertTrue(answer.body().contains("\"model\":\"" + Gateway.MODEL + "\""));
        assertFalse(answer.body().contains("event: error"));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504, 529})
    void aFailingStatusMovesOn(int status) {
        databricks(reply -> reply.status(status).send(new byte[0]));
        assertTakenOver(gateway.post(Gateway.STREAM));
    }

    @Test
    void aFailoverIsCounted() {
        databricks(reply -> reply.status(503).send(new byte[0]));
        assertTakenOver(gateway.post(Gateway.PLAIN));
        String meters = gateway.send(HttpRequest.newBuilder(gateway.url().resolve("/metrics")).build(),
                HttpResponse.BodyHandlers.ofString()).body();
        assertTrue(meters.contains("caravan_failovers_total{from=\"databricks\",to=\"openrouter\"}"), meters);
    }

    @Test
    void aConnectionThatBreaksMovesOn() {
        databricks(reply -> {
            reply.header("connection", "close").status(500).send(new byte[0]);
            reply.closeSocket();
        });
        assertTakenOver(gateway.post(Gateway.STREAM));
        databricks(Reply::reset);
        HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
        assertEquals("databricks->openrouter", answer.headers().firstValue("x-caravan-failover").orElse(""));
    }

    @Test
    void aMessageCutShortMovesOn() {
        databricks(reply -> {
            reply.header("content-type", "application/json").header("content-length", "100").bytes(Wire.utf8("{\"model\":"));
            reply.closeSocket();
        });
        assertTakenOver(gateway.post(Gateway.PLAIN));
        new Books(gateway).assertAtRest();
    }

    @Test
    void whatIsNoMessageAtAllMovesOn() {
        for (String body : List.of("", "<html>", "[1]", "{\"model\":")) {
            databricks(reply -> reply.header("content-type", "application/json").send(Wire.utf8(body)));
            assertTakenOver(gateway.post(Gateway.PLAIN));
        }
        databricks(reply -> reply.header("content-type", "text/html").send(Wire.utf8("<html>")));
        assertTakenOver(gateway.post(Gateway.STREAM));
    }

    @Test
    @DisplayName("trap 2 once more: an answer that is given up is cut, not read to its end")
    void anEndlessPageDoesNotHoldTheFailoverUp() throws Exception {
        CompletableFuture<Boolean> cut = new CompletableFuture<>();
        gateway.upstream(onDatabricks((request, reply) -> {
            reply.header("content-type", "text/html");
            try {
                reply.startStream();
                reply.chunk(Wire.utf8("<html>"));
                cut.complete(reply.awaitPeerClose(Gateway.PATIENCE));
            } catch (IOException cutAtTheHead) {
                cut.complete(true);
            }
            return true;
        }));
        assertTakenOver(gateway.post(Gateway.STREAM));
        assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS), "it waited for the page");
    }

    @Test
    void aStreamThatDiesBeforeItsContentMovesOn() {
        for (String[] events : List.of(new String[0], new String[] {Wire.START}, new String[] {Wire.START, Wire.PING})) {
            gateway.upstream(onDatabricks((request, reply) -> {
                Wire.open(reply, events);
                reply.reset();
                return true;
            }));
            assertTakenOver(gateway.post(Gateway.STREAM));
        }
    }

    @Test
    @DisplayName("E27: an error that may pass is another upstream's turn, also as the first event of a 200")
    void aStreamThatOpensWithAnErrorMovesOn() {
        for (String type : List.of("overloaded_error", "api_error", "rate_limit_error", "timeout_error")) {
            String error = Wire.event("error", "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"m\"}}");
            gateway.upstream(onDatabricks((request, reply) -> {
                Wire.stream(reply, Wire.START, error);
                return true;
            }));
            assertTakenOver(gateway.post(Gateway.STREAM));
        }
    }

    @Test
    void aStreamThatDiesBehindItsFirstContentDoesNotMoveOn() {
        gateway.upstream(onDatabricks((request, reply) -> {
            Wire.open(reply, Wire.START, Wire.BLOCK_START);
            reply.closeSocket();
            return true;
        }));
        HttpResponse<String> answer = gateway.post(Gateway.STREAM);
        assertTrue(answer.body().contains("api_error"), answer.body());
        assertEquals(List.of("databricks-native"), asked());
    }

    @Test
    void aRefusalOfTheRequestDoesNotMoveOn() {
        databricks(reply -> reply.status(400).send(Wire.utf8("{}")));
        assertEquals(400, gateway.post(Gateway.STREAM).statusCode());
        assertEquals(List.of("databricks-native"), asked());
    }

    @Test
    void theFallbackGetsWhatDatabricksHadRefused() {
        gateway.upstream(onDatabricks((request, reply) -> {
            boolean refuses = request.json().has("context_management");
            reply.status(refuses ? 400 : 503).header("content-type", "application/json").send(Wire.utf8("{\"type\":\"error\","
                    + "\"error\":{\"type\":\"x\",\"message\":\"context_management: Extra inputs are not permitted\"}}"));
            return true;
        }));
        String body = Gateway.PLAIN.replace("\"max_tokens\"", "\"context_management\":{},\"max_tokens\"");
        assertEquals(200, gateway.post(body, "anthropic-beta", "context-management-2025-06-27").statusCode());
        assertEquals(List.of("databricks-native", "databricks-native", "openrouter"),
                asked().stream().map(dialect -> dialect.startsWith("openrouter") ? "openrouter" : dialect).toList());
        RecordedRequest last = gateway.simulator().requests().get(2);
        assertTrue(last.json().has("context_management"));
        assertEquals("context-management-2025-06-27", last.header("anthropic-beta"));
    }

    @Test
    void whenBothFailTheClientLearnsOfTheLast() {
        gateway.upstream((request, reply) -> {
            boolean first = request.dialect().startsWith("databricks");
            reply.status(first ? 500 : 502).send(new byte[0]);
            return true;
        });
        HttpResponse<String> answer = gateway.post(Gateway.STREAM);
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("openrouter"), answer.body());
    }
}
