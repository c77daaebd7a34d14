/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which headers and which of the query go on, and which come back: by allow-list both ways (P1, P4, P5, P7, 7.2, M69). */
class HeadersTest {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("ANTHROPIC");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void clear() {
        gateway.upstream(null);
    }

    /** Sends whole header lines beside the usual three, and returns what the upstream saw. */
    private static RecordedRequest sent(String... lines) throws IOException {
        return sentTo("/v1/messages", lines);
    }

    private static RecordedRequest sentTo(String target, String... lines) throws IOException {
        gateway.upstream(null);
        try (RawClient client = gateway.connect()) {
            client.postTo(target, Gateway.PLAIN, lines);
            RawClient.Head head = client.readHead();
            assertEquals(200, head.status());
            return gateway.received();
        }
    }

    // P4, P5, P7: what the next client release sends, we have never heard of
    @Test
    void openListsArriveByteForByte() throws IOException {
        String random = "x" + UUID.randomUUID();
        RecordedRequest seen = sent("anthropic-" + random + ": A, b;q=1  c", "X-Claude-Code-" + random + ": dEf",
                "x-stainless-" + random + ": 0", "Anthropic-Version: 2099-01-01", "anthropic-beta: " + random + ",b-2",
                "anthropic-workspace-id: w1", "x-claude-code-session-id: s", "x-claude-code-agent-id: a",
                "x-claude-code-parent-agent-id: p", "User-Agent: claude-cli/9", "x-app: cli", "Accept: application/json",
                "anthropic-dangerous-direct-browser-access: true");
        assertEquals("A, b;q=1  c", seen.header("anthropic-" + random));
        assertEquals("dEf", seen.header("x-claude-code-" + random));
        assertEquals("0", seen.header("x-stainless-" + random));
        assertEquals(List.of("2099-01-01"), seen.headers("anthropic-version"));
        assertEquals(random + ",b-2", seen.header("anthropic-beta"));
        assertEquals("w1", seen.header("anthropic-workspace-id"));
        assertEquals("s", seen.header("x-claude-code-session-id"));
        assertEquals("a", seen.header("x-claude-code-agent-id"));
        assertEquals("p", seen.header("x-claude-code-parent-agent-id"));
        assertEquals(List.of("claude-cli/9"), seen.headers("user-agent"));
        assertEquals("cli", seen.header("x-app"));
        assertEquals("application/json", seen.header("accept"));
        assertEquals("true", seen.header("anthropic-dangerous-direct-browser-access"));
    }

    @Test
    void aTraceGoesOnAtTheUpstream() throws IOException {
        String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        RecordedRequest seen = sent("traceparent: " + parent, "tracestate: vendor=a");
        assertEquals(parent, seen.header("traceparent"));
        assertEquals("vendor=a", seen.header("tracestate"));
    }

    @Test
    void severalLinesOfOneHeaderAreJoinedInTheirOrder() throws IOException {
        RecordedRequest seen = sent("anthropic-beta: one,two", "x-app: cli", "Anthropic-Beta: three", "ANTHROPIC-BETA: four, five");
        assertEquals(List.of("one,two, three, four, five"), seen.headers("anthropic-beta"));
    }

    @Test
    void nothingElseArrives() throws IOException {
        RecordedRequest seen = sent("cookie: a=b", "te: trailers", "trailer: x", "accept-encoding: gzip, br, zstd", "accept-language: de",
                "x-forwarded-for: 10.0.0.1", "x-forwarded-host: evil.example", "x-forwarded-proto: https", "forwarded: for=1",
                "via: 1.1 x", "proxy-authorization: Basic eA==", "keep-alive: timeout=5", "origin: http://localhost", "referer: http://x",
                "range: bytes=0-1", "if-none-match: x", "expect-ct: x", "x-real-ip: 1.1.1.1", "x-unknown: 1", "x-simulate: status=500",
                "authorization: Bearer client-own-key", "x-goog-api-key: y", "api-key: z", "upgrade-insecure-requests: 1",
                "x-anthropic-y: 1", "x-http-method-override: GET");
        Set<String> names = seen.headers().stream().map(h -> h.getKey().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        names.removeAll(Set.of("connection", "user-agent")); // the HTTP client's own
        assertEquals(Set.of("anthropic-version", "content-length", "content-type", "host", "x-api-key", "x-correlation-id"), names);
        assertEquals("127.0.0.1:" + gateway.simulator().port(), seen.header("host"));
        assertFalse(seen.headers().toString().contains("client-own-key"));
    }

    // hop by hop is what Connection names, whatever it is called
    @Test
    void whatConnectionNamesEndsHere() throws IOException {
        RecordedRequest seen = sent("connection: keep-alive, anthropic-x, X-Claude-Code-Y", "connection: x-app",
                "anthropic-x: 1", "x-claude-code-y: 2", "x-app: 3", "anthropic-z: 4");
        assertNull(seen.header("anthropic-x"));
        assertNull(seen.header("x-claude-code-y"));
        assertNull(seen.header("x-app"));
        assertEquals("4", seen.header("anthropic-z"));
    }

    @Test
    void theContentLengthIsThatOfTheChangedBody() throws IOException {
        try (Gateway databricks = Gateway.start("AZURE_DATABRICKS")) {
            databricks.post(Gateway.PLAIN);
            RecordedRequest seen = databricks.received();
            assertEquals(List.of(String.valueOf(seen.body().length)), seen.headers("content-length"));
            assertNotEquals(Gateway.PLAIN.length(), seen.body().length);
            assertNull(seen.header("transfer-encoding"));
        }
    }

    @Test
    void whatEveryUpstreamNeedsIsAdded() throws IOException {
        RecordedRequest seen = sent();
        assertEquals("2023-06-01", seen.header("anthropic-version"));
        assertEquals("application/json", seen.header("content-type"));
    }

    // P1, the issue: "of the query only beta=true goes on"
    @ParameterizedTest
    @CsvSource({"'',''", "?beta=true,?beta=true", "?beta=true&x=1&api_base=http://evil,?beta=true", "?x=1&beta=true,?beta=true", "?beta=false,''",
        "?BETA=true,''", "?beta=true%20,''", "?x=beta=true,''", "?beta,''", "?,''", "?CamelHttpQuery=a&CamelHttpUri=http://evil,''"})
    void ofTheQueryOnlyBetaGoesOn(String query, String sent) throws IOException {
        assertEquals("/v1/messages" + sent, sentTo("/v1/messages" + query).target());
    }

    // 1.9: quota, identity and cookies of the upstream's account are not the client's
    @ParameterizedTest
    @ValueSource(strings = {Gateway.PLAIN, Gateway.STREAM, "{\"model\":\"m!status=400\",\"max_tokens\":1,\"messages\":[]}",
        "{\"model\":\"m!status=429\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"})
    void onlyKnownHeadersComeBack(String request) {
        HttpResponse<String> response = gateway.post(request);
        Set<String> allowed = Set.of("request-id", "x-correlation-id", "content-type", "content-length", "transfer-encoding", "cache-control",
                "x-accel-buffering", "retry-after", "x-should-retry");
        Set<String> names = new TreeSet<>(response.headers().map().keySet());
        names.removeAll(allowed);
        assertEquals(Set.of(), names);
        assertTrue(header(response, "request-id").startsWith("req_sim"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"anthropic-ratelimit-requests-limit", "anthropic-ratelimit-unified-status", "anthropic-organization-id", "set-cookie", "server",
        "via", "cf-ray", "x-generation-id", "access-control-allow-origin", "location", "strict-transport-security", "date", "x-envoy-upstream",
        "authorization", "www-authenticate", "x-caravan-failover", "CamelHttpResponseCode", "alt-svc", "x-databricks-org-id", "proxy-authenticate",
        "content-encoding", "trailer", "upgrade", "keep-alive"})
    void noneOfTheseComesBack(String name) {
        gateway.upstream((request, reply) -> {
            reply.header("content-type", "application/json").header(name, "identity");
            reply.send("{\"type\":\"message\",\"model\":\"m\"}".getBytes());
            return true;
        });
        assertNull(header(gateway.post(Gateway.PLAIN), name));
    }

    // 7.2
    @ParameterizedTest
    @CsvSource({"request-id,req_up_1,req_up_1", "x-request-id,req_up_2,req_up_2"})
    void theRequestIdIsTheUpstreams(String name, String given, String shown) {
        gateway.upstream((request, reply) -> {
            reply.header("content-type", "application/json").header(name, given);
            reply.send("{\"type\":\"message\",\"model\":\"m\"}".getBytes());
            return true;
        });
        assertEquals(shown, header(gateway.post(Gateway.PLAIN), "request-id"));
    }

    @Test
    void whereTheUpstreamGaveNoneItIsOurs() {
        gateway.upstream((request, reply) -> {
            reply.send("{\"type\":\"message\",\"model\":\"m\"}".getBytes());
            return true;
        });
        HttpResponse<String> response = gateway.post(Gateway.PLAIN);
        assertEquals("req_" + header(response, "x-correlation-id"), header(response, "request-id"));
    }

    // 7.2: taken if well-formed, else made; told the client and the upstream
    @ParameterizedTest
    @CsvSource({"x-correlation-id: abc-1.2_3,abc-1.2_3", "x-request-id: from-request-id,from-request-id",
        "x-correlation-id: one|x-request-id: two,one", "x-correlation-id: bad id|x-request-id: good,good"})
    void aWellFormedCorrelationIdIsTaken(String lines, String id) throws IOException {
        RecordedRequest seen = sent(lines.split("\\|"));
        assertEquals(List.of(id), seen.headers("x-correlation-id"));
        assertNull(seen.header("x-request-id"));
        assertEquals(id, header(gateway.post(Gateway.PLAIN, "x-correlation-id", id), "x-correlation-id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"has space", "${env:HOME}", "{{x}}", "a\"b", "<b>", "a,b", "ümlaut", "a;b", "a/b", "\"}", "a:b"})
    void anyOtherIsReplaced(String id) throws IOException {
        String made = sent("x-correlation-id: " + id, "x-request-id: " + "x".repeat(129)).header("x-correlation-id");
        assertTrue(made.matches("[0-9a-f-]{36}"), made);
        assertNotEquals(made, sent("x-correlation-id: " + id).header("x-correlation-id"));
    }
}
