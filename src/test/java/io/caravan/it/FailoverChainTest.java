/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static io.caravan.it.ProbesTest.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.Caravan;
import io.caravan.settings.GatewaySettings;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Responder;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three backends, one behind the other; one simulator plays all of them and tells them apart by what they speak. */
@DisplayName("PROXY_FALLBACK: a chain of backends (1.12)")
class FailoverChainTest {

    private static final String CHAIN = "PROXY_FALLBACK=openrouter,Anthropic";
    private static final String ALL_HOPS = "databricks->openrouter->anthropic";
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "BYPASS_FALLBACK_ENABLED=", CHAIN);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Lets the backends fail whose dialects begin with one of these. */
    private static Responder dead(int status, String... dialects) {
        return (request, reply) -> {
            boolean dead = Stream.of(dialects).anyMatch(request.dialect()::startsWith);
            if (dead) {
                reply.status(status).send(new byte[0]);
            }
            return dead;
        };
    }

    private static List<String> asked(Gateway gateway) {
        return gateway.simulator().requests().stream().map(RecordedRequest::dialect).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 429, 500})
    void theThirdServesWhereTheFirstTwoAreDead(int status) {
        gateway.upstream(dead(status, "databricks", "openrouter"));
        HttpResponse<String> plain = gateway.post(Gateway.PLAIN);
        assertEquals(200, plain.statusCode(), plain.body());
        assertEquals(ALL_HOPS, header(plain, "x-caravan-failover"));
        assertEquals("Hi! You said: say hi", json(plain.body()).at("/content/0/text").asText());
        assertEquals(List.of("databricks-native", "openrouter-messages", "messages"), asked(gateway));

        gateway.upstream(dead(status, "databricks", "openrouter"));
        HttpResponse<String> streamed = gateway.post(Gateway.STREAM);
        assertEquals(200, streamed.statusCode(), streamed.body());
        assertEquals(ALL_HOPS, header(streamed, "x-caravan-failover"));
        assertEquals("Hi! You said: say hi", StreamedMessage.of(streamed.body()).at("/content/0/text").asText());
        assertEquals(List.of("databricks-native", "openrouter-messages", "messages"), asked(gateway));
    }

    @Test
    void anOpenAiClientIsServedAcrossFormatsToo() {
        try (Gateway chat = Gateway.start("DATABRICKS_INVOCATIONS", "BYPASS_FALLBACK_ENABLED=", "OPENROUTER_API=chat",
                CHAIN)) {
            for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
                chat.upstream(dead(503, "databricks", "openrouter"));
                HttpResponse<String> answer = chat.chat(request);
                assertEquals(200, answer.statusCode(), answer.body());
                assertEquals(ALL_HOPS, header(answer, "x-caravan-failover"));
                assertEquals(List.of("databricks-chat", "openrouter-chat", "messages"), asked(chat));
            }
        }
    }

    @Test
    void whoServesEarlierEndsTheWay() {
        gateway.upstream(dead(503, "databricks"));
        assertEquals("databricks->openrouter", header(gateway.post(Gateway.STREAM), "x-caravan-failover"));
        assertEquals(List.of("databricks-native", "openrouter-messages"), asked(gateway));
    }

    @Test
    void aBackendOfTheChainGoesOnBehindItself() {
        gateway.upstream(dead(503, "openrouter"));
        HttpResponse<String> response = gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "openrouter," + Gateway.MODEL));
        assertEquals(200, response.statusCode(), response.body());
        assertEquals("openrouter->anthropic", header(response, "x-caravan-failover"));

        gateway.upstream(dead(503, "messages"));
        response = gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "anthropic," + Gateway.MODEL));
        assertFault(response, 503, "api_error");
        assertNull(header(response, "x-caravan-failover"));
    }

    // OpenRouter's table has no such name; Anthropic's takes any
    @Test
    void whoDoesNotKnowTheModelIsPassedOver() {
        gateway.upstream(dead(503, "databricks"));
        HttpResponse<String> response = gateway.post(Gateway.STREAM.replace(Gateway.MODEL, "my-own-model"));
        assertEquals(200, response.statusCode(), response.body());
        assertEquals("databricks->anthropic", header(response, "x-caravan-failover"));
        assertEquals(List.of("databricks-native", "messages"), asked(gateway));
    }

    // rule 8: everything is out, and the client is told the way
    @Test
    void whereAllAreOutTheClientIsToldToComeAgain() {
        gateway.upstream(dead(500, "databricks", "openrouter", "messages"));
        for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
            HttpResponse<String> response = gateway.post(request);
            assertFault(response, 503, "api_error");
            assertEquals("5", header(response, "retry-after"));
            assertEquals(ALL_HOPS, header(response, "x-caravan-failover"));
        }
    }

    @Test
    void aRefusalOnTheWayEndsIt() {
        gateway.upstream((request, reply) -> dead(503, "databricks").handle(request, reply)
                || dead(400, "openrouter").handle(request, reply));
        HttpResponse<String> response = gateway.post(Gateway.PLAIN);
        assertFault(response, 400, "invalid_request_error");
        assertEquals("databricks->openrouter", header(response, "x-caravan-failover"));
        assertEquals(List.of("databricks-native", "openrouter-messages"), asked(gateway));
    }

    @Test
    void eachHopIsCounted() {
        gateway.upstream(dead(503, "databricks", "openrouter"));
        gateway.post(Gateway.PLAIN);
        String meters = ask(gateway, "GET", "/metrics").body();
        assertTrue(meters.contains("caravan_failovers_total{from=\"databricks\",to=\"openrouter\"}"), meters);
        assertTrue(meters.contains("caravan_failovers_total{from=\"openrouter\",to=\"anthropic\"}"), meters);
    }

    @Test
    void withoutTheSwitchThereIsNoChain() {
        try (Gateway off = Gateway.start("AZURE_DATABRICKS", CHAIN)) {
            off.upstream(dead(503, "databricks"));
            HttpResponse<String> response = off.post(Gateway.PLAIN);
            assertFault(response, 503, "api_error");
            assertNull(header(response, "x-caravan-failover"));
            assertEquals(List.of("databricks-native"), asked(off));
        }
    }

    // 3.6: it serves as long as anyone of the chain does; an open breaker stays open for longer than this test takes
    @Test
    void theHealthIsTheChains() {
        try (Gateway brittle = Gateway.start("AZURE_DATABRICKS", "BYPASS_FALLBACK_ENABLED=", CHAIN,
                "PROXY_BREAKER_THRESHOLD=1", "PROXY_BREAKER_TIMEOUT=1h")) {
            brittle.upstream(dead(503, "databricks", "openrouter"));
            assertEquals(200, brittle.post(Gateway.PLAIN).statusCode());
            assertEquals(200, ask(brittle, "GET", "/health").statusCode());

            brittle.upstream(dead(503, "messages"));
            HttpResponse<String> last = brittle.post(Gateway.PLAIN);
            assertFault(last, 503, "api_error");
            assertEquals(List.of("messages"), asked(brittle), "the breakers of the first two are open");
            HttpResponse<String> health = ask(brittle, "GET", "/health");
            assertEquals(503, health.statusCode());
            assertTrue(json(health.body()).path("circuit_open").asBoolean(), health.body());
        }
    }

    // 7.1
    @Test
    void theLogNamesAllHops(@TempDir Path directory) throws IOException {
        try (Simulator upstream = Simulator.start();
                LogsTest.Running logged = LogsTest.Running.start(directory, upstream, CHAIN,
                        "OPENROUTER_API_KEY=" + Gateway.UPSTREAM_KEY, "OPENROUTER_API_BASE=" + upstream.url() + "/api/v1",
                        "ANTHROPIC_UPSTREAM_URL=" + upstream.url(), "ANTHROPIC_UPSTREAM_KEY=" + Gateway.UPSTREAM_KEY)) {
            upstream.respondWith(dead(503, "databricks", "openrouter"));
            assertEquals(200, logged.post(Gateway.STREAM, "x-correlation-id", "call-1").statusCode());
            List<JsonNode> lines = logged.linesOf("call-1");
            List<String> hops = lines.stream().filter(line -> line.path("event").asText().equals("failover"))
                    .map(line -> line.path("from").asText() + "->" + line.path("to").asText()).toList();
            assertEquals(List.of("databricks->openrouter", "openrouter->anthropic"), hops);
            assertEquals(ALL_HOPS, lines.get(lines.size() - 1).path("failover").asText());
        }
    }

    // a page of somebody's own, from before there was a chain or with a fallback of its own
    @Test
    void aPageMayNameAnotherFallback(@TempDir Path work) throws IOException {
        Path own = Files.createDirectories(work.resolve("routes")).resolve("backends.camel.yaml");
        String page = """
                - templatedRoute:
                    routeTemplateRef: backend
                    routeId: backend-%1$s
                    prefixId: %1$s-
                    parameters:
                      - {name: name, value: %1$s}
                      - {name: fallback, value: "%2$s"}
                """;
        Files.writeString(own, page.formatted("databricks", "anthropic") + page.formatted("anthropic", "{{caravan.fallback}}")
                + page.formatted("openrouter", "{{caravan.fallback.openrouter}}"));
        try (Simulator upstream = Simulator.start(); Caravan ours = Caravan.start(GatewaySettings.read(Map.of("PORT", "0",
                "PROXY_BACKEND", "AZURE_DATABRICKS", "DATABRICKS_HOST", upstream.url().toString(), "DATABRICKS_TOKEN", "t",
                "OPENROUTER_API_BASE", upstream.url() + "/api/v1", "OPENROUTER_API_KEY", "k",
                "ANTHROPIC_UPSTREAM_URL", upstream.url().toString(), "ANTHROPIC_UPSTREAM_KEY", "k",
                "PROXY_FALLBACK", "OPENROUTER,ANTHROPIC"), work))) {
            upstream.respondWith(dead(503, "databricks", "messages"));
            HttpResponse<String> response = gateway.send(HttpRequest.newBuilder(ours.url().resolve("/v1/messages"))
                    .header("content-type", "application/json").timeout(Gateway.PATIENCE)
                    .POST(HttpRequest.BodyPublishers.ofString(Gateway.PLAIN)).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(200, response.statusCode(), response.body());
            assertEquals("databricks->anthropic->openrouter", header(response, "x-caravan-failover"));
        }
    }
}
