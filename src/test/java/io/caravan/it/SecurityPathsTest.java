/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, hosts and request lines written to slip by the key or to reach another upstream path. */
class SecurityPathsTest {

    private static final String KEY = "sk-client-0123456789";
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_API_KEYS=" + KEY);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void clear() {
        gateway.upstream(null);
    }

    private static int status(String requestLine, String... headers) throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send(requestLine + " HTTP/1.1\r\ncontent-type: application/json\r\n" + String.join("", headers)
                    + "content-length: " + Gateway.PLAIN.length() + "\r\n\r\n" + Gateway.PLAIN);
            return client.readHead().status();
        }
    }

    // @fastify/http-proxy CVE-2026-15631 and its kin, CVE-2026-40022, CVE-2026-80343
    @ParameterizedTest
    @ValueSource(strings = {"/v1/messages", "/v1//messages", "//v1/messages", "/v1/messages/", "/v1/messages/.", "/v1/./messages", "/health/../v1/messages",
        "/health/%2e%2e/v1/messages", "/api/hello/..%2f..%2fv1/messages", "/health%2f..%2fv1/messages", "/v1%2fmessages", "/v1/messages%00", "/v1/messages;x=1",
        "/health;/../v1/messages", "/api/hello;/v1/messages", "/%76%31/messages", "/V1/MESSAGES", "/v1/messages%20", "/v1/messages%23", "/v1/messages%3fx",
        "/health/..;/v1/messages", "/./v1/messages", "/..%5cv1/messages", "/v1/messages?x=/health", "/v1/messages#/health", "//127.0.0.1/v1/messages",
        "/serving-endpoints/anthropic/v1/messages", "/%2e%2e/api/2.0/serving-endpoints", "/v1/messages/../../api/2.0/secrets",
        "http://127.0.0.1/v1/messages", "http://evil.example/v1/messages", "https://evil.example/health/../v1/messages", "*"})
    void noSpellingReachesAnUpstreamWithoutAKeyNorAnotherPathWithOne(String target) throws IOException {
        int without = status("POST " + target, "host: x\r\n");
        assertTrue(without >= 400, target + " " + without);
        assertEquals(0, gateway.simulator().requests().size(), target);
        int with = status("POST " + target, "host: x\r\n", "x-api-key: " + KEY + "\r\n");
        for (RecordedRequest seen : gateway.simulator().requests()) {
            assertEquals("/serving-endpoints/anthropic/v1/messages", seen.target());
            assertEquals("127.0.0.1:" + gateway.simulator().port(), seen.header("host"));
        }
        assertEquals(with == 200 ? 1 : 0, gateway.simulator().requests().size());
        assertTrue(with == 200 || with == 404 || with == 405 || with == 400, target + " " + with);
    }

    // CVE-2026-49468, CVE-2026-85316: the Host header decides nothing
    @ParameterizedTest
    @ValueSource(strings = {"host: x/?", "host: x/#", "host: evil.example", "host: 127.0.0.1:1", "host: x@evil.example", "host: /health", "host: proxy",
        "host: x\r\nhost: y", "host: ", "host: x?/health", "host: http://evil/health", "x-forwarded-host: evil\r\nhost: x", "host: x\r\nx-original-url: /health",
        "host: x\r\nx-rewrite-url: /health", "host: x\r\nx-forwarded-prefix: /health", "host: x\r\nx-http-method-override: GET"})
    void theHostHeaderDecidesNothing(String host) throws IOException {
        assertTrue(status("POST /v1/messages", host + "\r\n") >= 400);
        assertEquals(0, gateway.simulator().requests().size());
        int with = status("POST /v1/messages", host + "\r\n", "x-api-key: " + KEY + "\r\n");
        assertTrue(with == 200 || with == 400, "" + with);
        for (RecordedRequest seen : gateway.simulator().requests()) {
            assertEquals("127.0.0.1:" + gateway.simulator().port(), seen.header("host"));
            assertFalse(seen.headers().toString().contains("evil"));
        }
        assertEquals(200, status("POST /v1/messages", "host: x\r\n", "x-api-key: " + KEY + "\r\n"), "the usual one is served");
    }

    // what cannot be read as one request is refused, and nothing behind it is taken for another
    @ParameterizedTest
    @CsvSource({"content-length: 5\\r\\ncontent-length: 6", "content-length: -1", "content-length: abc", "content-length: 5\\r\\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\\r\\ntransfer-encoding: identity", "transfer-encoding: xchunked"})
    void ambiguousFramingReachesNoUpstream(String lines) throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send("POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n" + lines.replace("\\r\\n", "\r\n")
                    + "\r\n\r\n0\r\n\r\nPOST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: " + KEY + "\r\ncontent-length: " + Gateway.PLAIN.length()
                    + "\r\n\r\n");
            assertTrue(client.readHead().status() >= 400);
        }
        assertEquals(0, gateway.simulator().requests().size());
        await().untilAsserted(() -> assertEquals(0, gateway.context().getInflightRepository().size(), "no worker waits for the rest"));
    }
}
