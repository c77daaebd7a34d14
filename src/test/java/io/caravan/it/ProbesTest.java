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
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The paths beside {@code /v1/messages}: probes without a key, and everything that is not there (3.10, 3.11, 6.2). */
class ProbesTest {

    private static final String KEY = "sk-client-0123456789";
    private static Gateway open;
    private static Gateway guarded;

    @BeforeAll
    static void start() {
        open = Gateway.start("LITELLM_MESSAGES");
        guarded = Gateway.start("LITELLM_MESSAGES", "PROXY_API_KEYS=" + KEY);
    }

    @AfterAll
    static void stop() {
        open.close();
        guarded.close();
    }

    @AfterEach
    void noUpstreamWasAsked() {
        assertEquals(0, open.simulator().requests().size());
        assertEquals(0, guarded.simulator().requests().size());
    }

    static HttpResponse<String> ask(Gateway gateway, String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.url().resolve(path)).timeout(Gateway.PATIENCE)
                .method(method, method.equals("POST") || method.equals("PUT")
                        ? HttpRequest.BodyPublishers.ofString("{}") : HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    // M74, P3, rule 15
    @ParameterizedTest
    @CsvSource({"HEAD,/", "GET,/", "HEAD,/api/hello", "GET,/api/hello", "GET,/health", "HEAD,/health", "GET,/health/live",
        "HEAD,/health/live", "POST,/api/event_logging/batch"})
    void probesNeedNoKey(String method, String path) {
        HttpResponse<String> response = ask(guarded, method, path);
        assertEquals(200, response.statusCode());
        assertEquals(method.equals("HEAD"), response.body().isEmpty());
    }

    @Test
    void telemetryIsTakenAndThrownAway() throws IOException {
        String batch = "{\"events\":[\"" + "x".repeat(200_000) + "\"]}";
        try (RawClient client = guarded.connect()) {
            client.postTo("/api/event_logging/batch", batch);
            RawClient.Head head = client.readHead();
            assertEquals(200, head.status());
            assertEquals("{\"status\":\"ok\"}", client.readBody(head));
        }
    }

    // 3.11, E40
    @ParameterizedTest
    @CsvSource({"GET,/v1/messages,POST", "PUT,/v1/messages,POST", "DELETE,/v1/messages,POST", "OPTIONS,/v1/messages,POST",
        "POST,/health,GET HEAD", "DELETE,/api/hello,GET HEAD", "GET,/api/event_logging/batch,POST", "POST,/metrics,GET",
        "POST,/,GET HEAD"})
    void aWrongMethodIsA405ThatNamesTheRightOnes(String method, String path, String allowed) {
        HttpResponse<String> response = ask(open, method, path);
        assertFault(response, 405, "invalid_request_error");
        Set<String> allow = new TreeSet<>(Arrays.asList(header(response, "allow").split("\\s*,\\s*")));
        assertEquals(new TreeSet<>(Arrays.asList(allowed.split(" "))), allow);
    }

    @Test
    void headOfAPostPathIsA405WithoutABodyAndTheConnectionGoesOn() throws IOException {
        try (RawClient client = open.connect()) {
            client.send("HEAD /v1/messages HTTP/1.1\r\nhost: x\r\n\r\n");
            RawClient.Head head = client.readHead();
            assertEquals(405, head.status());
            assertEquals("POST", head.header("allow"));
            client.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
            assertEquals(200, client.readHead().status());
        }
    }

    // 3.11, E39, E41
    @ParameterizedTest
    @CsvSource({"POST,/v1/foo", "GET,/favicon.ico", "GET,/health/detailed/x",
        "GET,/v1/databricks/health/x", "GET,/v1/databricks", "POST,/v1/messages/x", "GET,/protocol"})
    void whatIsNotThereIsA404InTheMessagesFormat(String method, String path) {
        assertFault(ask(open, method, path), 404, "not_found_error");
        assertFault(ask(guarded, method, path, "x-api-key", KEY), 404, "not_found_error");
    }

    // Camel's own doors stay shut: dev console, JMX over HTTP, route upload, management
    @ParameterizedTest
    @ValueSource(strings = {"/q/dev", "/q/dev/", "/q/health", "/q/metrics", "/q/upload/x.yaml", "/q/download", "/q/jolokia",
        "/observe/health", "/observe/metrics", "/observe/jolokia", "/jolokia", "/jolokia/list", "/jolokia/exec/x", "/dev",
        "/actuator", "/management", "/jmx", "/hawtio", "/camel", "/info", "/openapi.json", "/api-doc"})
    void managementIsNotReachable(String path) {
        assertFault(ask(open, "GET", path), 404, "not_found_error");
        assertFault(ask(open, "POST", path), 404, "not_found_error");
    }

    // 6.2; every path below a probe is guarded as well (CVE-2026-40022), in any letter case (CVE-2026-80343)
    @ParameterizedTest
    @CsvSource({"POST,/v1/foo", "GET,/v1/models", "GET,/v1/messages", "OPTIONS,/v1/messages", "POST,/v1/messages/count_tokens",
        "GET,/stats", "GET,/metrics", "POST,/metrics", "GET,/health/x", "GET,/health/live/x", "POST,/health", "GET,/api/hello/x",
        "POST,/api/event_logging/batch/x", "GET,/api/event_logging/batch", "GET,/API/HELLO/x", "POST,/V1/MESSAGES", "GET,/q/dev",
        "GET,/METRICS", "DELETE,/"})
    void withKeysSetEverythingElseIsA401WithoutOne(String method, String path) {
        HttpResponse<String> response = ask(guarded, method, path);
        assertFault(response, 401, "authentication_error");
        assertEquals("false", header(response, "x-should-retry"));
        assertNull(header(response, "allow"));
    }

    // CVE-2026-84176
    @ParameterizedTest
    @CsvSource({"GET,/health", "GET,/", "POST,/v1/messages", "OPTIONS,/v1/messages", "OPTIONS,/health"})
    void noOriginIsEverAllowed(String method, String path) throws IOException {
        for (Gateway gateway : new Gateway[] {open, guarded}) {
            try (RawClient client = gateway.connect()) {
                client.send(method + " " + path + " HTTP/1.1\r\nhost: x\r\norigin: https://evil.example\r\n"
                        + "access-control-request-method: POST\r\ncontent-length: 0\r\n\r\n");
                RawClient.Head head = client.readHead();
                assertTrue(head.headers().keySet().stream().noneMatch(name -> name.startsWith("access-control-")),
                        head.headers().toString());
                assertFalse(path.equals("/v1/messages") && head.status() < 400);
            }
        }
    }

    @Test
    void noHeaderNamesTheSoftware() {
        HttpResponse<String> response = ask(open, "GET", "/health");
        assertNull(header(response, "server"));
        assertNull(header(response, "x-powered-by"));
        assertNotNull(header(response, "request-id"));
        assertEquals("live", json(ask(open, "GET", "/health/live").body()).path("status").asText());
    }
}
