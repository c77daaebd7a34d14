/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.CountTokensTest.count;
import static io.caravan.it.CountTokensTest.tokens;
import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens are counted by the upstream where it can; where it cannot or fails, there is an estimate. */
@DisplayName("counting tokens by the upstream (3.2; M70, E42)")
class CountTokensUpstreamTest {

    private static final String KEY = "sk-client-0123456789";
    private static final String BODY = "{\"model\":\"claude-sonnet-4-5\", \"messages\":[{\"role\":\"user\","
            + "\"content\":\"foo\"}],\"tools\":[]}";
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("ANTHROPIC", "PROXY_API_KEYS=" + KEY, "ANTHROPIC_STRIP=unwanted,beta:unwanted-*");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    @BeforeEach
    void clear() {
        gateway.upstream(null);
    }

    private static HttpResponse<String> ask(String body, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "x-api-key";
        all[1] = KEY;
        return count(gateway, body, all);
    }

    private static void answer(int status, String type, String body) {
        gateway.upstream((request, reply) -> {
            reply.status(status).header("content-type", type).send(Wire.utf8(body));
            return true;
        });
    }

    @Test
    void anthropicGetsTheRequestAsItWasWithOurKey() {
        HttpResponse<String> answer = ask(BODY.replace("\"tools\"", "\"unwanted\":1,\"tools\""), "anthropic-beta",
                "token-counting-2024-11-01,unwanted-1,effort-2025-11-24");
        assertEquals(BODY.length() / 4, tokens(answer, "exact"));
        assertEquals("application/json", header(answer, "content-type"));
        assertEquals("req_sim", header(answer, "request-id").substring(0, 7));
        RecordedRequest sent = gateway.received();
        assertEquals("/v1/messages/count_tokens?beta=true", sent.target());
        assertEquals(BODY, new String(sent.body()));
        assertEquals(Gateway.UPSTREAM_KEY, sent.header("x-api-key"));
        assertEquals("token-counting-2024-11-01,effort-2025-11-24", sent.header("anthropic-beta"));
        assertFalse(sent.headers().toString().contains(KEY));
    }

    @Test
    void itIsGuardedByTheKeys() {
        HttpResponse<String> refused = count(gateway, BODY);
        assertFault(refused, 401, "authentication_error");
        assertEquals("false", header(refused, "x-should-retry"));
        assertTrue(gateway.simulator().requests().isEmpty());
    }

    @Test
    void liteLlmCountsByItself() {
        try (Gateway liteLlm = Gateway.start("LITELLM_MESSAGES")) {
            assertEquals(BODY.length() / 4, tokens(count(liteLlm, BODY), "exact"));
            RecordedRequest sent = liteLlm.received();
            assertEquals("/v1/messages/count_tokens?beta=true", sent.target());
            assertEquals("Bearer " + Gateway.UPSTREAM_KEY, sent.header("authorization"));
        }
    }

    @Test
    void databricksIsAskedOnceAndNeverAgainForWhatItHasNot() {
        try (Gateway databricks = Gateway.start("AZURE_DATABRICKS")) {
            for (int i = 0; i < 5; i++) {
                assertTrue(tokens(count(databricks, BODY), "estimated") > 0);
            }
            assertEquals(1, databricks.simulator().requests().size());
            RecordedRequest sent = databricks.received();
            assertEquals("/serving-endpoints/anthropic/v1/messages/count_tokens?beta=true", sent.target());
            assertEquals("databricks-claude-sonnet-4-5", sent.json().path("model").asText());
            assertEquals(200, databricks.post(Gateway.PLAIN).statusCode());
        }
    }

    @Test
    void databricksMayLearnToCount() {
        try (Gateway databricks = Gateway.start("AZURE_DATABRICKS")) {
            databricks.upstream((request, reply) -> {
                reply.header("content-type", "application/json").send(Wire.utf8("{\"input_tokens\":4711}"));
                return true;
            });
            assertEquals(4711, tokens(count(databricks, BODY), "exact"));
            assertEquals(4711, tokens(count(databricks, BODY), "exact"));
            assertEquals(2, databricks.simulator().requests().size());
        }
    }

    // a failure of counting is no failure of the request, and says nothing about the next one
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "500 | application/json | {}", "429 | application/json | {\"error\":{\"message\":\"busy\"}}",
                "401 | application/json | {}",
        "200 | text/html | <html>", "200 | application/json | {\"input_tokens\":0}",
                "200 | application/json | {\"input_tokens\":\"7\"}",
        "200 | application/json | {\"input_tok", "200 | application/json | ''", "400 | text/html | <html>",
                "302 | text/html | ''"})
    void whatIsNoCountIsEstimated(int status, String type, String body) {
        answer(status, type, body);
        assertTrue(tokens(ask(BODY), "estimated") > 0);
        gateway.upstream(null);
        assertEquals(BODY.length() / 4, tokens(ask(BODY), "exact"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "close", "reset in the body", "close in the body"})
    void aBrokenConnectionIsEstimated(String how) {
        gateway.upstream((request, reply) -> {
            if (how.contains("body")) {
                reply.header("content-type", "application/json").header("content-length", "50").bytes(Wire.utf8("{\"input"));
            }
            if (how.startsWith("reset")) {
                reply.reset();
            } else {
                reply.closeSocket();
            }
            return true;
        });
        assertTrue(tokens(ask(BODY), "estimated") > 0);
    }

    @Test
    void anUpstreamThatIsNotThereIsEstimated() {
        try (Gateway alone = Gateway.start("LITELLM_MESSAGES", "LITELLM_BASE_URL=http://127.0.0.1:1")) {
            assertTrue(tokens(count(alone, BODY), "estimated") > 0);
        }
        try (Gateway unset = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_TOKEN=")) {
            assertTrue(tokens(count(unset, BODY), "estimated") > 0);
            assertTrue(unset.simulator().requests().isEmpty());
        }
    }

    // what is wrong with the request is the client's to know
    @Test
    void aRefusalIsTheClients() {
        String refusal = "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                + "\"messages.0.role: Input should be 'user' or 'assistant'\"}}";
        answer(400, "application/json", refusal);
        HttpResponse<String> response = ask(BODY);
        assertEquals(400, response.statusCode());
        assertEquals(refusal, response.body());
    }

    // 501: not there, for an hour
    @ParameterizedTest
    @ValueSource(ints = {404, 405, 501})
    void whoeverSaysItCannotCountIsLeftAlone(int status) {
        try (Gateway liteLlm = Gateway.start("LITELLM_MESSAGES")) {
            liteLlm.upstream((request, reply) -> {
                reply.status(status).send(new byte[0]);
                return true;
            });
            for (int i = 0; i < 3; i++) {
                assertTrue(tokens(count(liteLlm, BODY), "estimated") > 0);
            }
            assertEquals(1, liteLlm.simulator().requests().size());
        }
    }
}
