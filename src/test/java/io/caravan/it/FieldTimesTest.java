/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.faults.Books;
import io.caravan.provider.Providers;
import io.caravan.settings.GatewaySettings;
import io.caravan.simulator.Responder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads that come late: what that means for who waits, and for everybody else. */
@DisplayName("slow heads (F054, F071; 4.3, 5.5)")
class FieldTimesTest {

    @TempDir
    private Path directory;

    private static Responder slow(String word, CountDownLatch heads, boolean messages) {
        return (request, reply) -> {
            if (request.json().toString().contains(word)) {
                await().atMost(Gateway.PATIENCE).until(() -> heads.getCount() == 0 || reply.awaitPeerClose(Duration.ofMillis(20)));
            }
            if (messages) {
                Wire.stream(reply, Wire.message("hi").toArray(String[]::new));
            } else {
                Wire.stream(reply, ChatWire.answer("hi").toArray(String[]::new));
            }
            return true;
        };
    }

    private static CompletableFuture<HttpResponse<String>> ask(Gateway gateway, String text) {
        return CompletableFuture.supplyAsync(() -> gateway.post(Gateway.STREAM.replace("say hi", text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AZURE_DATABRICKS", "DATABRICKS_INVOCATIONS"})
    @DisplayName("F054: a head is waited for 300 s unless set; what comes late is served")
    void aLateHeadIsWaitedFor(String backend) throws Exception {
        assertEquals(Duration.ofSeconds(300), GatewaySettings.read(Map.of("DATABRICKS_HOST", "adb-1.2", "DATABRICKS_TOKEN", "t"),
                directory, Providers.builtIn()).backends().get("databricks").upstreams().get(0).times().head());
        CountDownLatch heads = new CountDownLatch(1);
        try (Gateway gateway = Gateway.start(backend)) {
            gateway.upstream(slow("long", heads, backend.equals("AZURE_DATABRICKS")));
            CompletableFuture<HttpResponse<String>> waiting = ask(gateway, "long");
            await().until(() -> gateway.simulator().requests().size() == 1);
            heads.countDown();
            HttpResponse<String> answer = waiting.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertEquals(200, answer.statusCode());
            assertTrue(answer.body().contains("\"hi\"") && answer.body().endsWith(Wire.MESSAGE_STOP), answer.body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AZURE_DATABRICKS", "DATABRICKS_INVOCATIONS"})
    @DisplayName("F054: who waits long for a head is sent one, and pings; then all of the answer, or the error")
    void whoWaitsLongForAHeadIsSentPings(String backend) throws Exception {
        CountDownLatch heads = new CountDownLatch(1);
        try (Gateway gateway = Gateway.start(backend, "PROXY_HEAD_AFTER=200ms", "PROXY_PING_INTERVAL=200ms")) {
            gateway.upstream(slow("say hi", heads, backend.equals("AZURE_DATABRICKS")));
            try (RawClient client = gateway.connect().post(Gateway.STREAM)) {
                assertEquals(200, client.readHead().status());
                assertEquals("ping", client.readEventName());
                assertEquals("ping", client.readEventName());
                heads.countDown();
                String name = client.readEventName();
                while (name.equals("ping")) {
                    name = client.readEventName();
                }
                assertEquals("message_start", name);
                assertTrue(new String(client.readRest(), StandardCharsets.UTF_8).endsWith(Wire.MESSAGE_STOP));
            }
            gateway.upstream((request, reply) -> {
                reply.awaitPeerClose(Duration.ofSeconds(1));
                reply.status(429).send(Wire.utf8("{\"error_code\":\"REQUEST_LIMIT_EXCEEDED\",\"message\":\"slow down\"}"));
                return true;
            });
            String told = gateway.post(Gateway.STREAM).body();
            assertTrue(told.startsWith("event: ping\n"), told);
            String last = told.substring(told.lastIndexOf("event: "));
            assertTrue(last.startsWith("event: error\n") && last.contains("slow down"), told);
            String json = gateway.post(Gateway.PLAIN).body();
            assertTrue(json.startsWith("{\"type\":\"error\""), json);
        }
    }

    @Test
    @DisplayName("F054: behind pings another workspace may still serve, and JSON becomes the stream it would have been")
    void behindPingsAnotherMayStillServe() {
        try (Gateway gateway = Gateway.startWorkspaces(2, "strategy=round_robin", "PROXY_HEAD_AFTER=200ms")) {
            for (int i = 0; i < 2; i++) {
                AtomicInteger asked = new AtomicInteger();
                Responder responder = (request, reply) -> {
                    if (asked.getAndIncrement() == 0) {
                        reply.awaitPeerClose(Duration.ofSeconds(1));
                        reply.status(503).send(new byte[0]);
                    } else {
                        reply.header("content-type", "application/json").send(Wire.utf8("{\"type\":\"message\",\"role\":"
                                + "\"assistant\",\"model\":\"m\",\"content\":[{\"type\":\"text\",\"text\":\"whole\"}],"
                                + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}"));
                    }
                    return true;
                };
                gateway.workspaces().respondWith(0, responder);
                gateway.workspaces().respondWith(1, responder);
                HttpResponse<String> answer = gateway.post(Gateway.STREAM);
                assertEquals(200, answer.statusCode());
                assertTrue(answer.body().startsWith("event: ping\n"), answer.body());
                assertTrue(answer.body().contains("whole") && answer.body().contains("event: message_stop"), answer.body());
            }
        }
    }

    @Test
    @DisplayName("F071: five slow heads at once, and then one that is answered at once, are all served")
    void slowHeadsTakeNobodyOut() throws Exception {
        CountDownLatch heads = new CountDownLatch(1);
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_BREAKER_THRESHOLD=5")) {
            gateway.upstream(slow("long", heads, true));
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                waiting.add(ask(gateway, "long"));
            }
            await().until(() -> gateway.simulator().requests().size() == 5);
            heads.countDown();
            for (CompletableFuture<HttpResponse<String>> one : waiting) {
                assertEquals(200, one.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode());
            }
            assertEquals(200, gateway.post(Gateway.STREAM).statusCode());
        }
    }

    @Test
    @DisplayName("F071, 4.3: heads that are too late do not count where others are answered meanwhile")
    void tooLateHeadsDoNotCountWhereOthersAreAnswered() throws Exception {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=5", "circuit_breaker_timeout=3600",
                "DATABRICKS_TIMEOUT=1s")) {
            gateway.workspaces().respondWith(0, slow("long", new CountDownLatch(1), true));
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                waiting.add(ask(gateway, "long"));
            }
            await().until(() -> gateway.workspace(0).requests().size() == 8);
            assertEquals(200, gateway.post(Gateway.STREAM).statusCode());
            for (CompletableFuture<HttpResponse<String>> one : waiting) {
                assertEquals(504, one.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode());
            }
            assertEquals(200, gateway.post(Gateway.STREAM).statusCode());
            assertEquals(0, new Books(gateway).stats(0).path("total_errors").asInt());
        }
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    @DisplayName("F071: five heads that are all too late are one silence, and the next request is served")
    void headsThatAreTooLateTogetherTakeNobodyOut(String backend) throws Exception {
        try (Gateway gateway = Gateway.start(backend, "PROXY_BREAKER_THRESHOLD=2", "DATABRICKS_TIMEOUT=1s", "LITELLM_TIMEOUT=1s",
                "UPSTREAM_TIMEOUT=1s")) {
            gateway.upstream(slow("long", new CountDownLatch(1), !Gateway.CHAT.contains(backend)));
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                waiting.add(ask(gateway, "long"));
            }
            for (CompletableFuture<HttpResponse<String>> one : waiting) {
                assertEquals(504, one.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode());
            }
            assertEquals(200, gateway.post(Gateway.STREAM).statusCode());
            assertEquals(200, gateway.chat(ChatWire.STREAM).statusCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "invocations"})
    @DisplayName("4.3: a rate limit is one wherever it is told, and takes no upstream away")
    void aRateLimitInTheFirstFrameIsA429(String api) {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=2", "circuit_breaker_timeout=3600",
                "w0.api=" + api)) {
            String frame = Wire.event("error", "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow\"}}");
            String chat = "data: {\"error_code\":\"REQUEST_LIMIT_EXCEEDED\",\"message\":\"slow\"}\n\n";
            gateway.workspaces().respondWith(0, (request, reply) -> {
                Wire.stream(reply, api.equals("native") ? frame : chat);
                return true;
            });
            for (int i = 0; i < 5; i++) {
                assertEquals(429, gateway.post(Gateway.STREAM).statusCode());
            }
            assertEquals(0, new Books(gateway).stats(0).path("total_errors").asInt());
        }
    }

    @Test
    @DisplayName("4.3: where nobody is answered they do")
    void anUpstreamThatAnswersNobodyIsLeftAlone() {
        try (Gateway gateway = Gateway.startWorkspaces(1, "circuit_breaker_threshold=2", "circuit_breaker_timeout=3600",
                "DATABRICKS_TIMEOUT=300ms")) {
            gateway.workspaces().respondWith(0, slow("long", new CountDownLatch(1), true));
            for (int status : new int[] {504, 504, 503}) {
                assertEquals(status, gateway.post(Gateway.STREAM.replace("say hi", "long")).statusCode());
            }
        }
    }
}
