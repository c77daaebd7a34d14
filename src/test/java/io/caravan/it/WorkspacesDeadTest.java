/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition.HALF_OPEN_TO_OPEN;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.faults.Books;
import io.caravan.faults.Faulty;
import io.caravan.faults.Load;
import io.caravan.faults.Script;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("workspaces that are dead (ledger 4.3 to 4.6)")
class WorkspacesDeadTest {

    private static final int CLIENTS = 24;
    private static final int MANY_CLIENTS = 32;
    private static final String TAKEN_OVER = "COMPLETE 200 databricks->openrouter";

    /** The script of {@code w0}, to which the gateway keeps a connection for each client of {@code load}. */
    private static Script keepingConnections(Gateway gateway, Load load) {
        Script script = Script.of(gateway, 0, false);
        CyclicBarrier together = new CyclicBarrier(CLIENTS);
        script.play((request, reply) -> {
            together.await();
            return false;
        });
        load.plain(CLIENTS).assertOnly("COMPLETE");
        return script;
    }

    private static void killAll(Gateway gateway) {
        IntStream.range(0, gateway.workspaces().count()).forEach(gateway.workspaces()::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"least_requests", "session_affinity"})
    @DisplayName("with one of three dead, 0 of 10,000 requests fail")
    void ofThreeOneIsDeadAndNoneOf10000Fails(String strategy) {
        try (Gateway gateway = Gateway.startWorkspaces(3, "strategy=" + strategy, "circuit_breaker_timeout=0.2");
                Load load = new Load(gateway, CLIENTS)) {
            gateway.workspaces().close(1);

            load.plain(10_000, number -> new String[] {"x-claude-code-session-id", "s" + number})
                    .assertOnly("COMPLETE");

            Books books = new Books(gateway);
            assertTrue(books.open(1));
            assertEquals(0, books.stats(1).path("total_requests").asInt());
            assertTrue(books.stats(1).path("total_errors").asInt() >= 5);
            books.assertAtRest();
        }
    }

    @Test
    @DisplayName("with all dead and OpenRouter up none fails, and each answer says who took over")
    void allAreDeadAndOpenRouterTakesOver() {
        try (Gateway gateway = Gateway.startWorkspaces(3, "BYPASS_FALLBACK_ENABLED=true")) {
            killAll(gateway);

            for (int i = 0; i < 200; i++) {
                HttpResponse<String> answer = gateway.post(i % 2 == 0 ? Gateway.PLAIN : Gateway.STREAM);
                assertEquals(200, answer.statusCode(), answer.body());
                assertEquals("databricks->openrouter", answer.headers().firstValue("x-caravan-failover").orElse(null));
                assertTrue(answer.body().contains("You said: say hi") || i % 2 == 1, answer.body());
            }
            new Books(gateway).assertAtRest();
        }
    }

    @Test
    @DisplayName("the same under load, at one call to OpenRouter each: while the breakers open, and once they are")
    void openRouterTakesOverUnderLoad() {
        try (Gateway gateway = Gateway.startWorkspaces(3, "BYPASS_FALLBACK_ENABLED=true", "circuit_breaker_threshold=100",
                        "circuit_breaker_timeout=3600");
                Load load = new Load(gateway, MANY_CLIENTS)) {
            List<Script> scripts = dieEachItsWay(gateway);
            Map<Long, Integer> taken = countAtOpenRouter(gateway);
            Books books = new Books(gateway);

            load.mixed(1_000).assertOnly(TAKEN_OVER);
            assertTrue(IntStream.range(0, 3).allMatch(books::open));
            List<Long> asked = scripts.stream().map(Script::requests).toList();
            load.mixed(1_000).assertOnly(TAKEN_OVER);

            assertEquals(asked, scripts.stream().map(Script::requests).toList());
            assertTrue(asked.get(1) >= 100 && asked.get(2) >= 100, asked::toString);
            assertOnceEach(taken, 2_000);
            books.assertAtRest();
        }
    }

    @Test
    @DisplayName("the same under load, at one call to OpenRouter each: while the breakers try again and again")
    void openRouterTakesOverBetweenTheTrials() {
        try (Gateway gateway = Gateway.startWorkspaces(3, "BYPASS_FALLBACK_ENABLED=true", "circuit_breaker_timeout=0.01",
                        "circuit_breaker_threshold=1");
                Load load = new Load(gateway, MANY_CLIENTS)) {
            List<Script> scripts = dieEachItsWay(gateway);
            Map<Long, Integer> taken = countAtOpenRouter(gateway);
            Books books = new Books(gateway);

            load.mixed(2_000).assertOnly(TAKEN_OVER);

            assertOnceEach(taken, 2_000);
            for (int i = 0; i < 3; i++) {
                assertTrue(books.history(i).contains(HALF_OPEN_TO_OPEN), "no trial at w" + i);
            }
            books.assertAtRest();
            books.assertCounted(scripts);
        }
    }

    /** The first refuses connections, the second answers with errors, the third breaks off before its content. */
    private static List<Script> dieEachItsWay(Gateway gateway) {
        List<Script> scripts = IntStream.range(0, 3).mapToObj(number -> Script.of(gateway, number, true)).toList();
        gateway.workspaces().close(0);
        scripts.get(1).play(Faulty.status(new int[] {500, 529, 503}));
        scripts.get(2).play(Faulty.cutBeforeContent());
        return scripts;
    }

    /** How often each request of a load reaches OpenRouter from now on, by its number. */
    private static Map<Long, Integer> countAtOpenRouter(Gateway gateway) {
        Map<Long, Integer> counts = new ConcurrentHashMap<>();
        gateway.upstream((request, reply) -> {
            counts.merge(Script.numberOf(request), 1, Integer::sum);
            return false;
        });
        return counts;
    }

    private static void assertOnceEach(Map<Long, Integer> taken, int requests) {
        assertEquals(requests, taken.size());
        assertEquals(Set.of(1), Set.copyOf(taken.values()));
    }

    @Test
    @DisplayName("4.6: a request that finds only connections closed long ago counts as none")
    void connectionsThatHadEndedCountAsNoRequest() {
        try (Gateway gateway = Gateway.startWorkspaces(1); Load load = new Load(gateway, CLIENTS)) {
            Script script = keepingConnections(gateway, load);
            killAll(gateway);

            assertEquals(503, gateway.post(Gateway.PLAIN).statusCode());

            new Books(gateway).assertCounted(List.of(script));
        }
    }

    @Test
    @DisplayName("E21: an upstream that reads each request and breaks off gets one twice at most, however many connections are kept")
    void aRequestIsSentAgainOnceAtMost() {
        try (Gateway gateway = Gateway.startWorkspaces(1); Load load = new Load(gateway, CLIENTS)) {
            Script script = keepingConnections(gateway, load);
            assertTrue(gateway.workspace(0).openConnections() > 2);
            script.play((request, reply) -> {
                reply.reset();
                return true;
            });
            long before = script.requests();

            assertEquals(503, gateway.post(Gateway.PLAIN).statusCode());

            assertEquals(2, script.requests() - before);
        }
    }

    @Test
    @DisplayName("E49, 4.6: every breaker open is a 503 at once without any attempt, until POST /reset closes them")
    void everyBreakerIsOpenUntilTheReset() {
        try (Gateway gateway = Gateway.startWorkspaces(3, "circuit_breaker_threshold=2", "circuit_breaker_timeout=3600")) {
            Books books = new Books(gateway);
            List<Script> scripts = IntStream.range(0, 3).mapToObj(number -> Script.of(gateway, number, false)).toList();
            scripts.forEach(script -> script.play(Faulty.status(new int[] {500})));
            await().until(() -> {
                assertEquals(503, gateway.post(Gateway.STREAM).statusCode());
                return IntStream.range(0, 3).allMatch(books::open);
            });
            List<Long> before = scripts.stream().map(Script::requests).toList();
            scripts.forEach(script -> script.play(Faulty.healthy()));
            HttpResponse<String> health = ProbesTest.ask(gateway, "GET", "/health");
            assertEquals(503, health.statusCode());
            assertTrue(health.body().contains("\"circuit_open\":true"), health.body());
            assertEquals(200, ProbesTest.ask(gateway, "GET", "/health/live").statusCode());

            for (String body : List.of(Gateway.PLAIN, Gateway.STREAM)) {
                HttpResponse<String> answer = gateway.post(body);
                assertEquals(503, answer.statusCode());
                assertTrue(answer.body().contains("\"api_error\""), answer.body());
                assertEquals("30", answer.headers().firstValue("retry-after").orElse(null));
            }
            assertEquals(before, scripts.stream().map(Script::requests).toList());

            HttpResponse<String> reset = gateway.send(HttpRequest.newBuilder(gateway.url().resolve("/reset"))
                    .POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());

            assertEquals("{\"status\":\"reset\"}", reset.body());
            assertFalse(books.anyOpen());
            for (int i = 0; i < 3; i++) {
                assertEquals(0, books.stats(i).path("total_errors").asInt());
                assertEquals(2, books.stats(i).path("total_requests").asInt());
            }
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertEquals(200, ProbesTest.ask(gateway, "GET", "/health").statusCode());
        }
    }
}
