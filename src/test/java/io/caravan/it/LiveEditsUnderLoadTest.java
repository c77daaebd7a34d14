/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.Reply;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Forty edits, half of them bad in ten ways, under 50 requests a second and 20 streams that stay open all the time. */
class LiveEditsUnderLoadTest {

    private static final Path BUILT_IN = Path.of("src/main/resources/routes");
    private static final int STREAMS = 20;
    private static final List<String> PAGES = List.of("messages", "select-backend", "backend-templates", "errors", "health");

    private final Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();
    private final List<String> failures = new ArrayList<>();

    @Test
    @Tag("faults")
    void nobodyNoticesAnEdit() throws Exception {
        CountDownLatch edited = new CountDownLatch(1);
        ScheduledExecutorService load = Executors.newScheduledThreadPool(8);
        try (Gateway gateway = Gateway.start("ANTHROPIC"); LoggedLines log = LoggedLines.of("io.caravan.RouteReload")) {
            gateway.upstream((request, reply) -> {
                if (new String(request.body(), StandardCharsets.UTF_8).contains("\"stream\":true")) {
                    reply.startStream();
                    Streams.begin(reply);
                    while (!edited.await(50, TimeUnit.MILLISECONDS)) {
                        Streams.delta(reply);
                    }
                    Streams.end(reply);
                } else {
                    reply.send("{\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"m\"}".getBytes(StandardCharsets.UTF_8));
                }
                return true;
            });
            List<CompletableFuture<String>> streams = IntStream.range(0, STREAMS).mapToObj(i -> CompletableFuture.supplyAsync(
                    () -> gateway.post(Gateway.STREAM).body(), Executors.newSingleThreadExecutor())).toList();
            await().atMost(Gateway.PATIENCE).until(() -> gateway.simulator().activeRequests() >= STREAMS);
            load.scheduleAtFixedRate(() -> ask(gateway), 0, 20, TimeUnit.MILLISECONDS);
            for (int i = 0; i < 20; i++) {
                good(gateway, log, i);
                bad(gateway, log, i);
            }
            load.shutdown();
            assertTrue(load.awaitTermination(30, TimeUnit.SECONDS));
            edited.countDown();
            for (CompletableFuture<String> stream : streams) {
                assertTrue(stream.get(30, TimeUnit.SECONDS).contains("message_stop"));
            }
            assertEquals(List.of(), failures);
            assertEquals(List.of(200), List.copyOf(statuses.keySet()), statuses::toString);
            assertTrue(statuses.get(200).get() > 100, statuses::toString);
        } finally {
            edited.countDown();
            load.shutdownNow();
        }
    }

    private void ask(Gateway gateway) {
        try {
            HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
            statuses.computeIfAbsent(answer.statusCode(), status -> new AtomicInteger()).incrementAndGet();
        } catch (RuntimeException e) {
            synchronized (failures) {
                failures.add(e.toString());
            }
        }
    }

    private static void good(Gateway gateway, LoggedLines log, int i) throws IOException {
        String page = PAGES.get(i % PAGES.size());
        write(gateway, page, builtIn(page) + "# edit " + i + "\n");
        awaitLine(log, "INFO routes/" + page + ".camel.yaml was edited and serves");
    }

    /** Ten ways, each twice; the page of before serves on. */
    private static void bad(Gateway gateway, LoggedLines log, int i) throws IOException {
        String messages = builtIn("messages");
        List<String> ways = List.of(
                messages.replace("      steps:", "     steps:"),
                messages.replace("- process: {id: limit-calls", "- proces: {id: limit-calls"),
                messages.replace("ref: limitCalls", "ref: limitCall"),
                messages.replace("direct:select-backend", "direct:selectbackend"),
                messages.replace("platform-http:/v1/messages", "nosuch:/v1/messages"),
                messages.replace("useBodyHandler", "useBodyHandlr"),
                "",
                messages.substring(0, messages.length() / 2),
                messages.substring(0, messages.indexOf("        - to:")),
                messages.replace("platform-http:/v1/messages", "platform-http:/v1/models"));
        write(gateway, "messages", ways.get(i % ways.size()) + (i < ways.size() ? "" : "\n"));
        awaitLine(log, "WARN routes/messages.camel.yaml");
        write(gateway, "messages", builtIn("messages") + "# mended " + i + "\n");
        awaitLine(log, "INFO routes/messages.camel.yaml was edited and serves");
    }

    private static void awaitLine(LoggedLines log, String beginning) {
        await().atMost(Gateway.PATIENCE).until(() -> log.all().stream().anyMatch(line -> line.startsWith(beginning)));
        assertEquals(1, log.all().size(), log.all()::toString);
        log.clear();
    }

    private static String builtIn(String page) throws IOException {
        return Files.readString(BUILT_IN.resolve(page + ".camel.yaml"));
    }

    private static void write(Gateway gateway, String page, String text) throws IOException {
        Path routes = Files.createDirectories(gateway.directory().resolve("routes"));
        Path finished = Files.writeString(gateway.directory().resolve("finished"), text);
        Files.move(finished, routes.resolve(page + ".camel.yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** A Messages stream that goes on. */
    private static final class Streams {

        static void begin(Reply reply) throws IOException {
            reply.event("message_start", "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                    + "\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}");
            reply.event("content_block_start", "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
        }

        static void delta(Reply reply) throws IOException {
            reply.event("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}");
        }

        static void end(Reply reply) throws IOException {
            reply.event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}");
            reply.event("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}");
            reply.event("message_stop", "{\"type\":\"message_stop\"}");
            reply.endStream();
        }
    }
}
