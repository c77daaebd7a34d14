/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that answers 200 with something else than a message, or sends the request elsewhere (E01, E19, E30). */
class FaultsLyingUpstreamTest {

    private static Gateway gateway;
    /** Waits a second and a half for an answer. */
    private static Gateway hasty;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("ANTHROPIC", "PROXY_COMMIT_AFTER=60s");
        hasty = Gateway.start("ANTHROPIC", "API_TIMEOUT_MS=1500", "PROXY_COMMIT_AFTER=60s");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        hasty.close();
    }

    private static HttpResponse<String> faulty(boolean stream, String fault) {
        return faulty(gateway, stream, fault);
    }

    private static HttpResponse<String> faulty(Gateway gateway, boolean stream, String fault) {
        gateway.upstream(null);
        return gateway.post((stream ? Gateway.STREAM : Gateway.PLAIN).replace(Gateway.MODEL, "m!" + fault));
    }

    private static HttpResponse<String> answered(boolean stream, String type, byte[] body) {
        gateway.upstream((request, reply) -> {
            if (type != null) {
                reply.header("content-type", type);
            }
            reply.send(body);
            return true;
        });
        return gateway.post(stream ? Gateway.STREAM : Gateway.PLAIN);
    }

    @ParameterizedTest
    @CsvSource({"true,html-200", "false,html-200", "true,empty", "false,empty", "false,cut-json", "true,redirect", "false,redirect",
        "true,json-for-stream;cut-json"})
    void anAnswerThatIsNoMessageIsA500(boolean stream, String fault) {
        HttpResponse<String> response = faulty(stream, fault);
        String words = assertFault(response, 500, "api_error").path("error").path("message").asText();
        assertTrue(words.startsWith("The upstream (anthropic) answered"), words);
    }

    // E01: an error is an error, whatever the status over it says
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"error\":{\"code\":502,\"message\":\"m\"}}|500",
        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}|503",
        "{\"error_code\":\"TEMPORARILY_UNAVAILABLE\",\"message\":\"m\"}|503"})
    void anErrorInsideA200IsTheErrorItSays(String body, int status) {
        assertFault(answered(false, "application/json", body.getBytes(StandardCharsets.UTF_8)), status, "api_error");
        assertFault(answered(true, "application/json", body.getBytes(StandardCharsets.UTF_8)), status, "api_error");
    }

    @Test
    void jsonThatIsNoMessageMakesNoStream() {
        for (String body : new String[] {"{}", "{\"content\":\"hi\"}", "{\"message\":{\"content\":[]}}"}) {
            assertFault(answered(true, "application/json", body.getBytes(StandardCharsets.UTF_8)), 500, "api_error");
        }
    }

    @ParameterizedTest
    @CsvSource({"true,reset-before-headers", "false,reset-before-headers", "true,close-before-headers", "false,close-before-headers",
        "false,reset-after-headers", "true,reset-after-headers", "false,cut-json-reset"})
    void aConnectionThatBreaksOffIsA503ThatMayBeRepeatedSoon(boolean stream, String fault) {
        HttpResponse<String> response = faulty(stream, fault);
        assertFault(response, 503, "api_error");
        int wait = Integer.parseInt(header(response, "retry-after"));
        assertTrue(wait >= 1 && wait <= 5, "" + wait);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerWithoutContentIsA504(boolean stream) {
        assertFault(faulty(hasty, stream, "silent-after-headers"), 504, "timeout_error");
    }

    // the head is out with the first ping: what is left is an error event that lets the client try the stream again (rule 9)
    @ParameterizedTest
    @ValueSource(strings = {"pings-only=50", "comments-only=50"})
    void pingsAloneEndInAnOverloadedError(String fault) {
        try (Gateway eager = Gateway.start("ANTHROPIC", "API_TIMEOUT_MS=1500", "PROXY_COMMIT_AFTER=0")) {
            HttpResponse<String> response = eager.post(Gateway.STREAM.replace(Gateway.MODEL, "m!" + fault));
            assertEquals(200, response.statusCode());
            String last = response.body().substring(response.body().lastIndexOf("event: "));
            assertTrue(last.startsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\""), last);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pings-only=50", "comments-only=50"})
    void pingsThatAreHeldBackEndInATimeout(String fault) {
        assertFault(faulty(hasty, true, fault), 504, "timeout_error");
    }

    // M69: nobody asked for it
    @Test
    void aCompressedAnswerIsReadAllTheSame() {
        HttpResponse<String> response = faulty(false, "gzip");
        assertEquals(200, response.statusCode());
        assertTrue(response.headers().firstValue("content-encoding").isEmpty());
        assertEquals("m!gzip", FaultsRequestTest.json(response.body()).path("model").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "42", "\"text\"", "{}{}", "{\"id\":\"x\"", "not json", " ", "{\"a\":NaN}"})
    void jsonThatIsNoObjectIsA500(String body) {
        assertFault(answered(false, "application/json", body.getBytes(StandardCharsets.UTF_8)), 500, "api_error");
        assertFault(answered(false, null, body.getBytes(StandardCharsets.UTF_8)), 500, "api_error");
    }

    @Test
    void aNestedOneIsA500AndNoStackOverflow() {
        assertFault(answered(false, "application/json", ("{\"a\":" + "[".repeat(1_000_000)).getBytes()), 500, "api_error");
    }

    @Test
    void aStreamThatIsNoneIsA503() throws IOException {
        for (String body : new String[] {"<html>", "hello\n\n", "\u001f\u008b\b", "", "data: [DONE]\n\n"}) {
            HttpResponse<String> response = answered(true, "text/event-stream", body.getBytes(StandardCharsets.ISO_8859_1));
            assertTrue(response.statusCode() >= 500 || response.body().contains("event: error\n"), body + response.body());
        }
    }

    // CVE-2026-85251, 5.13: the redirect's target sees neither the request nor the credential
    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 307, 308})
    void aRedirectIsNeverFollowed(int status) {
        try (Simulator elsewhere = Simulator.start()) {
            for (String place : new String[] {elsewhere.url() + "/v1/messages", "/elsewhere", "//" + elsewhere.url().getAuthority() + "/"}) {
                gateway.upstream((request, reply) -> {
                    reply.status(status).header("location", place);
                    reply.send(new byte[0]);
                    return true;
                });
                HttpResponse<String> response = gateway.post(Gateway.PLAIN);
                assertFault(response, 500, "api_error");
                assertTrue(response.headers().firstValue("location").isEmpty());
                assertEquals(1, gateway.simulator().requests().size());
            }
            assertEquals(0, elsewhere.requests().size());
        }
    }

    // what an upstream may put into the headers that pass must not break the answer
    @ParameterizedTest
    @ValueSource(strings = {"req_\u00e9\u0001x", "a b\tc", "x\u007f", "\u00ff", ""})
    void oddHeadersOfTheUpstreamDoNoHarm(String odd) {
        for (int status : new int[] {200, 400, 429, 503}) {
            gateway.upstream((request, reply) -> {
                reply.status(status).header("content-type", "application/json").header("request-id", odd)
                        .header("x-should-retry", odd).header("retry-after", odd);
                reply.send("{\"type\":\"message\",\"model\":\"m\",\"content\":[],\"usage\":{}}".getBytes());
                return true;
            });
            HttpResponse<String> response = gateway.post(Gateway.PLAIN);
            assertEquals(status, response.statusCode());
            assertTrue(response.body().startsWith("{"), response.body());
            assertNotNull(header(response, "request-id"));
        }
    }

    @Test
    void anOddContentTypeDoesNoHarm() {
        for (String type : new String[] {"application/json\u0001", "application/json; charset=\u00e9", "application/vnd.x+json"}) {
            HttpResponse<String> response = answered(false, type, "{\"type\":\"message\",\"model\":\"m\"}".getBytes());
            assertEquals(200, response.statusCode(), type);
            assertTrue(response.body().contains("\"model\":\"" + Gateway.MODEL), response.body());
        }
    }
}
