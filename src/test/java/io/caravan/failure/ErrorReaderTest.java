/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.caravan.format.WireFormat;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** E01: what each error of an upstream means, in every envelope. */
class ErrorReaderTest {

    private static final WireFormat.Pair CONVERTED = new WireFormat.Pair(WireFormat.MESSAGES, WireFormat.CHAT);

    @ParameterizedTest
    @CsvSource({
            "400, BAD_REQUEST, 400, invalid_request_error, x.y: no",
            "400, INVALID_PARAMETER_VALUE, 400, invalid_request_error, x.y: no",
            "413, BAD_REQUEST, 413, request_too_large, x.y: no",
            "401, UNAUTHENTICATED, 403, permission_error, The upstream refused the gateway's credential; its operator"
                    + " must check it.",
            "403, PERMISSION_DENIED, 403, permission_error, The upstream refused the gateway's credential; its"
                    + " operator must check it.",
            "404, RESOURCE_DOES_NOT_EXIST, 404, not_found_error, model: claude-alias (… no)",
            "400, ENDPOINT_NOT_FOUND, 404, not_found_error, model: claude-alias (… no)",
            "429, REQUEST_LIMIT_EXCEEDED, 429, rate_limit_error, … no",
            "200, REQUEST_LIMIT_EXCEEDED, 429, rate_limit_error, … no",
            "503, TEMPORARILY_UNAVAILABLE, 503, api_error, … no",
            "504, DEADLINE_EXCEEDED, 504, timeout_error, … no",
            "500, INTERNAL_ERROR, 500, api_error, … no",
            "502, SOMETHING_NEW, 500, api_error, … no",
            "200, SOMETHING_NEW, 500, api_error, … no"})
    void databricks(int http, String code, int status, String type, String message) {
        check(status, type, message, http, "{\"error_code\":\"" + code + "\",\"message\":\"{\\\"message\\\":\\\"x.y:"
                + " no\\\"}\"}");
    }

    @ParameterizedTest
    @CsvSource({"400, 400, invalid_request_error", "401, 403, permission_error", "402, 402, billing_error",
            "403, 403, permission_error", "404, 404, not_found_error", "408, 408, timeout_error", "413, 413,"
                    + " request_too_large",
            "422, 400, invalid_request_error", "424, 500, api_error",
            "429, 429, rate_limit_error", "502, 500, api_error", "503, 503, api_error", "529, 503, api_error"})
    void openRouterByItsCodeOverHttpOrInside(int code, int status, String type) {
        for (int http : new int[] {code, 200}) {
            Failure error = read(http, "{\"error\":{\"code\":" + code + ",\"message\":\"no\"}}");
            assertEquals(status + type, error.status() + error.type());
        }
    }

    @Test
    void openRoutersErrorTypeSaysMore() {
        check(503, "api_error", "Busy", 200, openRouter(502, "Busy", "\"error_type\":\"provider_overloaded\""));
        check(400, "pol"
                + "icy_blocked", "Flagged", 403, openRouter(403, "Flagged", "\"error_type\":\"content_policy_violation\""));
        check(400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum", 400,
                openRouter(400, "This endpoint's maximum context length is 200,000 tokens. However, you requested"
                        + " about 250000 tokens"
                        + " (240000 of text input, 10000 in the output).", "\"error_type\":\"context_length_exceeded\""));
        check(400, "invalid_request_error", "prompt is too long", 400, "{\"error\":{\"code\":\"context_length_exceeded\"}}");
    }

    @Test
    void whatAProviderSaidIsFoundInOpenRoutersRawText() {
        check(400, "invalid_request_error", "max_tokens: 128000 > 64000", 400, openRouter(400, "Provider returned error",
                "\"raw\":\"{\\\"type\\\":\\\"error\\\",\\\"error\\\":{\\\"type\\\":\\\"invalid_request_error\\\""
                        + ",\\\"message\\\":"
                        + "\\\"max_tokens: 128000 > 64000\\\"}}\",\"provider_name\":\"Anthropic\""));
    }

    @Test
    void liteLlmsEmbeddedErrorWins() {
        check(400, "invalid_request_error", "prompt is too long: 201000 tokens > 200000 maximum", 400,
                liteLlm("invalid_request_error", "prompt is too long: 201000 tokens > 200000 maximum", "400"));
        check(400, "invalid_request_error", "output_config: Extra inputs are not permitted", 500,
                liteLlm("invalid_request_error", "output_config: Extra inputs are not permitted", "500"));
        check(503, "api_error", "Overloaded", 200, liteLlm("overloaded_error", "Overloaded", "500"));
    }

    @Test
    void aBodyThatSaysNoMoreThanApiErrorLeavesTheStatusToHttp() {
        check(503, "api_error", "no", 503, liteLlm("api_error", "no", "500"));
        check(504, "timeout_error", "no", 504, openRouter(500, "no", "\"error_type\":\"api_error\""));
    }

    @Test
    void whatCannotBeReadKeepsItsStatus() {
        for (String body : new String[] {"", "<html>bad gateway at"
                + " internal-7.example.org</html>", "[]", "null", "{\"error\":5}"}) {
            check(500, "api_error", "The upstream failed: 500.", 502, body);
            check(503, "api_error", "The upstream failed: 503.", 503, body);
            check(400, "invalid_request_error", "The upstream refused the request: 400.", 400, body);
            check(404, "not_found_error", "The upstream refused the request: 404.", 404, body);
            check(500, "api_error", "The upstream failed: 500.", 200, body);
        }
    }

    @Test
    void noHostAndNoAccountIsTold() {
        String message = read(429, "{\"error\":{\"message\":\"Limit of arn:aws:x and adb-1234567890.azure.example.net for"
                + " me@example.org, see https://example.org in 5 s\"}}").getMessage();
        assertEquals("Limit of … and … for … see … in 5 s", message);
    }

    @Test
    void anythingCanBeAnErrorBody() {
        for (String part : new String[] {"nul"
                + "l", "5", "\"x\"", "[]", "{}", "[{}]", "\"{\"", "\"{}\"", "\"{\\\"error\\\":{}}\""}) {
            for (String body : new String[] {"{\"error\":%s}", "{\"message\":%s}", "{\"error\":{\"message\":%s"
                    + ",\"code\":%s,\"type\":%s}}",
                    "{\"error\":{\"metadata\":%s}}", "{\"error\":{\"metadata\":"
                            + "{\"raw\":%s}}}", "{\"error_code\":%s}", "[%s]"}) {
                assertFalse(read(400, body.replace("%s", part)).getMessage().isEmpty());
            }
        }
    }

    private static String openRouter(int code, String message, String metadata) {
        return "{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\",\"metadata\":{" + metadata + "}}}";
    }

    private static String liteLlm(String type, String message, String code) {
        String inner = "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"" + message + "\"}}";
        return Json.MAPPER.createObjectNode().set("error", Json.MAPPER.createObjectNode()
                .put("message", "litellm.APIError: AnthropicException - " + inner + ". Received Model Group=x")
                .put("type", "None").put("code", code)).toString();
    }

    private static void check(int status, String type, String message, int http, String body) {
        Failure error = read(http, body);
        assertEquals(status + " " + type + " " + message,
                error.status() + " " + error.type() + " " + error.getMessage(), body);
    }

    private static Failure read(int status, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return status < 400 ? ErrorReader.inside(bytes, "claude-alias")
                : ErrorReader.answer(status, bytes, CONVERTED, "claude-alias");
    }
}
