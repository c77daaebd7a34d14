/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A chat upstream that cannot be reached, or says nothing, as both kinds of clients see it. */
@DisplayName("connections of the converting lanes (E19, E20)")
class ConvertedConnectionTest {

    private static Gateway at(String backend, String url) {
        return Gateway.start(backend, "DATABRICKS_HOST=" + url, "OPENROUTER_API_BASE=" + url + "/api/v1",
                "LITELLM_BASE_URL=" + url, "ANTHROPIC_UPSTREAM_URL=" + url);
    }

    private static void assertFault(Lane lane, int status, String type, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"" + (lane.chatClient() ? "server_error" : type) + "\""), answer.body());
        assertFalse(answer.body().contains("127.0.0.1") || answer.body().contains(".invalid"), answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATABRICKS_INVOCATIONS", "OPENROUTER_CHAT", "LITELLM_OPENROUTER", "ANTHROPIC"})
    @DisplayName("E19: no connection, no host, no TLS")
    void noConnectionIsA503ThatMayBeRepeatedSoon(String backend) {
        for (String url : new String[] {"http://127.0.0.1:1", "https://no-such-host.invalid"}) {
            try (Gateway gateway = at(backend, url)) {
                for (boolean chatClient : new boolean[] {false, true}) {
                    Lane lane = new Lane(gateway, backend, chatClient);
                    for (boolean stream : new boolean[] {false, true}) {
                        HttpResponse<String> answer = lane.ask(stream);
                        assertFault(lane, 503, "api_error", answer);
                        int wait = Integer.parseInt(FaultsRequestTest.header(answer, "retry-after"));
                        assertTrue(wait >= 1 && wait <= 5, "" + wait);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DATABRICKS_INVOCATIONS", "OPENROUTER_CHAT", "LITELLM_OPENROUTER", "ANTHROPIC"})
    @DisplayName("E20: no answer within the limit")
    void noAnswerIsA504(String backend) {
        try (Gateway gateway = Gateway.start(backend, "DATABRICKS_TIMEOUT=400ms", "UPSTREAM_TIMEOUT=400ms",
                "LITELLM_TIMEOUT=400ms", "API_TIMEOUT_MS=700")) {
            for (boolean chatClient : new boolean[] {false, true}) {
                Lane lane = new Lane(gateway, backend, chatClient);
                lane.upstream((request, reply) -> {
                    reply.awaitPeerClose(Gateway.PATIENCE);
                    return true;
                });
                assertFault(lane, 504, "timeout_error", lane.ask(true));
                assertFault(lane, 504, "timeout_error", lane.ask(false));
            }
        }
    }
}
