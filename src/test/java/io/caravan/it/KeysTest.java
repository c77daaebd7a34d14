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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.SettingsException;
import io.caravan.simulator.RecordedRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call: PROXY_API_KEYS as x-api-key or Bearer, checked before anything else (6.1, 6.3, M75, M76, P12). */
class KeysTest {

    private static final String KEY = "sk-client-one-0123456789";
    private static final String OTHER = "sk-client-two-9876543210";
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_API_KEYS=" + KEY + "," + OTHER);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void clear() {
        gateway.upstream(null);
    }

    @ParameterizedTest
    @CsvSource({
        "x-api-key," + KEY,
        "X-API-KEY," + OTHER,
        "authorization,Bearer " + KEY,
        "Authorization,bearer " + OTHER,
        "authorization,BEARER   " + KEY,
    })
    void aKeyIsTakenInEitherHeader(String name, String value) {
        assertEquals(200, gateway.post(Gateway.PLAIN, name, value).statusCode());
        RecordedRequest seen = gateway.received();
        assertFalse(seen.headers().toString().contains(KEY) || seen.headers().toString().contains(OTHER));
    }

    // P12: apiKeyHelper sends both; one good key is enough, in either place, and neither value goes upstream
    @ParameterizedTest
    @CsvSource({KEY + "," + KEY, KEY + "," + OTHER, KEY + ",sk-ant-foreign-key-000", "sk-ant-foreign-key-000," + KEY})
    void ofTwoCredentialsOneGoodOneIsEnough(String apiKey, String bearer) {
        HttpResponse<String> response =
                gateway.post(Gateway.PLAIN, "x-api-key", apiKey, "authorization", "Bearer " + bearer);
        assertEquals(200, response.statusCode(), response.body());
        RecordedRequest seen = gateway.received();
        assertEquals(1, seen.headers("authorization").size());
        assertTrue(seen.headers().stream().noneMatch(h -> h.getValue().contains(apiKey) || h.getValue().contains(bearer)));
    }

    // also what a lookup in SQL, LDAP or an expression language would choke on (CVE-2026-42208)
    @ParameterizedTest
    @ValueSource(strings = {
        "x-api-key: wrong", "x-api-key:", "x-api-key: " + KEY + "x", "x-api-key: " + KEY + "," + OTHER,
        "x-api-key: sk-client-one", "authorization: " + KEY, "authorization: Basic dG9rZW46eA==", "authorization: Bearer",
        "authorization: Bearer ", "authorization: Bearer ' OR '1'='1", "authorization: Bearer *)(uid=*", "cookie: x-api-key=" + KEY,
        "authorization: Bearer ${env:PATH}", "authorization: Bearer {{env:PATH}}", "proxy-authorization: Bearer " + KEY,
        "x-auth: " + KEY, "authorization: Bearer " + KEY + " " + KEY})
    void anythingElseIsA401ThatIsNotRepeated(String header) throws IOException {
        try (RawClient client = gateway.connect()) {
            client.post(Gateway.PLAIN, header);
            RawClient.Head head = client.readHead();
            assertEquals(401, head.status());
            assertEquals("false", head.header("x-should-retry"));
            assertEquals("authentication_error", json(client.readBody(head)).path("error").path("type").asText());
        }
        assertEquals(0, gateway.simulator().requests().size());
    }

    /** GHSA-69x8-hrgq-fjj8: what a store or a log might hold of a key opens nothing. */
    @Test
    void aDigestOfAKeyIsNoKey() throws NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(StandardCharsets.UTF_8));
        for (String candidate : List.of(HexFormat.of().formatHex(digest), Base64.getEncoder().encodeToString(digest))) {
            assertFault(gateway.post(Gateway.PLAIN, "x-api-key", candidate), 401, "authentication_error");
        }
    }

    @Test
    void theErrorRepeatsNoKeyAndNoHint() {
        HttpResponse<String> response = gateway.post(Gateway.PLAIN, "x-api-key", "sk-guess-4711");
        assertFault(response, 401, "authentication_error");
        assertFalse((response.body() + response.headers().map()).contains("4711"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"key=" + KEY, "api_key=" + KEY, "x-api-key=" + KEY, "access_token=" + KEY})
    void aKeyInTheQueryCountsForNothing(String query) throws IOException {
        try (RawClient client = gateway.connect()) {
            client.postTo("/v1/messages?" + query, Gateway.PLAIN);
            assertEquals(401, client.readHead().status());
        }
    }

    // 6.1: before the body is looked at. It never comes here.
    @ParameterizedTest
    @ValueSource(strings = {"content-length: 30000000", "content-length: 10", "transfer-encoding: chunked",
        "content-length: 99999999999", "content-length: 10\r\nexpect: 100-continue", "content-length: 10\r\ncontent-encoding: gzip"})
    void the401ComesThoughTheBodyWasNeverSent(String length) throws IOException {
        try (RawClient client = gateway.connect()) {
            client.sendHead("/v1/messages", "x-api-key: wrong", length);
            RawClient.Head head = client.readHead();
            assertEquals(401, head.status());
            assertEquals("false", head.header("x-should-retry"));
        }
    }

    @Test
    void aRefusedSmallBodyLeavesTheConnectionUsable() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.post(Gateway.PLAIN, "x-api-key: wrong");
            client.readBody(client.readHead());
            client.post(Gateway.PLAIN, "x-api-key: " + KEY);
            assertEquals(200, client.readHead().status());
        }
    }

    // 6.1: no keys, then only loopback is served; a start elsewhere must be meant
    @Test
    void withoutKeysOnlyLoopbackIsServed() {
        Path nowhere = Path.of("target", "no-such-directory");
        for (String host : new String[] {"0.0.0.0", "::", "192.168.1.1", "gateway.example"}) {
            assertThrows(SettingsException.class, () -> GatewaySettings.read(Map.of("HOST", host), nowhere), host);
            GatewaySettings.read(Map.of("HOST", host, "PROXY_API_KEYS", KEY), nowhere);
            GatewaySettings.read(Map.of("HOST", host, "PROXY_ALLOW_ANONYMOUS", "true"), nowhere);
        }
    }

    @Test
    void withoutKeysAnyCredentialIsServedButNoForeignWebPage() {
        try (Gateway open = Gateway.start("AZURE_DATABRICKS")) {
            assertEquals(200, open.post(Gateway.PLAIN, "x-api-key", "whatever").statusCode());
            assertFalse(open.received().headers().toString().contains("whatever"));
            assertEquals(200, open.post(Gateway.PLAIN, "origin", "http://localhost:3000").statusCode());
            open.upstream(null);
            for (String origin : new String[] {"https://evil.example", "null", "http://127.0.0.1.evil.example", "http://localhost.evil.example"}) {
                HttpResponse<String> refused = open.post(Gateway.PLAIN, "origin", origin);
                assertFault(refused, 403, "permission_error");
                assertEquals("false", header(refused, "x-should-retry"));
            }
            assertEquals(0, open.simulator().requests().size());
        }
    }
}
