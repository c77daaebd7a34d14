/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Json;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream's status becomes in the converting lanes, in the envelope of the client's format. */
@DisplayName("errors in the converting lane (E01, E03-E07, E11, E13-E15b, E44, E48, E52)")
class ConvertedErrorsTest {

    private static final String LEAK = "key " + Gateway.UPSTREAM_KEY + " at https://adb-4711.azuredatabricks.net";

    private static Map<String, Gateway> gateways;

    @BeforeAll
    static void start() {
        gateways = Lane.start("PROXY_LEARNED_FOR=1s");
    }

    @AfterAll
    static void close() {
        gateways.values().forEach(Gateway::close);
    }

    static Stream<Named<Lane>> lanes() {
        return Lane.all(gateways);
    }

    /** An error answer as this upstream's dialect spells it. */
    private static String body(Lane lane, int status, String type, String code, String message) {
        String words = Json.MAPPER.createObjectNode().put("message", message).toString();
        String anthropic = "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\"," + words.substring(1) + "}";
        return switch (lane.backend()) {
            case "DATABRICKS_INVOCATIONS" -> Json.MAPPER.createObjectNode().put("error_code", code).put("message", words).toString();
            case "OPENROUTER_CHAT" -> "{\"error\":{\"code\":" + status + ",\"metadata\":{\"error_type\":\"" + type + "\"},"
                    + words.substring(1) + "}";
            case "LITELLM_OPENROUTER" -> Json.MAPPER.createObjectNode().set("error", Json.MAPPER.createObjectNode()
                    .put("message", "litellm.APIError: AnthropicException - " + anthropic).put("type", "None")
                    .putNull("param").put("code", "" + status)).toString();
            default -> anthropic;
        };
    }

    private static HttpResponse<String> answered(Lane lane, boolean stream, int status, String body, String... headers) {
        lane.upstream((request, reply) -> {
            reply.status(status).header("content-type", "application/json");
            for (int i = 0; i < headers.length; i += 2) {
                reply.header(headers[i], headers[i + 1]);
            }
            reply.send(Wire.utf8(body));
            return true;
        });
        return lane.ask(stream);
    }

    /** Asserts status and envelope, and gives what stands under {@code error}. */
    private static JsonNode assertError(Lane lane, int status, String type, String chatType, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals("application/json", FaultsRequestTest.header(answer, "content-type"));
        JsonNode root = FaultsRequestTest.json(answer.body());
        JsonNode error = root.path("error");
        if (lane.chatClient()) {
            assertTrue(root.size() == 1 && error.has("message") && error.has("param") && error.has("code"), answer.body());
            assertEquals(chatType, error.path("type").asText(), answer.body());
        } else {
            FaultsRequestTest.assertFault(answer, status, type);
        }
        return error;
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("E01, E48: each row has its status and type in the client's envelope")
    void eachErrorHasItsPlace(Lane lane) {
        Object[][] rows = {
            {400, "invalid_request_error", "BAD_REQUEST", 400, "invalid_request_error", "invalid_request_error"},
            {401, "authentication_error", "UNAUTHENTICATED", 403, "permission_error", "permission_error"},
            {403, "permission_error", "PERMISSION_DENIED", 403, "permission_error", "permission_error"},
            {404, "not_found_error", "RESOURCE_DOES_NOT_EXIST", 404, "not_found_error", "invalid_request_error"},
            {413, "request_too_large", "BAD_REQUEST", 413, "request_too_large", "invalid_request_error"},
            {429, "rate_limit_error", "REQUEST_LIMIT_EXCEEDED", 429, "rate_limit_error", "rate_limit_error"},
            {500, "api_error", "INTERNAL_ERROR", 500, "api_error", "server_error"},
            {503, "api_error", "TEMPORARILY_UNAVAILABLE", 503, "api_error", "server_error"},
            {529, "overloaded_error", "TEMPORARILY_UNAVAILABLE", 503, "api_error", "server_error"},
            {504, "timeout_error", "DEADLINE_EXCEEDED", 504, "timeout_error", "server_error"}};
        for (Object[] row : rows) {
            int status = (int) row[0];
            int shown = (int) row[3];
            for (boolean stream : new boolean[] {true, false}) {
                String leak = status == 400 || status == 413 ? "the words" : LEAK;
                HttpResponse<String> answer = answered(lane, stream, status, body(lane, status, (String) row[1], (String) row[2], leak));
                JsonNode error = assertError(lane, shown, (String) row[4], (String) row[5], answer);
                assertEquals(shown == 429 || shown == 503, FaultsRequestTest.header(answer, "retry-after") != null);
                assertEquals(shown == 403 ? "false" : null, FaultsRequestTest.header(answer, "x-should-retry"));
                String all = answer.body() + answer.headers().map();
                assertFalse(all.contains(Gateway.UPSTREAM_KEY) || all.contains("azuredatabricks"), all);
                assertFalse(error.path("message").asText().isBlank());
                if (status == 400 || status == 413) {
                    assertEquals("the words", error.path("message").asText());
                }
                if (status == 404) {
                    String words = error.path("message").asText();
                    assertTrue(words.startsWith("model: " + Gateway.MODEL + " ("), words);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("E03, E05, E07: the words that clients match arrive as they are")
    void theWordsOfARefusalArrive(Lane lane) {
        for (String words : List.of("prompt is too long: 210000 tokens > 200000 maximum",
                "messages.1.content.0: Invalid `signature` in `thinking` block",
                "Unexpected value(s) `x-2026` for the `anthropic-beta` header")) {
            HttpResponse<String> answer = answered(lane, true, 400, body(lane, 400, "invalid_request_error", "BAD_REQUEST", words));
            JsonNode error = assertError(lane, 400, "invalid_request_error", "invalid_request_error", answer);
            assertEquals(words, error.path("message").asText());
        }
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("E14, E15b, E15: retry-after in whole seconds, uncapped, added where there is none; E52: x-should-retry")
    void whenToComeAgainIsSaid(Lane lane) {
        String body = body(lane, 429, "rate_limit_error", "REQUEST_LIMIT_EXCEEDED", "slow down");
        assertEquals("2", FaultsRequestTest.header(answered(lane, true, 429, body, "retry-after", "2"), "retry-after"));
        assertEquals("3600", FaultsRequestTest.header(answered(lane, true, 429, body, "retry-after", "3600"), "retry-after"));
        assertEquals("5", FaultsRequestTest.header(answered(lane, false, 429, body), "retry-after"));
        for (String word : List.of("true", "false")) {
            assertEquals(word, FaultsRequestTest.header(answered(lane, true, 429, body, "x-should-retry", word), "x-should-retry"));
            assertEquals(word, FaultsRequestTest.header(answered(lane, true, 503, "", "x-should-retry", word), "x-should-retry"));
        }
        assertEquals("30", FaultsRequestTest.header(answered(lane, true, 503, "", "retry-after", "3600"), "retry-after"));
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void aPageOrNothingGetsOurWords(Lane lane) {
        for (String body : List.of("", "<html>ray zz-4711</html>", "[]", "{}", "{\"error\":{}}", "{\"error\":[")) {
            for (int status : new int[] {400, 500, 503}) {
                HttpResponse<String> answer = answered(lane, true, status, body);
                String type = status == 400 ? "invalid_request_error" : "api_error";
                JsonNode error = assertError(lane, status, type, status == 400 ? type : "server_error", answer);
                assertTrue(error.path("message").asText().startsWith("The upstream"), answer.body());
                assertFalse(answer.body().contains("zz-4711"), answer.body());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("E04 and E44 as OpenRouter says it")
    void openRoutersErrorTypesMeanMore(boolean chatClient) {
        Lane lane = new Lane(gateways.get("OPENROUTER_CHAT"), "OPENROUTER_CHAT", chatClient);
        JsonNode tooLong = assertError(lane, 400, "invalid_request_error", "invalid_request_error", answered(lane, true, 400,
                body(lane, 400, "context_length_exceeded", "", "This endpoint's maximum context length is 200000 tokens."
                        + " However, you requested about 210000 tokens.")));
        if (lane.chatClient()) {
            assertTrue(tooLong.path("message").asText().contains("200000"), tooLong.toString());
        } else {
            assertEquals("prompt is too long: 210000 tokens > 200000 maximum", tooLong.path("message").asText());
        }
        HttpResponse<String> blocked = answered(lane, true, 403, body(lane, 403, "content_policy_violation", "", "flagged"));
        assertError(lane, 400, "policy_blocked", "invalid_request_error", blocked);
        assertEquals("false", FaultsRequestTest.header(blocked, "x-should-retry"));
    }
}
