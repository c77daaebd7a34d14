/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told that has to find out what is amiss: a 404's words, whose refusal it is, and every cause of a chain. */
class FailureWordsTest {

    private static final List<String> BACKENDS = List.of("AZURE_DATABRICKS", "DATABRICKS_INVOCATIONS", "DATABRICKS_GATEWAY",
            "LITELLM_MESSAGES", "OPENROUTER_CHAT");
    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        BACKENDS.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend)));
    }

    @AfterAll
    static void stop() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    private static HttpResponse<String> answered(Gateway gateway, int status, String type, String body) {
        gateway.upstream((request, reply) -> {
            reply.status(status).header("content-type", type).send(body.getBytes(StandardCharsets.UTF_8));
            return true;
        });
        return gateway.post(Gateway.PLAIN);
    }

    private static String message(HttpResponse<String> response) {
        return FaultsRequestTest.json(response.body()).path("error").path("message").asText();
    }

    // a missing endpoint keeps the upstream's words behind those that Claude Code knows
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"error_code\":\"RESOURCE_DOES_NOT_EXIST\",\"message\":\"Endpoint with name 'x' does not exist.\"}"
                + "|Endpoint with name 'x' does not exist.",
        "{\"error_code\":\"ENDPOINT_NOT_FOUND\",\"message\":\"The given endpoint does not exist, please retry\"}"
                + "|The given endpoint does not exist, please retry",
        "{\"error\":{\"code\":404,\"message\":\"No endpoints found for x\"}}|No endpoints found for x"})
    void aMissingEndpointIsNamedInTheUpstreamsWords(String body, String words) {
        GATEWAYS.forEach((backend, gateway) -> {
            HttpResponse<String> answer = answered(gateway, 404, "application/json", body);
            assertFault(answer, 404, "not_found_error");
            assertEquals("model: " + Gateway.MODEL + " (" + words + ")", message(answer), backend);
            assertNull(header(answer, "x-should-retry"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"error_code\":\"ENDPOINT_NOT_FOUND\",\"message\":\"No API found for 'POST /wrong/v1/messages'\"}",
        "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"Not Found\"}}",
        "{\"detail\":\"Not Found\"}",
        "{\"message\":\"no Route matched with those values\"}",
        "<html><body><h1>404 Not Found</h1></body></html>",
        ""})
    void aWrongBaseIsToldFromAMissingEndpoint(String body) {
        GATEWAYS.forEach((backend, gateway) -> {
            HttpResponse<String> answer = answered(gateway, 404, body.startsWith("<") ? "text/html" : "application/json", body);
            assertFault(answer, 404, "not_found_error");
            assertTrue(message(answer).contains("has nothing at its URL (404)"), backend + message(answer));
            assertFalse(message(answer).startsWith("model:"), backend);
            assertEquals("false", header(answer, "x-should-retry"));
        });
    }

    @Test
    void theWordsOfAWrongBaseStayToo() {
        HttpResponse<String> answer = answered(GATEWAYS.get("AZURE_DATABRICKS"), 404, "application/json",
                "{\"error_code\":\"ENDPOINT_NOT_FOUND\",\"message\":\"No API found for 'POST /wrong/v1/messages'\"}");
        assertTrue(message(answer).endsWith("It says: No API found for 'POST /wrong/v1/messages'"), message(answer));
    }

    @Test
    void aWorkspaceWithAWrongBaseLeavesItsTurnToAnother() {
        try (Gateway gateway = Gateway.startWorkspaces(2, "strategy=round_robin")) {
            gateway.workspaces().respondWith(0, (request, reply) -> {
                reply.status(404).header("content-type", "text/html").send("<p>nothing here".getBytes(StandardCharsets.UTF_8));
                return true;
            });
            for (int i = 0; i < 3; i++) {
                assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            }
        }
    }

    // 5.12: whoever answers a CONNECT is the proxy
    @ParameterizedTest
    @CsvSource({"403 Forbidden, 403, permission_error, 'The outgoing proxy, not the upstream (litellm), refused to connect: 403'",
        "404 Not Found, 403, permission_error, 'The outgoing proxy, not the upstream (litellm), refused to connect: 404'",
        "407 No, 403, permission_error, The outgoing proxy refused the gateway's credential",
        "502 Bad Gateway, 503, api_error, The outgoing proxy could not reach the upstream (litellm): 502"})
    void aProxyThatDoesNotConnectIsNamedAsThat(String line, int status, String type, String words) throws IOException {
        try (Listener proxy = new Listener("HTTP/1.1 " + line + "\r\ncontent-length: 6\r\n\r\n<html>");
                Gateway gateway = Gateway.start("LITELLM_MESSAGES", "HTTPS_PROXY=http://127.0.0.1:" + proxy.port(),
                        "LITELLM_BASE_URL=https://llm.example.org")) {
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertFault(answer, status, type);
            assertTrue(message(answer).startsWith(words), message(answer));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", ""})
    void thatThereIsNoTlsIsSaid(String answer) throws IOException {
        try (Listener plain = new Listener(answer);
                Gateway gateway = Gateway.start("LITELLM_MESSAGES", "LITELLM_BASE_URL=https://127.0.0.1:" + plain.port())) {
            HttpResponse<String> response = gateway.post(Gateway.PLAIN);
            assertFault(response, 503, "api_error");
            assertTrue(message(response).contains("there is no TLS at that port"), message(response));
        }
    }

    // 7.2
    @Test
    void aRequestIdIsNotPrefixedTwice() {
        Gateway gateway = GATEWAYS.get("LITELLM_MESSAGES");
        String wrong = "{\"model\":5}";
        assertEquals("req_abc", header(gateway.post(wrong, "x-request-id", "req_abc"), "request-id"));
        assertEquals("req_abc", header(gateway.post(wrong, "x-correlation-id", "abc"), "request-id"));
    }

    // 4.5
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theClientReadsEveryCauseOfAChain(boolean stream) {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "BYPASS_FALLBACK_ENABLED=true")) {
            gateway.upstream((request, reply) -> {
                boolean databricks = request.dialect().startsWith("databricks");
                String error = "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}";
                reply.status(databricks ? 503 : 429).header("content-type", "application/json")
                        .send(error.getBytes(StandardCharsets.UTF_8));
                return true;
            });
            HttpResponse<String> answer = gateway.post(stream ? Gateway.STREAM : Gateway.PLAIN);
            assertEquals("databricks->openrouter", header(answer, "x-caravan-failover"));
            assertTrue(message(answer).matches("Azure Databricks: .*503.*; OpenRouter: .*slow down.*"), message(answer));
        }
    }

    @Test
    void aDeadFallbackDoesNotHideTheFirstCause() {
        try (Simulator other = Simulator.start();
                Gateway gateway = Gateway.start("AZURE_DATABRICKS", "BYPASS_FALLBACK_ENABLED=true",
                        "OPENROUTER_API_BASE=http://127.0.0.1:1/api/v1", "DATABRICKS_HOST=" + other.url())) {
            other.respondWith((request, reply) -> {
                reply.status(500).send(new byte[0]);
                return true;
            });
            assertTrue(message(gateway.post(Gateway.PLAIN))
                    .matches("Azure Databricks: .*500.*; OpenRouter: .*could not be reached.*"));
        }
    }

    @Test
    void whatTheClientDidWrongStaysInTheLastOnesWords() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "BYPASS_FALLBACK_ENABLED=true")) {
            gateway.upstream((request, reply) -> {
                boolean databricks = request.dialect().startsWith("databricks");
                String error = "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"x: wrong\"}}";
                reply.status(databricks ? 503 : 400).header("content-type", "application/json")
                        .send(error.getBytes(StandardCharsets.UTF_8));
                return true;
            });
            assertEquals("x: wrong", message(gateway.post(Gateway.PLAIN)));
        }
    }

    /** Answers whatever comes in with the same bytes and hangs up. */
    private static final class Listener implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        Listener(String answer) throws IOException {
            Thread thread = new Thread(() -> {
                while (!server.isClosed()) {
                    try (Socket socket = server.accept()) {
                        socket.getInputStream().read(new byte[4096]);
                        socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                        socket.shutdownOutput();
                        socket.getInputStream().readAllBytes();
                    } catch (IOException e) {
                        // It is closed, or the gateway has hung up.
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
