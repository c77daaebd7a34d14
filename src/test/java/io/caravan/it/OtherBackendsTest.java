/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.caravan.simulator.RecordedRequest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The byte lane of the backends that do not learn: what they get, and that a refusal passes at once. */
@DisplayName("OpenRouter, LiteLLM and Anthropic on the byte lane (1.1, 5.6, 5.7; M04, M54)")
class OtherBackendsTest {

    private static final String BODY = "{ \"model\": \"claude-sonnet-4-5\", \"safeguards\":[{}], \"unheard_of\":{\"x\": 1.0},\"max_tokens\":5 }";
    private static final String BETAS = "dangerous-tool-use-2026-09-03, unheard-of-2030-01-01";

    @ParameterizedTest
    @CsvSource({"OPENROUTER,/api/v1/messages,anthropic/claude-sonnet-4.5,true", "LITELLM_MESSAGES,/v1/messages,claude-sonnet-4-5,true",
        "ANTHROPIC,/v1/messages,claude-sonnet-4-5,false"})
    void getTheClientsBytes(String backend, String path, String model, boolean strips) {
        try (Gateway gateway = Gateway.start(backend)) {
            gateway.upstream((request, reply) -> {
                reply.status(400).header("content-type", "application/json").send(Wire.utf8("{\"type\":\"error\",\"error\":"
                        + "{\"type\":\"invalid_request_error\",\"message\":\"unheard_of: Extra inputs are not permitted\"}}"));
                return true;
            });
            assertEquals(400, gateway.post(BODY, "anthropic-beta", BETAS).statusCode());
            RecordedRequest received = gateway.received();
            assertEquals(path, received.target());
            String sent = BODY.replace("claude-sonnet-4-5", model);
            assertEquals(strips ? sent.replace(", \"safeguards\":[{}]", "") : sent, new String(received.body()));
            assertEquals(strips ? "unheard-of-2030-01-01" : BETAS, received.header("anthropic-beta"));
            assertEquals(1, gateway.simulator().requests().size(), "nothing is learned");
        }
    }
}
