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
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The newest requests, served once more by edited pages: what would differ is told, and nobody outside learns of it. */
class RehearsalTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KEPT = 4;
    /** A second, and what a busy machine takes. */
    private static final Duration LIVE = Duration.ofSeconds(3);
    private static final String CANARY = "wombat-7261";
    private static final String ADMIN_KEY = "sk-admin-0123456789";
    private static final String FIRST_KEY = "sk-first-0123456789";
    private static final String SECOND_KEY = "sk-second-0123456789";
    private static final String CACHED = """
            {"model":"claude-sonnet-4-5","max_tokens":100,"system":[{"type":"text","text":"Be brief."},{"type":"text","text":"Be kind.",\
            "cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"text","text":"%s",\
            "cache_control":{"type":"ephemeral","ttl":"1h"}}]}]}""".formatted(CANARY);

    private static Gateway gateway;
    private static LoggedLines log;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("ANTHROPIC", "PROXY_REHEARSE=" + KEPT, "PROXY_ADMIN_KEY=" + ADMIN_KEY,
                "PROXY_API_KEYS=" + FIRST_KEY + "," + SECOND_KEY);
        log = LoggedLines.of("io.caravan.Rehearsal");
    }

    @AfterAll
    static void close() {
        log.close();
        gateway.close();
    }

    @AfterEach
    void restore() throws Exception {
        List<String> serving = pages(gateway, "routes");
        if (!serving.isEmpty()) {
            log.clear();
            for (String page : serving) {
                Files.delete(gateway.directory().resolve("routes").resolve(page));
            }
            await().atMost(Gateway.PATIENCE).until(() -> log.all().size() == 1);
        }
        for (String page : pages(gateway, "routes.next")) {
            Files.delete(gateway.directory().resolve("routes.next").resolve(page));
        }
        log.clear();
        gateway.upstream(null);
    }

    private static List<String> pages(Gateway gateway, String folder) throws IOException {
        if (!Files.isDirectory(gateway.directory().resolve(folder))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(gateway.directory().resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void ask(String body, int times) {
        for (int i = 0; i < times; i++) {
            assertEquals(200, gateway.post(body, "x-api-key", FIRST_KEY).statusCode());
        }
    }

    private static String messages(String steps) {
        try {
            String page = Files.readString(Path.of("src/main/resources/routes/messages.camel.yaml"));
            return page.replace("        - to: {id: choose-backend", steps.indent(8) + "        - to: {id: choose-backend");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void write(Gateway gateway, String folder, String page, String text) throws IOException {
        Files.createDirectories(gateway.directory().resolve(folder));
        Files.writeString(gateway.directory().resolve(folder).resolve(page + ".camel.yaml"), text);
    }

    /** What the log says of a page that is edited. */
    private static String edited(String text) throws IOException {
        log.clear();
        write(gateway, "routes", "messages", text);
        await().atMost(Gateway.PATIENCE).until(() -> !log.all().isEmpty());
        return log.all().get(0);
    }

    private static HttpResponse<String> rehearse(Gateway gateway, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.url().resolve("/rehearse")).timeout(Gateway.PATIENCE)
                .POST(BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(request.build(), BodyHandlers.ofString());
    }

    /** What a rehearsal says of pages in {@code routes.next/}. */
    private static JsonNode rehearsed() throws IOException {
        HttpResponse<String> answer = rehearse(gateway, "x-api-key", ADMIN_KEY);
        assertEquals(200, answer.statusCode(), answer.body());
        assertFalse(answer.body().contains(CANARY), answer.body());
        return JSON.readTree(answer.body());
    }

    private static JsonNode next(String steps) throws IOException {
        write(gateway, "routes.next", "messages", messages(steps));
        return rehearsed();
    }

    @Test
    void anEditIsRehearsedWithTheNewestRequestsAndNoUpstreamLearnsOfIt() throws IOException {
        ask(Gateway.PLAIN, 3);
        ask(Gateway.STREAM, KEPT - 2);
        assertEquals(200, gateway.post(Gateway.PLAIN.replace("sonnet", "haiku"), "x-api-key", SECOND_KEY).statusCode());
        int asked = gateway.simulator().requests().size();

        assertEquals("INFO Rehearsed 4 requests: 4 same", edited(messages("")));
        assertEquals("INFO Rehearsed 4 requests: 3 same, 1 other model (claude-haiku-4-5 -> claude-sonnet-4-5)", edited(messages("""
                - choice:
                    when:
                      - simple: {expression: "${variable.caravanClient} == 'key-2'"}
                        steps:
                          - setVariable: {name: model, constant: {expression: claude-sonnet-4-5}}
                """)));
        assertEquals(asked, gateway.simulator().requests().size());
    }

    @Test
    void eachKindOfDifferenceIsTold() throws IOException {
        ask(CACHED, KEPT);
        assertEquals("Rehearsed 4 requests: 4 same", next("").path("summary").asText());
        assertEquals("Rehearsed 4 requests: 0 same, 4 other backend (anthropic -> openrouter), 4 other model (claude-sonnet-4-5 ->"
                + " anthropic/claude-sonnet-4.5)", next("- setVariable: {name: backend, constant: {expression: openrouter}}").path("summary").asText());
        assertEquals("Rehearsed 4 requests: 0 same, 4 status 200 -> 400 request_refused, 4 other bytes sent, 4 cache markers moved",
                next("- setBody: {constant: {expression: '{\"model\":\"claude-sonnet-4-5\",\"messages\":[]}'}}").path("summary").asText());
        assertEquals("Rehearsed 4 requests: 0 same, 4 other bytes sent, 4 text before a cache marker changed",
                next("- setBody: {simple: {expression: \"${bodyAs(String).replaceAll('brief', 'short')}\"}}").path("summary").asText());
        assertEquals("Rehearsed 4 requests: 0 same, 4 other bytes sent",
                next("- setBody: {simple: {expression: \"${bodyAs(String).replaceAll('100', '101')}\"}}").path("summary").asText());
        JsonNode moved = next("""
                - unmarshal: {json: {library: Jackson}}
                - script: {simple: {expression: "${body[system][1].remove('cache_control')}"}}
                - marshal: {json: {library: Jackson}}
                """);
        assertEquals("Rehearsed 4 requests: 0 same, 4 other bytes sent, 4 cache markers moved", moved.path("summary").asText(), moved::toString);
        assertEquals("system[1], messages[0].content[0] 1h", moved.at("/requests/0/now/markers").asText());
        assertEquals("messages[0].content[0] 1h", moved.at("/requests/0/next/markers").asText());
        assertEquals("/v1/messages", moved.at("/requests/0/path").asText());
        assertEquals(String.valueOf(CACHED.length()), moved.at("/requests/0/now/bytes").asText());
    }

    @Test
    void whatPagesDoBesideAnsweringIsLeftOut(@org.junit.jupiter.api.io.TempDir Path effects) throws IOException {
        ask(Gateway.PLAIN, KEPT);
        int asked = gateway.simulator().requests().size();
        try (LoggedLines routes = LoggedLines.of("io.caravan.routes")) {
            JsonNode report = next("""
                    - wireTap: {uri: "file:%1$s/tapped"}
                    - log: {message: "logged ${body}"}
                    - to: {uri: "log:io.caravan.routes"}
                    - pollEnrich: {constant: {expression: "file:%1$s/polled"}, timeout: "0", aggregationStrategy: "#class:org.apache.camel.processor.aggregate.UseOriginalAggregationStrategy"}
                    - toD: {uri: "http://127.0.0.1:1/${variable.caravanModel}"}
                    - to: {uri: "seda:behind"}
                    - throttle: {expression: {constant: {expression: "1"}}, timePeriodMillis: "60000", rejectExecution: true}
                    - delay: {expression: {constant: {expression: "60000"}}}
                    - wireTap: {uri: "direct:shadow", onPrepare: detachCall}
                    """.formatted(effects) + """
                    - to: {uri: "direct:said"}
                    """);
            assertTrue(report.path("fault").asText().contains("no route serves direct:"), report::toString);
            write(gateway, "routes.next", "behind", """
                    - route:
                        from:
                          uri: direct:said
                          steps:
                            - log: {message: "said ${body}"}
                    - route:
                        from:
                          uri: seda:behind
                          steps:
                            - to: {uri: "file:%1$s/queued"}
                    - route:
                        from:
                          uri: timer:ticks?period=1
                          steps:
                            - to: {uri: "file:%1$s/ticked"}
                    - route:
                        from:
                          uri: direct:shadow
                          steps:
                            - setVariable: {name: backend, constant: {expression: openrouter}}
                            - to: {uri: "direct:select-backend"}
                    """.formatted(effects));
            report = rehearsed();
            assertEquals(KEPT, report.path("rehearsed").asInt(), report::toString);
            assertEquals(KEPT, report.path("same").asInt(), report::toString);
            assertTrue(report.path("summary").asText().endsWith("not asked: file, http, log"), report::toString);
            assertEquals(List.of(), routes.all());
        }
        assertEquals(List.of(), files(effects));
        assertEquals(asked, gateway.simulator().requests().size());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("examples"))) {
            return all.filter(file -> file.endsWith("routes/messages.camel.yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleCanBeRehearsed(Path page) throws IOException {
        ask(Gateway.PLAIN, KEPT);
        try (Stream<Path> all = Files.list(page.getParent())) {
            for (Path one : all.toList()) {
                write(gateway, "routes.next", one.getFileName().toString().replace(".camel.yaml", ""), Files.readString(one));
            }
        }
        JsonNode report = rehearsed();
        assertEquals(KEPT, report.path("rehearsed").asInt(), report::toString);
        assertEquals("200", report.at("/requests/0/next/status").asText(), report::toString);
    }

    @Test
    void aPageThatCannotServeIsNamedWithItsFolder() throws IOException {
        ask(Gateway.PLAIN, 1);
        write(gateway, "routes.next", "messages", messages("").replace("ref: limitCalls", "ref: limitCall"));
        assertTrue(rehearsed().path("fault").asText().startsWith("routes.next/messages.camel.yaml:13: "), () -> "no fault");
        write(gateway, "routes.next", "messages", messages(""));
        Path page = gateway.directory().resolve("routes.next/messages.camel.yaml");
        Files.setPosixFilePermissions(page, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertTrue(rehearsed().path("fault").asText().startsWith("routes.next/messages.camel.yaml: others on this machine may write it"));
    }

    @Test
    void anUpstreamIsPlayedWhereverItIs() throws IOException {
        try (Gateway own = Gateway.start("ANTHROPIC", "PROXY_REHEARSE=1", "camel.metrics.enabled=true", "camel.management.enabled=true",
                "camel.management.port=" + ToolingTest.freePort(), "config.yaml=" + """
                backends:
                  - {name: corp, api: chat, url: "${SIMULATOR}/odd/v1", token: t0k3n, query: {key: s3cret}, headers: {x-team: s3cret}}
                """)) {
            assertEquals(404, own.post(Gateway.PLAIN.replace(Gateway.MODEL, "corp,claude-sonnet-4-5")).statusCode());
            int asked = own.simulator().requests().size();
            JsonNode report = JSON.readTree(rehearse(own).body());
            assertEquals("Rehearsed 1 request: 1 same", report.path("summary").asText(), report::toString);
            assertEquals("200 corp", report.at("/requests/0/next/status").asText() + " " + report.at("/requests/0/next/backend").asText());
            assertEquals(asked, own.simulator().requests().size());
        }
    }

    @Test
    void anEditIsLiveWithinASecondThoughItIsRehearsed() throws IOException {
        ask(Gateway.PLAIN, KEPT);
        edited(messages(""));
        for (int i = 0; i < 3; i++) {
            String answer = "edit " + i;
            long written = System.nanoTime();
            write(gateway, "routes", "mine", """
                    - route:
                        note: caravan.access = public
                        from:
                          uri: platform-http:/team/edit
                          steps:
                            - setBody: {constant: {expression: "%s"}}
                    """.formatted(answer));
            await().pollInterval(Duration.ofMillis(10)).atMost(Gateway.PATIENCE).until(() -> gateway.send(HttpRequest.newBuilder(
                    gateway.url().resolve("/team/edit")).build(), BodyHandlers.ofString()).body().equals(answer));
            assertTrue(System.nanoTime() - written < LIVE.toNanos(), answer + " took " + (System.nanoTime() - written) / 1_000_000 + " ms");
        }
    }

    @Test
    void itNeedsTheAdminKey() {
        assertEquals(401, rehearse(gateway).statusCode());
        assertEquals(401, rehearse(gateway, "x-api-key", FIRST_KEY).statusCode());
    }

    @Test
    void aRehearsalTakesFiveSecondsAtMost() throws IOException {
        ask(Gateway.PLAIN, KEPT);
        long begun = System.nanoTime();
        JsonNode report = next("""
                - loop:
                    constant: {expression: "2000000000"}
                    steps:
                      - setVariable: {name: counted, simple: {expression: "${variable.CamelLoopIndex}"}}
                """);
        assertTrue(System.nanoTime() - begun < Duration.ofSeconds(20).toNanos());
        assertEquals("Rehearsed 0 requests: 0 same, 4 not rehearsed for want of time or memory", report.path("summary").asText());
        assertEquals("Rehearsed 4 requests: 4 same", next("").path("summary").asText());
    }

    @Test
    void nothingIsKeptUnlessItIsAskedFor() throws IOException {
        try (Gateway off = Gateway.start("ANTHROPIC")) {
            assertEquals(200, off.post(Gateway.PLAIN).statusCode());
            await().atMost(Gateway.PATIENCE).until(() -> held(off) == 0);
            HttpResponse<String> answer = rehearse(off);
            assertEquals(503, answer.statusCode());
            assertTrue(answer.body().contains("PROXY_REHEARSE is not set"), answer.body());
        }
    }

    @Test
    void keptBodiesCountAsHeldAndGiveWayToCalls() throws IOException {
        int size = Gateway.PLAIN.length();
        try (Gateway small = Gateway.start("ANTHROPIC", "PROXY_REHEARSE=100", "PROXY_MAX_BODY_BYTES=" + 20 * size,
                "PROXY_MAX_HELD_BYTES=" + 20 * size)) {
            for (int i = 0; i < 30; i++) {
                assertEquals(200, small.post(Gateway.PLAIN).statusCode());
            }
            await().atMost(Gateway.PATIENCE).until(() -> held(small) == 10 * size); // half of it
            assertEquals("Rehearsed 10 requests: 10 same", JSON.readTree(rehearse(small).body()).path("summary").asText());

            small.upstream((request, reply) -> {
                assertEquals(20 * size, held(small), size);
                return false;
            });
            assertEquals(200, small.post(Gateway.PLAIN.replace("say hi", "x".repeat(14 * size))).statusCode());
            small.upstream(null);
            await().atMost(Gateway.PATIENCE).until(() -> held(small) == 5 * size);
            assertEquals("Rehearsed 5 requests: 5 same", JSON.readTree(rehearse(small).body()).path("summary").asText());
        }
    }

    private static long held(Gateway gateway) {
        String metrics = gateway.send(HttpRequest.newBuilder(gateway.url().resolve("/metrics")).build(), BodyHandlers.ofString()).body();
        return metrics.lines().filter(line -> line.startsWith("caravan_body_bytes_held ")).mapToLong(line -> (long) Double.parseDouble(
                line.substring(line.indexOf(' ')))).findFirst().orElseThrow();
    }
}
