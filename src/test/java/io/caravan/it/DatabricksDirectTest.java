/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1/databricks/…}: Databricks, though {@code PROXY_BACKEND} is another. */
@DisplayName("Databricks whatever PROXY_BACKEND is (3.4, 3.5)")
class DatabricksDirectTest {

    private static final String NATIVE = "/serving-endpoints/anthropic/v1/messages";
    private static final List<String> PATHS = List.of("/v1/databricks/messages", "/v1/databricks/messages/stream",
            "/v1/databricks/messages/claude-sonnet-4", "/v1/databricks/messages/claude-3-7-sonnet");
    private static Gateway gateway;
    private static Gateway invocations;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("OPENROUTER");
        invocations = Gateway.start("LITELLM_OPENROUTER", "DATABRICKS_API=invocations");
    }

    @AfterAll
    static void close() {
        gateway.close();
        invocations.close();
    }

    @BeforeEach
    void clear() {
        gateway.upstream(null);
        invocations.upstream(null);
    }

    private static HttpResponse<String> post(Gateway gateway, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.url().resolve(path)).timeout(Gateway.PATIENCE)
                .header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/databricks/messages,claude-sonnet-4-5,databricks-claude-sonnet-4-5",
        "/v1/databricks/messages,small,databricks-claude-3-7-sonnet",
        "/v1/databricks/messages,gpt-4o,databricks-claude-3-7-sonnet",
        "/v1/databricks/messages,'openrouter,databricks-mine',databricks-mine",
        "/v1/databricks/messages/stream,claude-sonnet-4-5,databricks-claude-sonnet-4-5",
        "/v1/databricks/messages/claude-sonnet-4,claude-opus-5-5,databricks-claude-sonnet-4",
        "/v1/databricks/messages/claude-3-7-sonnet,gpt-4o,databricks-claude-3-7-sonnet"})
    void databricksIsAskedForTheModelOrTheEndpoint(String path, String model, String endpoint) {
        boolean stream = path.endsWith("/stream");
        for (Gateway asked : new Gateway[] {gateway, invocations}) {
            HttpResponse<String> answer = post(asked, path, Gateway.PLAIN.replace(Gateway.MODEL, model));
            assertEquals(200, answer.statusCode(), answer.body());
            JsonNode message = stream ? StreamedMessage.of(answer.body()) : json(answer.body());
            assertEquals(model, message.path("model").asText());
            assertEquals("Hi! You said: say hi", message.at("/content/0/text").asText());
            RecordedRequest sent = asked.received();
            boolean chat = asked == invocations;
            assertEquals(chat ? "/serving-endpoints/" + endpoint + "/invocations" : NATIVE, sent.target());
            assertEquals(chat ? null : endpoint, sent.json().path("model").textValue());
            assertTrue(sent.header("authorization").startsWith("Basic "), sent.header("authorization"));
        }
    }

    // 3.5: forced on, wherever the request says otherwise or nothing; the rest of it stays as it was
    @ParameterizedTest
    @ValueSource(strings = {"", ",\"stream\":false", ", \"stream\" : null", ",\"stream\":true", ",\"stream\":\"no\""})
    void theStreamIsForced(String wish) {
        String body = "{\"model\":\"big\",\"max_tokens\":5 ,\"messages\":[{\"role\":\"user\",\"content\":\"say hi\"}]"
                + wish + "}";
        for (Gateway asked : new Gateway[] {gateway, invocations}) {
            HttpResponse<String> answer = post(asked, "/v1/databricks/messages/stream", body);
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("text/event-stream; charset=utf-8", header(answer, "content-type"));
            assertEquals("big", StreamedMessage.of(answer.body()).path("model").asText());
            JsonNode sent = asked.received().json();
            assertEquals("true", sent.path("stream").toString());
            assertEquals(5, sent.path("max_tokens").asInt());
        }
    }

    @Test
    void theOtherPathsStreamWhereTheRequestAsksForIt() {
        for (String path : PATHS) {
            StreamedMessage.of(post(gateway, path, Gateway.STREAM).body());
        }
    }

    @Test
    void withoutItsSettingsItIsA503ForGood() {
        try (Gateway without = Gateway.start("OPENROUTER", "DATABRICKS_HOST=", "PROXY_API_KEYS=sk-client-0123456789")) {
            for (String path : PATHS) {
                assertFault(post(without, path, Gateway.PLAIN), 401, "authentication_error");
                HttpResponse<String> answer = post(without, path, Gateway.PLAIN, "x-api-key", "sk-client-0123456789");
                assertFault(answer, 503, "api_error", "Azure Databricks backend not enabled");
                assertEquals("false", header(answer, "x-should-retry"));
            }
            HttpResponse<String> models = ProbesTest.ask(without, "GET", "/v1/databricks/models", "x-api-key",
                    "sk-client-0123456789");
            assertFault(models, 503, "api_error", "Azure Databricks backend not enabled");
            assertEquals(List.of(), without.simulator().requests());
        }
    }

    // 3.4: they were served there by mistake
    @ParameterizedTest
    @ValueSource(strings = {"/v1/databricks/claude-sonnet-4", "/v1/databricks/claude-3-7-sonnet"})
    void theEndpointsAreNotServedBesideTheMessages(String path) {
        assertFault(post(gateway, path, Gateway.PLAIN), 404, "not_found_error");
    }

    @Test
    void anotherMethodIsA405() {
        for (String path : PATHS) {
            HttpResponse<String> answer = ProbesTest.ask(gateway, "GET", path);
            assertFault(answer, 405, "invalid_request_error");
            assertEquals("POST", header(answer, "allow"));
        }
    }

    @Test
    void whatIsNoRequestIsA400() {
        for (String path : PATHS) {
            assertFault(post(gateway, path, "[]"), 400, "invalid_request_error");
            assertFault(post(gateway, path, "{\"messages\":[]}"), 400, "invalid_request_error", "model: Field required");
        }
    }

    // 1.6: OpenRouter is the backend itself, so nothing stands behind Databricks here
    @Test
    void itsFailureIsTheAnswer() {
        gateway.upstream((request, reply) -> {
            reply.status(503).send(new byte[0]);
            return true;
        });
        assertFault(post(gateway, "/v1/databricks/messages", Gateway.PLAIN), 503, "api_error");
        assertEquals(1, gateway.simulator().requests().size());
    }
}
