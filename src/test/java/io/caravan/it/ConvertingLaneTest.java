/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A Messages client in front of upstreams of the chat format: what goes out around the converted body, and what comes back.
 */
@DisplayName("the converting lane (5.2, 5.6, 5.7; M01, M02, M67, M69, M76)")
class ConvertingLaneTest {

    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        Gateway.CHAT.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend)));
    }

    @AfterAll
    static void close() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    private static Gateway gateway(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream(null);
        return gateway;
    }

    @ParameterizedTest
    @CsvSource({
        "DATABRICKS_INVOCATIONS,claude-sonnet-4-5,/serving-endpoints/databricks-claude-sonnet-4-5/invocations,",
        "DATABRICKS_INVOCATIONS,databricks-my model/é,/serving-endpoints/databricks-my%20model%2F%C3%A9/invocations,",
        "OPENROUTER_CHAT,claude-sonnet-4-5,/api/v1/chat/completions,anthropic/claude-sonnet-4.5",
        "LITELLM_OPENROUTER,claude-sonnet-4-5,/chat/completions,openrouter/anthropic/claude-sonnet-4.5"})
    @DisplayName("M01: the model stands in the path or in the body, and the answer is a message")
    void aRequestReachesItsUpstreamAndTheAnswerIsAMessage(String backend, String model, String path, String named) {
        Gateway gateway = gateway(backend);
        HttpResponse<String> answer = gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, model)
                .replace("\"messages\"", "\"system\":\"be brief\",\"messages\""));
        assertEquals(200, answer.statusCode(), answer.body());
        RecordedRequest sent = gateway.received();
        assertEquals(path, sent.target());
        assertEquals(named, sent.json().path("model").textValue());
        assertEquals("system", sent.json().at("/messages/0/role").asText());
        assertEquals("user", sent.json().at("/messages/1/role").asText());
        assertEquals(100, sent.json().path("max_tokens").asInt());

        JsonNode message = json(answer.body());
        assertEquals("application/json", header(answer, "content-type"));
        assertTrue(message.path("id").asText().startsWith("msg_"), answer.body());
        assertEquals("message", message.path("type").asText());
        assertEquals("assistant", message.path("role").asText());
        assertEquals("Hi! You said: say hi", message.at("/content/0/text").asText());
        assertEquals("end_turn", message.path("stop_reason").asText());
        assertTrue(message.has("stop_sequence") && message.path("stop_sequence").isNull(), answer.body());
        assertTrue(message.at("/usage/input_tokens").asInt() > 0 && message.at("/usage/output_tokens").asInt() > 0);
        assertEquals("req_sim", header(answer, "request-id").substring(0, 7), "the upstream's own id");
        for (String ofTheUpstream : new String[] {"via", "cf-ray", "set-cookie", "anthropic-organization-id"}) {
            assertNull(header(answer, ofTheUpstream));
        }
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("M02: ?beta=true changes nothing and does not go on")
    void theBetaQueryChangesNothing(String backend) {
        Gateway gateway = gateway(backend);
        gateway.post(Gateway.PLAIN);
        HttpRequest withQuery = HttpRequest.newBuilder(gateway.url().resolve("/v1/messages?beta=true"))
                .POST(HttpRequest.BodyPublishers.ofString(Gateway.PLAIN)).build();
        assertEquals(200, gateway.send(withQuery, HttpResponse.BodyHandlers.ofString()).statusCode());
        RecordedRequest without = gateway.received();
        RecordedRequest with = gateway.received();
        assertEquals(without.target(), with.target());
        assertEquals(without.json(), with.json());
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("M67: the answer's model is the client's, in JSON and in a stream")
    void theAnswersModelIsTheClients(String backend) {
        for (String alias : new String[] {Gateway.MODEL, "claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4", "big"}) {
            Gateway gateway = gateway(backend);
            assertEquals(alias, json(gateway.post(Gateway.PLAIN.replace(Gateway.MODEL,
                    alias)).body()).path("model").asText());
            HttpResponse<String> stream = gateway.post(Gateway.STREAM.replace(Gateway.MODEL, alias));
            assertEquals("text/event-stream; charset=utf-8", header(stream, "content-type"));
            JsonNode streamed = StreamedMessage.of(stream.body());
            assertEquals(alias, streamed.path("model").asText());
            assertEquals("Hi! You said: say hi", streamed.at("/content/0/text").asText());
        }
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("M69: the client's accept-encoding ends here, and a packed answer is unpacked")
    void compressionEndsHere(String backend) {
        Gateway gateway = gateway(backend);
        for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
            HttpResponse<String> answer = gateway.post(request.replace(Gateway.MODEL, faulty(backend, "gzip")),
                    "accept-encoding", "gzip, deflate, br, zstd");
            assertEquals(200, answer.statusCode(), answer.body());
            assertNull(header(answer, "content-encoding"));
            assertTrue(answer.body().contains("Hi!"), answer.body());
            String asked = gateway.received().header("accept-encoding");
            assertFalse(asked != null && asked.contains("zstd"), asked);
        }
    }

    @ParameterizedTest
    @CsvSource({"DATABRICKS_INVOCATIONS,Basic dG9rZW46c2stdXBzdHJlYW0tMDEyMzQ1Njc4OQ==", "OPENROUTER_CHAT,Bearer "
            + Gateway.UPSTREAM_KEY,
        "LITELLM_OPENROUTER,Bearer " + Gateway.UPSTREAM_KEY})
    @DisplayName("M76: of the client's headers no credential and nothing of Anthropic's reaches a chat upstream")
    void onlyOurCredentialReachesTheUpstream(String backend, String credential) {
        Gateway gateway = gateway(backend);
        gateway.post(Gateway.PLAIN, "authorization", "Bearer sk-the-clients", "x-api-key", "sk-the-clients",
                "anthropic-beta", "context-1m-2025-08-07", "x-claude-code-session-id", "the-session", "x-stainless-lang",
                        "js");
        RecordedRequest sent = gateway.received();
        assertEquals(credential, String.join(" and ", sent.headers("authorization")));
        assertTrue(sent.headers().stream().noneMatch(header -> header.getValue().contains("sk-the-clients")
                || header.getKey().toLowerCase().matches("(anthropic|x-claude|x-stainless)-.*|x-api-key")),
                        sent.headers().toString());
        assertEquals(backend.equals("OPENROUTER_CHAT") ? "the-session" : null, sent.json().path("session_id").textValue());
    }

    /** A name for Sonnet 4.5 that a chat backend hands on with its fault. */
    static String faulty(String backend, String faults) {
        return (backend.startsWith("DATABRICKS") ? "databricks-claude-sonnet-4-5!" : "anthropic/claude-sonnet-4.5!")
                + faults;
    }
}
