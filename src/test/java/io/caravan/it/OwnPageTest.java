/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page of a team's own that is served: who may ask it, and what is told where it fails (7.4). */
@Timeout(60)
class OwnPageTest {

    private static final String KEY = "sk-client-0123456789";
    private static final String PAGES = """
            - route:
                id: closed
                from:
                  uri: platform-http:/team/closed
                  steps:
                    - setBody: {simple: "hello ${header.x-api-key}${header.authorization}"}
            - route:
                id: open
                note: caravan.access = public
                from:
                  uri: platform-http:/team/open
                  steps:
                    - setBody: {constant: hello}
            - route:
                id: open-accepting
                note: caravan.access = public
                from:
                  uri: platform-http:/team/open-accepting
                  parameters: {useBodyHandler: false}
                  steps:
                    - process: {ref: acceptCall}
                    - setBody: {constant: hello}
                    - process: {ref: writePage}
            - route:
                id: accepting
                from:
                  uri: platform-http:/team/accepting
                  parameters: {useBodyHandler: false}
                  steps:
                    - process: {ref: acceptCall}
                    - setBody: {constant: hello}
                    - process: {ref: writePage}
            - route:
                id: asking
                from:
                  uri: platform-http:/team/messages
                  steps:
                    - process: {ref: acceptCall}
                    - process: {ref: readBody}
                    - to: {uri: "direct:select-backend"}
                    - process: {ref: writeAnswer}
            - route:
                id: failing
                from:
                  uri: platform-http:/team/failing
                  steps:
                    - throwException: {message: "secret words", exceptionType: java.lang.IllegalStateException}
            - route:
                id: failing-behind
                from:
                  uri: platform-http:/team/behind
                  steps:
                    - to: {uri: "direct:team-behind"}
            - route:
                id: behind
                from:
                  uri: direct:team-behind
                  steps:
                    - throwException: {message: "secret words", exceptionType: java.lang.IllegalStateException}
            - route:
                id: refusing
                from:
                  uri: platform-http:/team/refusing
                  steps:
                    - setVariable: {name: refuseStatus, constant: "409"}
                    - setVariable: {name: refuseAfter, constant: "7"}
                    - setVariable: {name: refuseText, constant: not now}
                    - process: {ref: refuse}
            - route:
                id: handling
                from:
                  uri: platform-http:/team/handling
                  steps:
                    - doTry:
                        steps:
                          - throwException: {message: "secret words", exceptionType: java.lang.IllegalStateException}
                        doCatch:
                          - exception: [java.lang.IllegalStateException]
                            steps:
                              - setBody: {constant: mended}
            """;
    private static final String HANDLERS = """
            - onException:
                exception: [java.lang.IllegalStateException]
                handled: {constant: "true"}
                steps:
                  - setBody: {constant: ours}
            - route:
                id: handled
                from:
                  uri: platform-http:/team/handled
                  steps:
                    - throwException: {message: "secret words", exceptionType: java.lang.IllegalStateException}
            """;

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_API_KEYS=" + KEY, "routes/team.camel.yaml=" + PAGES,
                "routes/handlers.camel.yaml=" + HANDLERS);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.url().resolve(path)).timeout(Gateway.PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/team/closed", "/team/accepting", "/team/failing", "/team/handled", "/team/handling"})
    void asksForAKeyOfTheGateway(String path) throws Exception {
        for (HttpResponse<String> answer : new HttpResponse[] {get(path), get(path, "x-api-key", "wrong"),
                get(path, "authorization", "Bearer wrong")}) {
            assertEquals(401, answer.statusCode(), answer.body());
            assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(null));
            assertEquals("authentication_error", new ObjectMapper().readTree(answer.body()).at("/error/type").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-api-key", "authorization"})
    void servesWhoBringsAKeyAndSeesNoneOfIt(String header) {
        String prefix = header.equals("authorization") ? "Bearer " : "";
        assertEquals("hello ", get("/team/closed", header, prefix + KEY).body());
        assertEquals("hello", get("/team/accepting", header, prefix + KEY).body());
    }

    @Test
    void servesEverybodyWhereItsRouteSaysSo() {
        assertEquals("hello", get("/team/open").body());
        assertEquals("hello", get("/team/open-accepting").body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/team/failing", "/team/behind"})
    void itsFailureIsToldInWords(String path) throws Exception {
        HttpResponse<String> answer = get(path, "x-api-key", KEY);
        assertEquals(500, answer.statusCode());
        assertEquals("api_error", new ObjectMapper().readTree(answer.body()).at("/error/type").asText());
        assertTrue(answer.body().contains("The page failing"), answer.body());
        assertFalse(answer.body().contains("secret words"), answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {Gateway.PLAIN, Gateway.STREAM})
    void aPathOfOnesOwnServesMessages(String body) {
        HttpRequest request = HttpRequest.newBuilder(gateway.url().resolve("/team/messages")).timeout(Gateway.PATIENCE)
                .header("x-api-key", KEY).POST(HttpRequest.BodyPublishers.ofString(body)).build();
        HttpResponse<String> answer = gateway.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("end_turn"), answer.body());
    }

    @Test
    void itsRefusalIsItsOwn() {
        HttpResponse<String> answer = get("/team/refusing", "x-api-key", KEY);
        assertEquals(409, answer.statusCode());
        assertEquals("7", answer.headers().firstValue("retry-after").orElse(null));
        assertTrue(answer.body().contains("not now"), answer.body());
    }

    @Test
    void itsOwnErrorHandlingStays() {
        assertEquals("ours", get("/team/handled", "x-api-key", KEY).body());
        assertEquals("mended", get("/team/handling", "x-api-key", KEY).body());
    }
}
