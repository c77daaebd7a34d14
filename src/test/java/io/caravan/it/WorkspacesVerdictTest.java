/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.faults.Books;
import io.caravan.faults.Faulty;
import io.caravan.faults.Load;
import io.caravan.faults.Script;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("what becomes of a request, and of its workspace's breaker, by the fault (ledger 4.3, 4.4)")
class WorkspacesVerdictTest {

    private static List<Script> scripts(Gateway gateway) {
        return IntStream.range(0, gateway.workspaces().count())
                .mapToObj(number -> Script.of(gateway, number, false)).toList();
    }

    @Test
    @DisplayName("E27: a 200 whose first event is an error moves on to the next workspace")
    void anErrorAsFirstEventMovesOn() {
        try (Gateway gateway = Gateway.startWorkspaces(2, "strategy=round_robin", "circuit_breaker_threshold=1000");
                Load load = new Load(gateway, 4)) {
            List<Script> scripts = scripts(gateway);
            scripts.get(0).play(Faulty.errorIn200());

            load.mixed(Duration.ofSeconds(1)).assertOnly("COMPLETE");

            Books books = new Books(gateway);
            books.assertCounted(scripts);
            assertTrue(scripts.get(0).requests() > 0);
            assertEquals(scripts.get(0).requests(), books.stats(0).path("total_errors").asLong());
            assertEquals(0, books.stats(1).path("total_errors").asInt());
        }
    }

    @Test
    @DisplayName("4.3: streams that break in their content open the breaker, one failure each")
    void brokenStreamsOpenTheBreaker() {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=3", "circuit_breaker_timeout=3600")) {
            Books books = new Books(gateway);
            gateway.workspaces().respondWith(0, (request, reply) -> {
                Wire.open(reply, Wire.START, Wire.BLOCK_START, Wire.text("half"));
                reply.closeSocket();
                return true;
            });
            for (int i = 1; i <= 3; i++) {
                assertFalse(books.open(0));
                String body = gateway.post(Gateway.STREAM).body();
                assertTrue(body.contains("half") && body.contains("event: error"), body);
                int failures = i;
                await().untilAsserted(() -> assertEquals(failures, books.stats(0).path("total_errors").asInt()));
            }
            assertTrue(books.open(0));
            assertEquals(503, gateway.post(Gateway.STREAM).statusCode());
            assertEquals(3, books.stats(0).path("total_requests").asInt());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"overloaded_error", "api_error", "something_new"})
    @DisplayName("4.3: an error the upstream sends behind its content is passed on, once, and is a failure")
    void errorsInStreamsOpenTheBreaker(String type) {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=3", "circuit_breaker_timeout=3600")) {
            Books books = new Books(gateway);
            String half = Wire.START + Wire.BLOCK_START + Wire.text("half") + error(type);
            gateway.workspaces().respondWith(0, (request, reply) -> {
                Wire.stream(reply, half);
                return true;
            });
            for (int i = 1; i <= 3; i++) {
                assertFalse(books.open(0));
                assertEquals(Wire.asSeen(half), gateway.post(Gateway.STREAM).body());
                int failures = i;
                await().untilAsserted(() -> assertEquals(failures, books.stats(0).path("total_errors").asInt()));
            }
            assertTrue(books.open(0));
            books.assertAtRest();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rate_limit_error", "invalid_request_error"})
    @DisplayName("4.3: an error in a stream that is no fault of the workspace does not count")
    void whatIsNoFaultInStreamsDoesNotCount(String type) {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=1")) {
            gateway.workspaces().respondWith(0, (request, reply) -> {
                Wire.stream(reply, Wire.START, Wire.BLOCK_START, Wire.text("half"), error(type));
                return true;
            });
            assertTrue(gateway.post(Gateway.STREAM).body().contains(type));
            Books books = new Books(gateway);
            books.assertAtRest();
            assertEquals(0, books.stats(0).path("total_errors").asInt());
            assertFalse(books.open(0));
        }
    }

    @Test
    @DisplayName("4.3: … also where the client leaves on seeing it, before the upstream's end")
    void anErrorInAStreamCountsThoughTheClientLeaves() throws Exception {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=2", "circuit_breaker_timeout=3600")) {
            Books books = new Books(gateway);
            gateway.workspaces().respondWith(0, (request, reply) -> {
                Wire.open(reply, Wire.START, Wire.BLOCK_START, Wire.text("half"), error("api_error"));
                reply.awaitPeerClose(Gateway.PATIENCE);
                return true;
            });
            for (int i = 1; i <= 2; i++) {
                try (RawClient client = gateway.connect()) {
                    assertEquals(200, client.post(Gateway.STREAM).readHead().status());
                    while (!client.readEvent().startsWith("event: error")) {
                        assertEquals(1, books.stats(0).path("total_requests").asInt() - i + 1);
                    }
                }
                int failures = i;
                await().untilAsserted(() -> assertEquals(failures, books.stats(0).path("total_errors").asInt()));
            }
            assertTrue(books.open(0));
            books.assertAtRest();
        }
    }

    @Test
    @DisplayName("rule 10: an error behind the end of a message is passed on and counts for nothing")
    void anErrorBehindTheEndIsNoFailure() {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=1")) {
            String whole = String.join("", Wire.message("x")) + error("api_error");
            gateway.workspaces().respondWith(0, (request, reply) -> {
                Wire.stream(reply, whole);
                return true;
            });
            assertEquals(Wire.asSeen(whole), gateway.post(Gateway.STREAM).body());
            assertEquals(0, new Books(gateway).stats(0).path("total_errors").asInt());
        }
    }

    private static String error(String type) {
        return Wire.event("error", "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"x\"}}");
    }

    @Test
    @DisplayName("4.3: while the trial's stream goes on, others are served by the same workspace if there is no other")
    void theTrialsStreamKeepsNobodyWaiting() throws Exception {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=1", "circuit_breaker_timeout=0.2")) {
            Books books = new Books(gateway);
            gateway.workspaces().respondWith(0, Faulty.status(new int[] {503}));
            assertEquals(503, gateway.post(Gateway.PLAIN).statusCode());
            assertTrue(books.open(0));
            CountDownLatch end = new CountDownLatch(1);
            gateway.workspaces().respondWith(0, (request, reply) -> {
                if (request.json().path("stream").asBoolean()) {
                    Wire.open(reply, Wire.START, Wire.BLOCK_START, Wire.text("half"));
                    end.await();
                    Wire.write(reply, Wire.BLOCK_STOP, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP);
                    reply.endStream();
                }
                return request.json().path("stream").asBoolean();
            });
            HttpResponse<InputStream> trial = await().until(() -> gateway.send(gateway.request(Wire.utf8(Gateway.STREAM)).build(),
                    HttpResponse.BodyHandlers.ofInputStream()), answer -> answer.statusCode() == 200);

            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertTrue(books.open(0), "the verdict is the trial's");
            end.countDown();
            assertTrue(new String(trial.body().readAllBytes(), StandardCharsets.UTF_8).contains("message_stop"));
            await().until(() -> !books.open(0));
            books.assertAtRest();
        }
    }

    @Test
    @DisplayName("4.3: … but where one of them fails, the others wait for the trial's verdict")
    void besideATrialThatHangsOneFailureIsEnough() {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=1", "circuit_breaker_timeout=0.2",
                "DATABRICKS_TIMEOUT=2s")) {
            gateway.workspaces().respondWith(0, Faulty.status(new int[] {503}));
            assertEquals(503, gateway.post(Gateway.PLAIN).statusCode());
            AtomicBoolean answering = new AtomicBoolean(true);
            gateway.workspaces().respondWith(0, (request, reply) -> {
                if (answering.getAndSet(false)) {
                    Wire.open(reply, Wire.START, Wire.BLOCK_START, Wire.text("half"));
                }
                reply.awaitPeerClose(Gateway.PATIENCE);
                return true;
            });
            await().until(() -> gateway.send(gateway.request(Wire.utf8(Gateway.STREAM)).build(),
                    HttpResponse.BodyHandlers.ofInputStream()).statusCode() == 200);

            assertEquals(504, gateway.post(Gateway.STREAM).statusCode());
            int sent = new Books(gateway).stats(0).path("total_requests").asInt();
            for (int i = 0; i < 3; i++) {
                assertEquals(503, gateway.post(Gateway.STREAM).statusCode());
            }
            assertEquals(sent, new Books(gateway).stats(0).path("total_requests").asInt());
        }
    }

    @Test
    @DisplayName("E11: a workspace that refuses its credential is passed over; where all do, the client is told 403, for good")
    void aWorkspaceThatRefusesItsCredentialIsPassedOver() {
        try (Gateway gateway = Gateway.startWorkspaces(2, "strategy=round_robin", "w0.token=wrong",
                "BYPASS_FALLBACK_ENABLED=true")) {
            for (int i = 0; i < 8; i++) {
                assertEquals(200, gateway.post(i % 2 == 0 ? Gateway.PLAIN : Gateway.STREAM).statusCode());
            }
            Books books = new Books(gateway);
            books.assertAtRest();
            assertEquals(8, books.stats(1).path("total_requests").asInt());
            assertTrue(books.stats(0).path("total_requests").asInt() > 0);
            assertEquals(0, books.stats(0).path("total_errors").asInt());
        }
        try (Gateway gateway = Gateway.startWorkspaces(2, "w0.token=wrong", "w1.token=wrong", "BYPASS_FALLBACK_ENABLED=true")) {
            HttpResponse<String> answer = gateway.post(Gateway.STREAM);
            assertEquals(403, answer.statusCode());
            assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(null));
        }
    }

    @Test
    @DisplayName("4.1: a workspace may be called anything")
    void namesMayHoldAnything() {
        List<String> names = List.of("Workspace 1 (EU/west)", "東京 {{x}}?a=b&c#d", "-%20.$");
        try (Gateway gateway = Gateway.startWorkspaces(3, "strategy=round_robin", "w0.name=\"" + names.get(0) + "\"",
                "w1.name=\"" + names.get(1) + "\"", "w2.name=\"" + names.get(2) + "\"")) {
            for (int i = 0; i < 6; i++) {
                assertEquals(200, gateway.post(i % 2 == 0 ? Gateway.PLAIN : Gateway.STREAM).statusCode());
            }
            JsonNode stats = FaultsRequestTest.json(ProbesTest.ask(gateway, "GET", "/stats").body()).path("endpoints");
            for (int i = 0; i < 3; i++) {
                assertEquals(names.get(i), stats.path(i).path("name").asText());
                assertEquals(2, stats.path(i).path("total_requests").asInt());
            }
            assertTrue(ProbesTest.ask(gateway, "GET", "/health/detailed").body().contains(names.get(0)));
        }
    }

    @Test
    @DisplayName("4.1: workspaces that speak Messages and chat serve side by side, and for each other")
    void nativeAndInvocationsServeForEachOther() {
        try (Gateway gateway = Gateway.startWorkspaces(2, "strategy=round_robin", "w1.api=invocations",
                        "circuit_breaker_threshold=1000");
                Load load = new Load(gateway, 4)) {
            List<Script> scripts = scripts(gateway);
            load.mixed(Duration.ofSeconds(1)).assertOnly("COMPLETE");
            new Books(gateway).assertCounted(scripts);
            assertEquals("databricks-native", gateway.workspace(0).requests().get(0).dialect());
            assertTrue(gateway.workspace(1).requests().get(0).target().endsWith("/invocations"));
            for (int faulty = 0; faulty < 2; faulty++) {
                long before = scripts.get(1 - faulty).requests();
                scripts.get(faulty).play(Faulty.status(new int[] {500, 429}));

                load.mixed(Duration.ofSeconds(1)).assertOnly("COMPLETE");

                assertTrue(scripts.get(1 - faulty).requests() > before);
                scripts.get(faulty).play(Faulty.healthy());
            }
            new Books(gateway).assertAtRest();
        }
    }
}
