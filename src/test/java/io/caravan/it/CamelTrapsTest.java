/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Camel's HTTP components do by themselves and must not do here. */
@DisplayName("traps 4, 5, 6 and 8")
class CamelTrapsTest {

    private static final String TARGET = "/serving-endpoints/anthropic/v1/messages";
    private static final String CLIENT_KEY = "sk-client-abcdefghij";
    private static final Set<String> ANSWER_HEADERS = Set.of("content-type", "content-length", "request-id",
            "x-correlation-id", "transfer-encoding", "cache-control", "x-accel-buffering");

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {Gateway.PLAIN, Gateway.STREAM})
    @DisplayName("4: neither key nor any request header comes back")
    void noRequestHeaderComesBack(String request) {
        gateway.upstream(null);
        HttpResponse<String> answer = gateway.post(request, "x-api-key", CLIENT_KEY, "authorization", "Bearer " + CLIENT_KEY,
                "anthropic-beta", "a-beta-2026-01-01", "x-own", "own", "cookie", "c=1");
        assertEquals(200, answer.statusCode());
        String shown = answer.headers().map() + answer.body();
        String basic = Base64.getEncoder().encodeToString(("token:" + Gateway.UPSTREAM_KEY).getBytes());
        for (String secret : List.of(CLIENT_KEY, Gateway.UPSTREAM_KEY, basic, "a-beta-2026-01-01")) {
            assertFalse(shown.contains(secret), secret);
        }
        answer.headers().map().keySet().forEach(name ->
                assertTrue(ANSWER_HEADERS.contains(name.toLowerCase(Locale.ROOT)), name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CamelHttpUri", "CAmelHttpUri", "camelhttpuri", "CamelHttpPath", "CamelHttpQuery",
        "CamelHttpRawQuery", "CamelRestHttpUri", "CamelHttpMethod", "CamelHttpHost", "CamelDestinationOverrideUrl",
        "CamelToEndpoint", "CamelHttpResponseCode", "org.apache.camel.Something", "beta", "caravan.attempt"})
    @DisplayName("5: no header and no query parameter steers the request to the upstream")
    void nothingOfTheClientSteersTheRequest(String name) throws Exception {
        gateway.upstream(null);
        String hostile = "http://127.0.0.1:1/{{env:PATH}}/leak";
        try (RawClient client = gateway.connect()) {
            client.postTo("/v1/messages?" + name + "=/leak&x=1", Gateway.PLAIN, name + ": " + hostile);
            assertEquals(200, client.readHead().status());
        }
        RecordedRequest received = gateway.received();
        assertEquals("POST", received.method());
        assertEquals(TARGET, received.target());
        assertNull(received.header(name));
        assertEquals("127.0.0.1:" + gateway.simulator().port(), received.header("host"));
        assertFalse(received.headers().toString().contains("leak"));
    }

    @Test
    @DisplayName("5: of the query only beta=true goes on")
    void onlyTheBetaQueryGoesOn() throws Exception {
        for (String query : List.of("?beta=true", "?x=1&beta=true&CamelHttpPath=/leak")) {
            gateway.upstream(null);
            try (RawClient client = gateway.connect()) {
                client.postTo("/v1/messages" + query, Gateway.PLAIN);
                assertEquals(200, client.readHead().status(), query);
            }
            assertEquals(TARGET + "?beta=true", gateway.received().target(), query);
        }
        gateway.upstream(null);
        gateway.post(Gateway.PLAIN);
        assertEquals(TARGET, gateway.received().target());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/messages/leak", "/v1/messages%2Fleak", "/v1/messages;x=1", "/v1/messages/../messages/leak",
        "/v1/messages/%2e%2e/leak", "/V1/MESSAGES"})
    @DisplayName("5: a path that is not the route's is a 404 and asks no upstream")
    void noOtherPathReachesTheUpstream(String path) throws Exception {
        gateway.upstream(null);
        try (RawClient client = gateway.connect()) {
            client.postTo(path, Gateway.PLAIN);
            RawClient.Head head = client.readHead();
            assertEquals(404, head.status());
            assertEquals("application/json", head.header("content-type"));
        }
        assertEquals(List.of(), gateway.simulator().requests());
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504, 529})
    @DisplayName("6: a failing upstream is asked exactly once")
    void aFailureIsNotRepeatedInSilence(int status) {
        gateway.upstream((request, reply) -> {
            reply.status(status).header("content-type", "application/json").header("retry-after", "1");
            reply.send(Wire.utf8("{\"type\":\"error\",\"error\":{\"type\":\"x\",\"message\":\"no\"}}"));
            return true;
        });
        assertTrue(gateway.post(Gateway.PLAIN).statusCode() >= 400);
        assertEquals(1, gateway.simulator().requests().size());
    }

    @Test
    @DisplayName("8: a reload of one route file would keep all other routes, and nothing reloads unasked")
    void aReloadWouldKeepTheTemplatedRoutes() {
        assertEquals("false", gateway.context().resolvePropertyPlaceholders("{{camel.main.routes-reload-enabled:false}}"));
        assertTrue(gateway.context().getRoutes().stream().anyMatch(route -> route.getId().equals("backend-databricks")));
    }
}
