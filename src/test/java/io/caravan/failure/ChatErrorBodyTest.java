/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatErrorBodyTest {

    // E48
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "401|authentication_error|wrong key|invalid_request_error|-|invalid_api_key",
        "402|billing_error|no money|insufficient_quota|-|insufficient_quota",
        "403|permission_error|no|permission_error|-|-",
        "404|not_found_error|model: m|invalid_request_error|model|model_not_found",
        "404|not_found_error|/v1/x not found|invalid_request_error|-|-",
        "429|rate_limit_error|slowly|rate_limit_error|-|rate_limit_exceeded",
        "400|policy_blocked|no|invalid_request_error|-|content_policy_violation",
        "400|invalid_request_error|messages.0.content: Field required|invalid_request_error|messages.0.content|-",
        "400|invalid_request_error|n: only 1 is supported|invalid_request_error|n|unsupported_value",
        "400|invalid_request_error|Error: what|invalid_request_error|-|-",
        "400|invalid_request_error|capability_rejected: image_block|invalid_request_error|-|-",
        "400|invalid_request_error|prompt is too long: 2 > 1 maximum|invalid_request_error|messages|context_length_exceeded",
        "413|request_too_large|Request too large (max 32MB)|invalid_request_error|-|-",
        "529|overloaded_error|n: x|server_error|-|-",
        "504|timeout_error|late|server_error|-|-",
    })
    void typesAndCodesAreThoseOfOpenAi(int status, String messagesType, String message, String type, String param,
            String code) throws Exception {
        var expected = Json.MAPPER.createObjectNode();
        expected.putObject("error").put("message", message).put("type", type).put("param", param).put("code", code);

        assertEquals(expected, Json.MAPPER.readTree(ChatErrorBody.of(status, messagesType, message)));
    }

    // E51
    @Test
    void anEventHoldsTheSameAndNoEndMark() {
        assertEquals("data: {\"error\":{\"message\":\"a\\nb\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n",
                new String(ChatErrorBody.event(500, "api_error", "a\nb"), StandardCharsets.UTF_8));
    }
}
