/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of models, headers and versions on every lane. */
@DisplayName("requests from the field (F032, F033, F039, F045; 1.12b, decision 14)")
class FieldRequestsTest {

    private static final String MESSAGE = "{\"type\":\"message\",\"model\":\"claude-haiku-4-5-20251001\",\"content\":[]}";
    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();
    private static final List<String> DATABRICKS = List.of("AZURE_DATABRICKS", "DATABRICKS_INVOCATIONS");

    @BeforeAll
    static void start() {
        Gateway.ALL.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend)));
    }

    @AfterAll
    static void close() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    private static String plain(String model) {
        return Gateway.PLAIN.replace(Gateway.MODEL, model);
    }

    /** The model an upstream was asked for, in the body or in the path. */
    private static String model(RecordedRequest seen) {
        return seen.json().path("model").asText(seen.target().replaceAll("/serving-endpoints/(.*)/invocations", "$1"));
    }

    @ParameterizedTest
    @DisplayName("F032: [1m] asks for the long context and is no part of the name")
    @CsvSource({"AZURE_DATABRICKS,databricks-claude-opus-4-6,true", "DATABRICKS_INVOCATIONS,databricks-claude-opus-4-6,false",
        "OPENROUTER,anthropic/claude-opus-4.6,false", "OPENROUTER_CHAT,anthropic/claude-opus-4.6,false",
        "LITELLM_MESSAGES,claude-opus-4-6,false", "LITELLM_OPENROUTER,openrouter/anthropic/claude-opus-4.6,false",
        "ANTHROPIC,claude-opus-4-6,true"})
    void theSuffixIsTakenOff(String backend, String upstreamModel, boolean beta) {
        Gateway gateway = GATEWAYS.get(backend);
        for (String asked : List.of("claude-opus-4-6[1m]", "claude-opus-4-6[1M]", "claude-opus-4-6[1m][1M]")) {
            gateway.upstream(null);
            HttpResponse<String> answer = gateway.post(plain(asked));
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals(asked, json(answer.body()).path("model").asText());
            RecordedRequest seen = gateway.received();
            assertEquals(upstreamModel, model(seen));
            assertEquals(beta ? "context-1m-2025-08-07" : null, seen.header("anthropic-beta"));
        }
        gateway.upstream(null);
        gateway.post(plain("claude-opus-4-6[1m]"), "anthropic-beta", "context-1m-2025-08-07,x-1");
        String sent = gateway.received().header("anthropic-beta");
        assertEquals(Gateway.CHAT.contains(backend) ? null : "context-1m-2025-08-07,x-1", sent);
        gateway.upstream(null);
        HttpResponse<String> chat = gateway.chat(ChatWire.PLAIN.replace(Gateway.MODEL, "claude-opus-4-6[1m]"));
        assertEquals("claude-opus-4-6[1m]", json(chat.body()).path("model").asText(), chat.body());
        assertEquals(upstreamModel, model(gateway.received()));
    }

    @ParameterizedTest
    @FieldSource("DATABRICKS")
    @DisplayName("F033: Databricks gets its own headers from the client, and no credential among them")
    void databricksGetsItsOwnHeaders(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream(null);
        gateway.post(Gateway.PLAIN, "x-databricks-use-coding-agent-mode", "true", "X-Databricks-Any-Other", "a, b", "databricks-x", "1",
                "x-databricks-token", "t", "x-databricks-azure-sp-management-token", "t", "databricks-authorization", "t",
                "x-databricks-y", "holds client-key-1234 inside", "x-api-key", "client-key-1234", "x-other", "1");
        RecordedRequest seen = gateway.received();
        assertEquals("true", seen.header("x-databricks-use-coding-agent-mode"));
        assertEquals("a, b", seen.header("x-databricks-any-other"));
        assertEquals("1", seen.header("databricks-x"));
        for (String name : List.of("x-databricks-token", "x-databricks-azure-sp-management-token", "databricks-authorization",
                "x-databricks-y", "x-other")) {
            assertNull(seen.header(name), name);
        }
        Gateway anthropic = GATEWAYS.get("ANTHROPIC");
        anthropic.upstream(null);
        anthropic.post(Gateway.PLAIN, "x-databricks-use-coding-agent-mode", "true");
        assertNull(anthropic.received().header("x-databricks-use-coding-agent-mode"));
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    @DisplayName("F039: a token of 12 KB, and headers of 32 KB, pass; more is a 431 in the client's format")
    void longHeadersPass(String backend) throws IOException {
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream(null);
        assertEquals(200, gateway.post(Gateway.PLAIN, "authorization", "Bearer " + "t".repeat(12_288)).statusCode());
        assertEquals(200, gateway.post(Gateway.PLAIN, "authorization", "Bearer " + "t".repeat(32_768 - 7)).statusCode());
        try (RawClient client = gateway.connect()) {
            client.send("POST /v1/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + "t".repeat(40_000) + "\r\n\r\n");
            RawClient.Head head = client.readHead();
            assertEquals(431, head.status());
            assertEquals("invalid_request_error", json(client.readBody(head)).at("/error/type").asText());
        }
    }

    @Test
    @DisplayName("F039: the client's own credential of 32 KB reaches Anthropic")
    void aLongCredentialReachesTheUpstream() {
        try (Gateway gateway = Gateway.start("ANTHROPIC", "ANTHROPIC_UPSTREAM_KEY=")) {
            String credential = "Bearer " + "t".repeat(32_000);
            assertEquals(200, gateway.post(Gateway.PLAIN, "authorization", credential).statusCode());
            assertEquals(credential, gateway.received().header("authorization"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ANTHROPIC", "AZURE_DATABRICKS", "OPENROUTER", "LITELLM_MESSAGES"})
    @DisplayName("F045, 2.7: with fallbacks the answer says which model has served")
    void withFallbacksTheServingModelIsSeen(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        for (boolean fallbacks : new boolean[] {true, false}) {
            String shown = fallbacks ? "claude-haiku-4-5-20251001" : "claude-opus-5-5";
            String members = "\"messages\":[]" + (fallbacks ? ",\"fallbacks\":[{\"model\":\"claude-haiku-4-5\"}]}" : "}");
            gateway.upstream((request, reply) -> {
                reply.header("content-type", "application/json").send(Wire.utf8(MESSAGE));
                return true;
            });
            assertEquals(shown, json(gateway.post("{\"model\":\"claude-opus-5-5\"," + members).body()).path("model").asText());
            gateway.upstream((request, reply) -> {
                Wire.stream(reply, Wire.messageStart("claude-haiku-4-5-20251001"), Wire.BLOCK_START, Wire.text("x"),
                        Wire.BLOCK_STOP, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP);
                return true;
            });
            String stream = gateway.post("{\"model\":\"claude-opus-5-5\",\"stream\":true," + members).body();
            assertTrue(stream.startsWith(Wire.messageStart(shown)), stream);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ANTHROPIC", "AZURE_DATABRICKS", "OPENROUTER", "LITELLM_MESSAGES"})
    @DisplayName("1.12b: the client's version is passed; refused by name it is 2023-06-01 there from then on; converted, always")
    void theVersionIsTheClientsWhereTheUpstreamTakesIt(String backend) {
        try (Gateway gateway = Gateway.start(backend)) {
            gateway.upstream(null);
            gateway.post(Gateway.PLAIN.replace("say hi", "first"));
            assertEquals("2023-06-01", gateway.received().header("anthropic-version"));
            send(gateway, "2026-10-21");
            assertEquals("2026-10-21", gateway.received().header("anthropic-version"));
            gateway.upstream((request, reply) -> {
                boolean refuses = !"2023-06-01".equals(request.header("anthropic-version"));
                reply.status(refuses ? 400 : 200).header("content-type", "application/json").send(Wire.utf8(refuses
                        ? "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"anthropic-version: \\\""
                                + request.header("anthropic-version") + "\\\" is not a valid version\"}}" : MESSAGE));
                return true;
            });
            assertEquals(200, send(gateway, "2026-10-21"));
            assertEquals(200, send(gateway, "2026-10-21"));
            assertEquals(List.of("2026-10-21", "2023-06-01", "2023-06-01"), gateway.simulator().requests().stream()
                    .map(seen -> seen.header("anthropic-version")).toList());
        }
    }

    /** Sends a request of a version, as one header line, and returns the answer's status. */
    private static int send(Gateway gateway, String version) {
        try (RawClient client = gateway.connect()) {
            client.post(Gateway.PLAIN, "anthropic-version: " + version);
            return client.readHead().status();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("1.12b: where the request is converted the version is the one it is converted for")
    void aConvertedRequestHasItsOwnVersion() throws IOException {
        Gateway gateway = GATEWAYS.get("ANTHROPIC");
        gateway.upstream(null);
        try (RawClient client = gateway.connect()) {
            client.postTo("/v1/chat/completions", ChatWire.PLAIN, "anthropic-version: 2026-10-21");
            assertEquals(200, client.readHead().status());
        }
        assertEquals("2023-06-01", gateway.received().header("anthropic-version"));
    }

    @Test
    @DisplayName("decision 14: with the client's own login what its account may ask comes back, answered or refused")
    void theAccountsLimitsComeBackToItsOwner() {
        try (Gateway own = Gateway.start("ANTHROPIC", "ANTHROPIC_UPSTREAM_KEY=")) {
            for (int status : new int[] {200, 429}) {
                own.upstream((request, reply) -> {
                    reply.status(status).header("content-type", "application/json")
                            .header("anthropic-ratelimit-unified-status", "allowed_warning")
                            .header("Anthropic-Ratelimit-Requests-Remaining", "7").header("anthropic-organization-id", "org")
                            .header("set-cookie", "a=b")
                            .send(Wire.utf8(status == 200 ? MESSAGE : "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
                                    + "\"message\":\"slow\"}}"));
                    return true;
                });
                HttpResponse<String> answer = own.post(Gateway.PLAIN, "x-api-key", "sk-own");
                assertEquals(status, answer.statusCode(), answer.body());
                assertEquals("allowed_warning", header(answer, "anthropic-ratelimit-unified-status"));
                assertEquals("7", header(answer, "anthropic-ratelimit-requests-remaining"));
                assertNull(header(answer, "anthropic-organization-id"));
                assertNull(header(answer, "set-cookie"));
            }
            assertFault(own.post(Gateway.PLAIN), 401, "authentication_error");
        }
    }
}
