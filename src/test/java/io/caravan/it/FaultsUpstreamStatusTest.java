/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream's status becomes for the client, streamed or not (rules 6 to 8, P10, E01, E03, E05, E07). */
class FaultsUpstreamStatusTest {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("LITELLM_MESSAGES");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Lets the upstream answer so, and asks; {@code headers} are names and values in turn. */
    private static HttpResponse<String> answered(boolean stream, int status, String body, String... headers) {
        gateway.upstream((request, reply) -> {
            reply.status(status);
            boolean typed = false;
            for (int i = 0; i < headers.length; i += 2) {
                reply.header(headers[i], headers[i + 1]);
                typed |= headers[i].equals("content-type");
            }
            if (!typed) {
                reply.header("content-type", "application/json");
            }
            reply.send(body.getBytes(StandardCharsets.UTF_8));
            return true;
        });
        HttpResponse<String> response = gateway.post(stream ? Gateway.STREAM : Gateway.PLAIN);
        assertEquals(1, gateway.simulator().requests().size(), "asked once, no silent retry");
        return response;
    }

    private static String error(String type, String message) {
        return "{\n  \"type\" : \"error\", \"error\":{\"message\":\"" + message + "\",\"type\":\"" + type
                + "\",\"details\":{\"error_code\":\"x\"}},\"extra\":[1, 2.50, \"\\u00e9é\"] }\n";
    }

    // P10, rule 6, E03, E05, E07: the words and the very bytes of what the client's healing matches
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "400|invalid_request_error|prompt is too long: 210000 tokens > 200000 maximum",
        "400|invalid_request_error|messages.1.content.0: Invalid `signature` in `thinking` block",
        "400|invalid_request_error|Unexpected value(s) `x` for the `anthropic-beta` header",
        "400|invalid_request_error|context_management: Extra inputs are not permitted",
        "402|billing_error|Your credit balance is too low",
        "404|not_found_error|model: claude-9",
        "408|timeout_error|too slow",
        "409|conflict_error|conflict",
        "413|request_too_large|Request exceeds the maximum size",
        "422|invalid_request_error|unprocessable",
        "429|rate_limit_error|slow down",
    })
    void anErrorOfTheMessagesFormatPassesByteForByte(int status, String type, String message) {
        for (boolean stream : new boolean[] {true, false}) {
            String body = error(type, message);
            HttpResponse<String> response = answered(stream, status, body, "request-id", "req_up1");
            assertEquals(status, response.statusCode());
            assertArrayEquals(body.getBytes(StandardCharsets.UTF_8), response.body().getBytes(StandardCharsets.UTF_8));
            assertEquals("application/json", header(response, "content-type"));
            assertEquals("req_up1", header(response, "request-id"));
        }
    }

    // E11, rule 7: whose credential it was is the operator's business alone
    @ParameterizedTest
    @CsvSource({"401,authentication_error", "403,permission_error"})
    void aRefusedCredentialOfOursIsA403ThatIsNotRepeated(int status, String type) {
        String leak = error(type, "key " + Gateway.UPSTREAM_KEY + " of org-4711 at https://adb-1.azuredatabricks.net is bad");
        HttpResponse<String> response = answered(true, status, leak, "x-should-retry", "true", "www-authenticate", "Bearer realm=org-4711");
        assertFault(response, 403, "permission_error");
        assertEquals("false", header(response, "x-should-retry"));
        String all = response.body() + response.headers().map();
        assertFalse(all.contains(Gateway.UPSTREAM_KEY) || all.contains("4711") || all.contains("adb-1"), all);
    }

    // rule 8, E17b: 529 and overloaded_error would end a turn in two seconds; P10: 5xx get our envelope
    @ParameterizedTest
    @CsvSource({"500,500,api_error", "502,502,api_error", "503,503,api_error", "504,504,timeout_error", "529,503,api_error",
        "501,500,api_error", "520,500,api_error", "599,500,api_error"})
    void anOutageGetsOurEnvelopeAndNeverSaysOverloaded(int status, int shown, String type) {
        for (String body : new String[] {error("overloaded_error", "secret innards"), "<html>secret innards</html>", ""}) {
            HttpResponse<String> response = answered(body.isEmpty(), status, body);
            assertFault(response, shown, type, "The upstream (litellm) failed: " + status + ".");
            String wait = header(response, "retry-after");
            assertEquals(shown == 503, wait != null);
            assertTrue(wait == null || Integer.parseInt(wait) >= 1 && Integer.parseInt(wait) <= 30, wait);
        }
    }

    @ParameterizedTest
    @CsvSource({"503,3,3", "503,30,30", "503,31,30", "503,3600,30", "503,999999999,30", "503,soon,5", "503,-1,5", "503,2.2,3", "529,7,7"})
    void anOutageIsToBeWaitedForAtMost30Seconds(int status, String given, String shown) {
        assertEquals(shown, header(answered(true, status, "{}", "retry-after", given), "retry-after"));
    }

    // E14, E15, E15b, 4.4: whole seconds, uncapped; one is added where the upstream gave none
    @ParameterizedTest
    @CsvSource({"2,2", "3600,3600", "86400,86400", "0,0", "1.5,2", "later,5"})
    void the429sRetryAfterPassesInWholeSeconds(String given, String shown) {
        HttpResponse<String> response = answered(true, 429, error("rate_limit_error", "slow"), "retry-after", given);
        assertEquals(429, response.statusCode());
        assertEquals(shown, header(response, "retry-after"));
    }

    @Test
    void a429WithoutRetryAfterGetsOne() {
        int wait = Integer.parseInt(header(answered(false, 429, "{}"), "retry-after"));
        assertTrue(wait >= 1 && wait <= 30, "" + wait);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aDateBecomesSeconds(int status) {
        String date = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(20).format(DateTimeFormatter.RFC_1123_DATE_TIME);
        int wait = Integer.parseInt(header(answered(true, status, "{}", "retry-after", date), "retry-after"));
        assertTrue(wait >= 15 && wait <= 20, "" + wait);
        String past = ZonedDateTime.now(ZoneOffset.UTC).minusDays(2).format(DateTimeFormatter.RFC_1123_DATE_TIME);
        assertEquals("0", header(answered(true, status, "{}", "retry-after", past), "retry-after"));
    }

    // E52
    @ParameterizedTest
    @CsvSource({"400,false", "400,true", "404,false", "408,true", "409,false", "429,false", "429,true", "500,false", "503,true", "503,false", "529,false"})
    void theUpstreamsWordOnRetryingPasses(int status, String word) {
        HttpResponse<String> response = answered(true, status, error("api_error", "x"), "x-should-retry", word);
        assertEquals(word, header(response, "x-should-retry"));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 429, 500, 503})
    void withoutAWordThereIsNone(int status) {
        assertNull(header(answered(true, status, error("api_error", "x")), "x-should-retry"));
    }

    // P10: "our secrets masked"; in every field of whatever envelope
    @ParameterizedTest
    @ValueSource(ints = {400, 404, 413, 422, 429})
    void ourSecretIsMaskedWhereTheUpstreamRepeatsIt(int status) {
        for (String body : new String[] {error("invalid_request_error", "bad key " + Gateway.UPSTREAM_KEY),
            "{\"message\":\"bad key " + Gateway.UPSTREAM_KEY + "\"}",
            "{\"error\":\"bad key " + Gateway.UPSTREAM_KEY + "\"}"}) {
            HttpResponse<String> response = answered(false, status, body, "x-echo", Gateway.UPSTREAM_KEY);
            assertEquals(status, response.statusCode());
            assertTrue(response.body().contains("bad key ***"), response.body());
            assertFalse((response.body() + response.headers().map()).contains(Gateway.UPSTREAM_KEY));
        }
    }

    // E01: a body that says nothing: the status is kept, the type goes by it, the words are ours
    @ParameterizedTest
    @CsvSource({"400,invalid_request_error", "402,billing_error", "408,timeout_error", "409,conflict_error", "413,request_too_large", "418,invalid_request_error", "422,invalid_request_error", "429,rate_limit_error"})
    void aPageOrNothingGetsOurWords(int status, String type) {
        for (String body : new String[] {"<html><body>Access denied, ray 8f</body></html>", "", "[]", "\"x\"", "{", "{}", "{\"error\":{}}"}) {
            HttpResponse<String> response = answered(true, status, body, "content-type", "text/html");
            assertFault(response, status, type, "The upstream (litellm) refused the request: " + status + ".");
        }
    }

    @Test
    void aHugeErrorBodyIsNotKeptWhole() {
        HttpResponse<String> response = answered(true, 400, "{\"error\":{\"message\":\"" + "x".repeat(3_000_000) + "\"}}");
        assertFault(response, 400, "invalid_request_error");
        assertTrue(response.body().length() < 2_000_000);
    }
}
