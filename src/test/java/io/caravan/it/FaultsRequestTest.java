/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with the request itself: each gets a 4xx in the Messages format, fast, and the upstream never sees it. */
class FaultsRequestTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** A stack trace, a class name or a page: nothing of the kind leaves the gateway. */
    private static final Pattern INNARDS = Pattern.compile(
            "Exception|io\\.caravan|org\\.apache|io\\.vertx|java\\.|\\tat |<html|Caused by", Pattern.CASE_INSENSITIVE);

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void clear() {
        gateway.upstream(null);
    }

    @AfterEach
    void theUpstreamWasNotAsked() {
        assertEquals(0, gateway.simulator().requests().size());
    }

    /**
     * That a response is an error of the gateway's own making: its status, the Messages envelope, {@code request_id} as
     * in the header (E01), and nothing of its innards.
     */
    static JsonNode assertFault(HttpResponse<String> response, int status, String type) {
        String body = response.body();
        assertEquals(status, response.statusCode(), body);
        assertEquals("application/json", header(response, "content-type"));
        assertFalse(INNARDS.matcher(body).find(), body);
        assertNotNull(header(response, "x-correlation-id"));
        JsonNode fault = json(body);
        assertEquals("error", fault.path("type").asText(), body);
        assertEquals(type, fault.path("error").path("type").asText(), body);
        assertFalse(fault.path("error").path("message").asText().isBlank(), body);
        assertEquals(header(response, "request-id"), fault.path("request_id").asText());
        return fault;
    }

    /** The same, of a fault with exactly this message. */
    static void assertFault(HttpResponse<String> response, int status, String type, String message) {
        assertEquals(message, assertFault(response, status, type).path("error").path("message").asText());
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    // E33, E35
    static Stream<Arguments> unusableBodies() {
        return Stream.of(
                Arguments.of("", "The request body is empty; a JSON object is expected."),
                Arguments.of("hello", null),
                Arguments.of("{\"model\":\"m\"", null),
                Arguments.of("{\"model\":\"m\",}", null),
                Arguments.of("{\"model\":\"m\"}{}", "The request body holds more than one JSON value."),
                Arguments.of("{\"model\":\"m\",\"messages\":[{]}", null),
                Arguments.of("[]", "The request body must be a JSON object."),
                Arguments.of("\"text\"", "The request body must be a JSON object."),
                Arguments.of("42", "The request body must be a JSON object."),
                Arguments.of("null", "The request body must be a JSON object."),
                Arguments.of("{}", "model: Field required"),
                Arguments.of("{\"messages\":[]}", "model: Field required"),
                Arguments.of("{\"model\":42}", "model: Input should be a valid string"),
                Arguments.of("{\"model\":null}", "model: Input should be a valid string"),
                Arguments.of("{\"model\":[\"m\"]}", "model: Input should be a valid string"),
                Arguments.of("{\"model\":{\"model\":\"m\"}}", "model: Input should be a valid string"));
    }

    @ParameterizedTest
    @MethodSource("unusableBodies")
    void aBodyThatIsNoObjectWithAModelIsA400(String body, String message) {
        JsonNode fault = assertFault(gateway.post(body), 400, "invalid_request_error");
        if (message != null) {
            assertEquals(message, fault.path("error").path("message").asText());
        }
    }

    // E33: neither a stack overflow nor work on all of it: the first bracket too many is told before the end that is missing
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"model\":\"m\",\"a\": | The request body is nested too deeply, or holds a number that is too long.",
        "`` | The request body is nested too deeply, or holds a number that is too long.",
        "{\"a\":[ | The request body is nested too deeply, or holds a number that is too long."})
    void aMillionBracketsAreA400(String start, String message) {
        assertFault(gateway.post(start + "[".repeat(1_000_000)), 400, "invalid_request_error", message);
    }

    @Test
    void aBodyInAnotherEncodingThanUtf8IsA400() {
        byte[] body = Gateway.PLAIN.getBytes(StandardCharsets.UTF_16);
        HttpResponse<String> response = gateway.send(gateway.request(body).build(), HttpResponse.BodyHandlers.ofString());
        assertFault(response, 400, "invalid_request_error");
    }

    // E38
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "zstd", "x-unknown"})
    void aCompressedBodyIsA415ThatIsNotRepeated(String encoding) {
        HttpResponse<String> response = gateway.post(Gateway.PLAIN, "content-encoding", encoding);
        JsonNode fault = assertFault(response, 415, "invalid_request_error");
        assertTrue(fault.path("error").path("message").asText().startsWith("request_body_encoding_unsupported"));
        assertEquals("false", header(response, "x-should-retry"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"})
    void anotherContentTypeThanJsonIsA415(String type) {
        HttpRequest request = HttpRequest.newBuilder(gateway.url().resolve("/v1/messages"))
                .header("content-type", type).POST(HttpRequest.BodyPublishers.ofString(Gateway.PLAIN)).build();
        HttpResponse<String> response = gateway.send(request, HttpResponse.BodyHandlers.ofString());
        assertFault(response, 415, "invalid_request_error");
        assertEquals("false", header(response, "x-should-retry"));
    }

    // E34: OpenRouter's rows have none for "*"
    @Test
    void aModelThatNoRowKnowsIsA404() {
        try (Gateway openRouter = Gateway.start("OPENROUTER")) {
            for (String model : new String[] {"gpt-4o", "o1", "{{env:HOME}}", ""}) {
                HttpResponse<String> response = openRouter.post(Gateway.PLAIN.replace(Gateway.MODEL, model));
                assertFault(response, 404, "not_found_error", "model: " + model);
            }
            assertEquals(0, openRouter.simulator().requests().size());
        }
    }
}
