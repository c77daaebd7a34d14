/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page finds on its message, and what becomes of what it leaves there (7.1). */
@Timeout(120)
class PageMessageTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEFORE = """
            - route:
                id: messages
                from:
                  uri: platform-http:/v1/messages
                  parameters: {httpMethodRestrict: POST, useBodyHandler: false}
                  steps:
                    - process: {ref: acceptCall}
                    - process: {ref: checkClientKey}
                    - process: {ref: limitCalls}
                    - process: {ref: readBody}
            """;

    /** What a step of a page has seen. */
    public static final class Seen implements Processor {

        static final Map<String, Object> VARIABLES = new ConcurrentHashMap<>();
        static final List<String> BODIES = new ArrayList<>();

        @Override
        public void process(Exchange exchange) {
            synchronized (BODIES) {
                VARIABLES.putAll(exchange.getVariables());
                BODIES.add(String.valueOf(exchange.getMessage().getBody(String.class)));
            }
        }
    }

    /** Leaves the request as something that is none. */
    public static final class Leaves implements Processor {

        @Override
        public void process(Exchange exchange) throws Exception {
            byte[] body = exchange.getMessage().getBody(byte[].class);
            Map<?, ?> map = JSON.readValue(body, Map.class);
            String what = new String(body, StandardCharsets.UTF_8).replaceAll(".*say ([a-z]+).*", "$1");
            exchange.getMessage().setBody(switch (what) {
                case "map" -> map;
                case "tree" -> JSON.readTree(body);
                case "text" -> new String(body, StandardCharsets.UTF_8);
                case "stream" -> new java.io.ByteArrayInputStream(body);
                case "builder" -> new StringBuilder(new String(body, StandardCharsets.UTF_8));
                case "nothing" -> null;
                case "object" -> new Object();
                case "list" -> List.of(1, 2);
                default -> "no request";
            });
        }
    }

    private static Gateway start(String steps, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("routes/messages.camel.yaml=" + BEFORE + steps.indent(8));
        synchronized (Seen.BODIES) {
            Seen.BODIES.clear();
        }
        Seen.VARIABLES.clear();
        return Gateway.start("AZURE_DATABRICKS", all.toArray(String[]::new));
    }

    private static String seen() {
        return "- process: {ref: \"#class:" + Seen.class.getName() + "\"}\n";
    }

    /** Its last step runs behind the answer. */
    private static void awaitSeen(List<String> bodies) {
        Awaitility.await().untilAsserted(() -> {
            synchronized (Seen.BODIES) {
                assertEquals(bodies, Seen.BODIES);
            }
        });
    }

    private static String asking(String what) {
        return Gateway.PLAIN.replace("say hi", "say " + what);
    }

    @Test
    void aPageSeesTheRequestTheAnswerAndItsVariablesAndNoKey() {
        try (Gateway gateway = start(seen() + """
                - to: {uri: "direct:select-backend"}
                """ + seen() + """
                - process: {ref: writeAnswer}
                """ + seen(), "PROXY_API_KEYS=sk-other-0123456789,sk-client-0123456789")) {
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN, "x-api-key", "sk-client-0123456789",
                    "x-claude-code-session-id", "s1", "x-claude-code-agent-type", "reviewer");
            assertEquals(200, answer.statusCode(), answer.body());
            awaitSeen(List.of(Gateway.PLAIN, answer.body(), answer.body()));
            assertEquals(Gateway.MODEL, Seen.VARIABLES.get("caravanModel"));
            assertEquals(false, Seen.VARIABLES.get("caravanStream"));
            assertEquals("s1", Seen.VARIABLES.get("caravanSession"));
            assertEquals("reviewer", Seen.VARIABLES.get("caravanAgent"));
            assertEquals("key-2", Seen.VARIABLES.get("caravanClient"));
            assertEquals("databricks", Seen.VARIABLES.get("caravanBackend"));
            assertEquals("databricks", Seen.VARIABLES.get("caravanUpstream"));
            assertEquals("answered", Seen.VARIABLES.get("caravanOutcome"));
            assertTrue((Long) Seen.VARIABLES.get("caravanInputTokens") > 0);
            assertTrue((Long) Seen.VARIABLES.get("caravanOutputTokens") > 0);
            assertFalse(Seen.VARIABLES.toString().contains("sk-"), Seen.VARIABLES.toString());
        }
    }

    @Test
    void aStreamIsNoBodyAndItsTokensAreThereAtItsEnd() {
        try (Gateway gateway = start("""
                - to: {uri: "direct:select-backend"}
                """ + seen() + """
                - process: {ref: writeAnswer}
                """ + seen())) {
            HttpResponse<String> answer = gateway.post(Gateway.STREAM);
            assertTrue(answer.body().contains("message_stop"), answer.body());
            awaitSeen(List.of("null", "null"));
            assertEquals(true, Seen.VARIABLES.get("caravanStream"));
            assertTrue((Long) Seen.VARIABLES.get("caravanOutputTokens") > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"map", "tree", "text", "stream", "builder"})
    void aRequestThatAPageLeavesInAnotherFormIsReadAgain(String form) {
        try (Gateway gateway = start("- process: {ref: \"#class:" + Leaves.class.getName() + "\"}\n" + """
                - to: {uri: "direct:select-backend"}
                - process: {ref: writeAnswer}
                """)) {
            HttpResponse<String> answer = gateway.post(asking(form));
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("say " + form, gateway.received().json().at("/messages/0/content").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "object", "list", "words"})
    void whatIsNoRequestIsAnErrorThatNamesThePage(String form) {
        try (Gateway gateway = start("- process: {ref: \"#class:" + Leaves.class.getName() + "\"}\n" + """
                - to: {uri: "direct:select-backend"}
                - process: {ref: writeAnswer}
                """)) {
            HttpResponse<String> answer = gateway.post(asking(form));
            assertEquals(500, answer.statusCode(), answer.body());
            assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(null));
            assertTrue(answer.body().contains("page messages changed the body of the request"), answer.body());
            assertEquals(List.of(), gateway.simulator().requests());
        }
    }

    @ParameterizedTest
    @CsvSource({"AZURE_DATABRICKS", "DATABRICKS_INVOCATIONS"})
    void aPageChangesTheSystemPromptOfPlainAndStreamed(String backend) {
        String steps = """
                - unmarshal: {json: {library: Jackson}}
                - setBody: {simple: "${body}"}
                - process: {ref: "#class:%s"}
                - marshal: {json: {library: Jackson}}
                - to: {uri: "direct:select-backend"}
                - process: {ref: writeAnswer}
                """.formatted(SystemPrompt.class.getName());
        try (Gateway gateway = Gateway.start(backend, "routes/messages.camel.yaml=" + BEFORE + steps.indent(8))) {
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertTrue(new String(gateway.received().body(), StandardCharsets.UTF_8).contains("house rules"));
            assertTrue(gateway.post(Gateway.STREAM).body().contains("message_stop"));
            assertTrue(new String(gateway.received().body(), StandardCharsets.UTF_8).contains("house rules"));
        }
    }

    /** Works on the request as a map. */
    public static final class SystemPrompt implements Processor {

        @Override
        @SuppressWarnings("unchecked")
        public void process(Exchange exchange) {
            ((Map<String, Object>) exchange.getMessage().getBody(Map.class)).put("system", "house rules");
        }
    }

    @Test
    void anAnswerThatAPageChangesIsWrittenAnew() throws Exception {
        try (Gateway gateway = start("""
                - to: {uri: "direct:select-backend"}
                - setBody: {constant: '{"type":"message","said":"something élse"}'}
                - process: {ref: writeAnswer}
                """ + seen())) {
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertEquals(200, answer.statusCode());
            JsonNode body = JSON.readTree(answer.body());
            assertEquals("something élse", body.path("said").asText());
            assertEquals(String.valueOf(answer.body().getBytes(StandardCharsets.UTF_8).length),
                    answer.headers().firstValue("content-length").orElse(null));
            awaitSeen(List.of(answer.body()));
            assertTrue((Long) Seen.VARIABLES.get("caravanInputTokens") > 0);
        }
    }

    @Test
    void anAnswerThatIsNoJsonAnyMoreIsAnErrorThatNamesThePage() {
        try (Gateway gateway = start("""
                - to: {uri: "direct:select-backend"}
                - setBody: {constant: "hello"}
                - process: {ref: writeAnswer}
                """)) {
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertEquals(500, answer.statusCode());
            assertTrue(answer.body().contains("page messages changed the body of the answer"), answer.body());
        }
    }

    @Test
    void aPageRefusesWithAReason() throws Exception {
        try (Gateway gateway = start("""
                - setVariable: {name: refuseStatus, constant: "429"}
                - setVariable: {name: refuseAfter, constant: "5"}
                - setVariable: {name: refuseText, simple: "no more of ${variable.caravanModel} today"}
                - process: {ref: refuse}
                """)) {
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertEquals(429, answer.statusCode());
            assertEquals("5", answer.headers().firstValue("retry-after").orElse(null));
            assertEquals("rate_limit_error", JSON.readTree(answer.body()).at("/error/type").asText());
            assertEquals("no more of " + Gateway.MODEL + " today", JSON.readTree(answer.body()).at("/error/message").asText());
        }
    }

    @Test
    void aPageThatRefusesWithAStatusThatIsNoneIsToldSo() {
        try (Gateway gateway = start("""
                - setVariable: {name: refuseStatus, constant: "200"}
                - process: {ref: refuse}
                """)) {
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertEquals(500, answer.statusCode());
            assertTrue(answer.body().contains("refuseStatus is not a status from 400 to 599"), answer.body());
        }
    }

    @Test
    void aThrottleIsA429WithRetryAfter() {
        try (Gateway gateway = start("""
                - throttle:
                    timePeriodMillis: "60000"
                    rejectExecution: true
                    expression: {constant: "2"}
                - to: {uri: "direct:select-backend"}
                - process: {ref: writeAnswer}
                """)) {
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertEquals(200, gateway.post(Gateway.STREAM).statusCode());
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertEquals(429, answer.statusCode(), answer.body());
            assertTrue(answer.headers().firstValue("retry-after").isPresent());
            assertTrue(answer.body().contains("rate_limit_error"), answer.body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "errorHandler: {defaultErrorHandler: {}}"})
    void whatFailsInARouteOfOnesOwnBehindThePageIsToldInTheClientsFormat(String handling) {
        try (Gateway gateway = start("""
                - to: {uri: "direct:own"}
                - to: {uri: "direct:select-backend"}
                - process: {ref: writeAnswer}
                """, """
                routes/own.camel.yaml=- route:
                    id: own
                    %s
                    from:
                      uri: direct:own
                      steps:
                        - throwException: {message: "secret words", exceptionType: java.lang.IllegalStateException}
                """.formatted(handling))) {
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            assertEquals(500, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("The gateway failed on this request"), answer.body());
            assertFalse(answer.body().contains("secret words"), answer.body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"${exchangeProperty[caravan.call]}", "${exchangeProperty[caravan.call].caller.key}",
            "${exchangeProperty[caravan.call].headers.entries}", "${exchangeProperty[caravan.call].call.caller}",
            "${exchange.in.request.headers}", "${exchange.properties}", "${exchange.in.headers}", "${exchange}",
            "${variable.caravanClient}", "${headers}"})
    void noExpressionReachesTheClientsKey(String expression) {
        try (Gateway gateway = start("""
                - setBody: {simple: "%s"}
                - process: {ref: writePage}
                """.formatted(expression), "PROXY_API_KEYS=sk-client-0123456789")) {
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN, "x-api-key", "sk-client-0123456789");
            assertFalse(answer.body().contains("sk-client"), answer.body());
        }
    }
}
