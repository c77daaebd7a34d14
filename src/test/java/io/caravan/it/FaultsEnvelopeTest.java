/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors in the envelopes of Databricks, OpenRouter and LiteLLM: unwrapped to their innermost words (R6, E01, E13). */
class FaultsEnvelopeTest {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpResponse<String> answered(int status, String body) {
        gateway.upstream((request, reply) -> {
            reply.status(status).header("content-type", "application/json");
            reply.send(body.getBytes(StandardCharsets.UTF_8));
            return true;
        });
        return gateway.post(Gateway.PLAIN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'error_code':'BAD_REQUEST','message':'prompt is too long: 1 > 0'}|prompt is too long: 1 > 0",
        "{'error_code':'BAD_REQUEST','message':'{#'message#':#'messages.1.x: Extra inputs are not permitted#'}'}|messages.1.x: Extra inputs are not permitted",
        "{'error_code':'BAD_REQUEST','message':'{#'error#':{#'type#':#'e#',#'message#':#'max_tokens: 9 > 8#'}}'}|max_tokens: 9 > 8",
        "{'error_code':'BAD_REQUEST','message':'Bad request: {#'message#':#'inner#'}'}|inner",
        "{'error_code':'BAD_REQUEST','message':'Bad request: json: unknown field #'inputs#''}|Bad request: json: unknown field \"inputs\"",
        "{'error':{'code':400,'message':'Provider returned {error'}}|Provider returned {error",
        "{'error':{'message':'litellm.BadRequestError: AnthropicException - {#'type#':#'error#',#'error#':{#'type#':#'x#',#'message#':#'deep#'}}','code':'400'}}|deep",
        "{'error':'plain text'}|plain text",
        "{'message':'only a message'}|only a message",
    })
    void theInnermostWordsReachTheClient(String body, String words) {
        String json = body.replace("#'", "\\\"").replace('\'', '"');
        for (int status : new int[] {400, 413, 422}) {
            assertFault(answered(status, json), status, status == 413 ? "request_too_large" : "invalid_request_error", words);
        }
    }

    // E13: the model by the name the client used, so that it says which one
    @ParameterizedTest
    @CsvSource({"RESOURCE_DOES_NOT_EXIST", "ENDPOINT_NOT_FOUND", "NOT_FOUND"})
    void aMissingEndpointIsAMissingModel(String code) {
        String body = "{\"error_code\":\"" + code + "\",\"message\":\"Endpoint databricks-claude-sonnet-4-5 of workspace 4711 does not exist\"}";
        assertFault(answered(404, body), 404, "not_found_error", "model: " + Gateway.MODEL
                + " (Endpoint databricks-claude-sonnet-4-5 of workspace 4711 does not exist)");
    }

    @ParameterizedTest
    @CsvSource({
        "400,BAD_REQUEST,400,invalid_request_error",
        "400,INVALID_PARAMETER_VALUE,400,invalid_request_error",
        "400,MALFORMED_REQUEST,400,invalid_request_error",
        "401,UNAUTHENTICATED,403,permission_error",
        "403,PERMISSION_DENIED,403,permission_error",
        "429,REQUEST_LIMIT_EXCEEDED,429,rate_limit_error",
        "429,RESOURCE_EXHAUSTED,429,rate_limit_error",
        "500,INTERNAL_ERROR,500,api_error",
        "503,TEMPORARILY_UNAVAILABLE,503,api_error",
        "504,DEADLINE_EXCEEDED,504,timeout_error"})
    void eachDatabricksCodeHasItsPlace(int status, String code, int shown, String type) {
        HttpResponse<String> response = answered(status, "{\"error_code\":\"" + code + "\",\"message\":\"words\"}");
        assertFault(response, shown, type);
        assertEquals(shown == 429 || shown == 503, header(response, "retry-after") != null);
        assertEquals(shown == 403 ? "false" : null, header(response, "x-should-retry"));
    }

    @Test
    void wordsNestedWithoutEndAreUnwrappedOnlySoFar() {
        String message = "end";
        for (int i = 0; i < 200; i++) {
            message = "{\\\"message\\\":\\\"x".repeat(1) + message;
        }
        assertFault(answered(400, "{\"message\":\"" + message + "\"}"), 400, "invalid_request_error");
        assertFault(answered(400, "{\"error\":" + "[".repeat(100_000)), 400, "invalid_request_error");
    }
}
