/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trap 8: a route page edited under a running gateway takes effect if it can, and nothing else is lost by it. */
@DisplayName("route pages edited live")
class LiveReloadTest {

    private static final Path BUILT_IN = Path.of("src/main/resources/routes");
    private static final String SERVES = " was edited and serves";

    private static Gateway gateway;
    private static LoggedLines log;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("ANTHROPIC");
        log = LoggedLines.of("io.caravan.RouteReload");
    }

    @AfterAll
    static void close() {
        log.close();
        gateway.close();
    }

    /** Takes every page away again, and waits until the built-in ones serve. */
    @AfterEach
    void restore() throws IOException {
        Path routes = gateway.directory().resolve("routes");
        if (Files.isDirectory(routes)) {
            try (Stream<Path> files = Files.list(routes)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        await().atMost(Gateway.PATIENCE).until(() -> log.all().stream().filter(line -> line.endsWith(SERVES))
                .allMatch(line -> log.all().lastIndexOf(line) < lastOf(line.replace(SERVES, " is gone"))));
        gateway.upstream(null);
        log.clear();
    }

    @Test
    void anEditGoesLiveAndItsEndBringsTheBuiltInPageBack() throws IOException {
        write("health", builtIn("health").replace("\"status\":\"live\"", "\"status\":\"edited\""));
        await().atMost(Gateway.PATIENCE).until(() -> get("/health/live").body().equals("{\"status\":\"edited\"}"));
        assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
        assertEquals(404, get("/nothing").statusCode());
        assertTrue(get("/health").body().contains("healthy"));
        assertEquals(List.of("INFO routes/health.camel.yaml was edited and serves"), log.all());

        Files.delete(page("health"));
        await().atMost(Gateway.PATIENCE).until(() -> get("/health/live").body().equals("{\"status\":\"live\"}"));
        assertEquals("INFO routes/health.camel.yaml is gone; the built-in page serves again", log.all().get(1));
    }

    @Test
    void aNewPageServesAndGoesAgain() throws IOException {
        write("mine", page("/team/ping", "pong"));
        await().atMost(Gateway.PATIENCE).until(() -> get("/team/ping").body().equals("pong"));
        Files.delete(page("mine"));
        await().atMost(Gateway.PATIENCE).until(() -> get("/team/ping").statusCode() == 404);
    }

    @Test
    void aTemplateIsMadeAnewInEveryRouteThatCameOfIt() throws IOException {
        write("backend-templates", builtIn("backend-templates").replace(
                "          - setVariable: {id: name-backend,", "          - log: {id: hello, message: hello}\n          - setVariable: {id: name-backend,"));
        await().atMost(Gateway.PATIENCE).until(() -> gateway.context().getProcessor("anthropic-hello") != null);
        assertEquals(200, gateway.post(Gateway.STREAM).statusCode());
    }

    @Test
    void aStreamOutlivesEveryEditMadeMeanwhile() throws IOException {
        CountDownLatch edited = new CountDownLatch(1);
        gateway.upstream((request, reply) -> {
            reply.startStream();
            reply.event("message_start", "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                    + "\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}");
            reply.event("content_block_start", "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
            edited.await();
            reply.event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}");
            reply.event("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}");
            reply.event("message_stop", "{\"type\":\"message_stop\"}");
            reply.endStream();
            return true;
        });
        try (RawClient client = gateway.connect()) {
            client.postTo("/v1/messages", Gateway.STREAM);
            assertEquals(200, client.readHead().status());
            for (String page : List.of("messages", "select-backend", "backend-templates", "health")) {
                write(page, builtIn(page) + "# edited\n");
                await().atMost(Gateway.PATIENCE).until(() -> log.all().contains("INFO routes/" + page + ".camel.yaml was edited and serves"));
            }
            edited.countDown();
            String last = client.readEventName();
            while (!last.equals("message_stop")) {
                last = client.readEventName();
            }
        }
    }

    private static int lastOf(String beginning) {
        List<String> lines = log.all();
        return IntStream.range(0, lines.size()).filter(i -> lines.get(i).startsWith(beginning)).max().orElse(-1);
    }

    @Test
    void whatServedBeforeEndsWithItsLastClient() throws IOException {
        CamelContext before = gateway.context();
        gateway.upstream((request, reply) -> {
            reply.startStream();
            reply.event("message_start", "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                    + "\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}");
            reply.event("content_block_start", "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
            reply.awaitPeerClose(Gateway.PATIENCE);
            return true;
        });
        try (RawClient leaving = gateway.connect(); RawClient leavingAtOnce = gateway.connect()) {
            leaving.postTo("/v1/messages", Gateway.STREAM);
            assertEquals(200, leaving.readHead().status());
            leavingAtOnce.sendHead("/v1/messages", "content-length: 100");
            write("mine", page("/team/ping", "pong"));
            await().atMost(Gateway.PATIENCE).until(() -> get("/team/ping").body().equals("pong"));
            assertTrue(!before.getRoutes().isEmpty() && !before.isStopped());
            leaving.reset();
            leavingAtOnce.reset();
        }
        await().atMost(Gateway.PATIENCE).until(() -> before.getRoutes().isEmpty() || before.isStopped());
    }

    static Stream<Arguments> badEdits() {
        return Stream.of(
                bad("broken indent", "messages", messages().replace("      steps:", "     steps:"), "routes/messages.camel.yaml:\\d+: .*"),
                bad("an EIP there is none of", "messages", messages().replace("- process: {id: limit-calls, ref: limitCalls}", "- proces: {ref: limitCalls}"),
                        "routes/messages.camel.yaml:1\\d: .*proces.*"),
                bad("a bean there is none of", "messages", messages().replace("ref: limitCalls", "ref: limitCall"),
                        "routes/messages.camel.yaml:1\\d: .*limitCall.*"),
                bad("a direct: that nobody serves", "messages", messages().replace("direct:select-backend", "direct:selectbackend"),
                        "routes/messages.camel.yaml:1\\d: no route serves direct:selectbackend.*"),
                bad("a component there is none of", "mine", page("/team/x", "x").replace("setBody: {constant: 'x'}", "to: nosuch:thing"),
                        "routes/mine.camel.yaml:\\d+: .*nosuch.*"),
                bad("an option there is none of", "messages", messages().replace("useBodyHandler: false", "useBodyHandlr: false"),
                        "routes/messages.camel.yaml:\\d+: .*useBodyHandlr.*"),
                bad("an expression that does not parse", "mine", page("/team/x", "x").replace("constant: 'x'", "simple: '${body'"),
                        "routes/mine.camel.yaml:\\d+: .*"),
                bad("an empty page", "messages", "", "routes/messages.camel.yaml: it is empty.*"),
                bad("nothing but a comment", "messages", "# to do\n", "routes/messages.camel.yaml.*"),
                bad("half written", "messages", messages().substring(0, messages().length() / 2), "routes/messages.camel.yaml.*"),
                bad("cut off before its answer", "messages", messages().substring(0, messages().indexOf("        - to:")),
                        "routes/messages.camel.yaml:\\d+: the route messages takes a request and never answers it.*"),
                bad("the path of another page", "mine", page("/v1/models", "x"),
                        "routes/mine.camel.yaml:\\d+: the routes .* both serve /v1/models.*"),
                bad("a prefix over other pages", "mine", page("/v1?matchOnUriPrefix=true", "x"), "routes/mine.camel.yaml:\\d+: the routes .*"),
                bad("a route's id twice", "mine", page("/team/x", "x").replace("id: mine", "id: messages"), "routes/mine.camel.yaml.*messages.*"),
                bad("/v1/messages gone", "messages", messages().replace("platform-http:/v1/messages", "platform-http:/v2/messages"),
                        "routes/.*no route would serve POST /v1/messages.*"),
                bad("a template there is none of", "mine", backend("backnd", "none"), "routes/mine.camel.yaml:2: .*backnd.*"),
                bad("a fallback there is none of", "mine", backend("backend", "openruter"),
                        "routes/mine.camel.yaml:7: the fallback openruter is no backend; there are .*openrouter.*"));
    }

    private static String backend(String template, String fallback) {
        return """
                - templatedRoute:
                    routeTemplateRef: %s
                    routeId: backend-anthropic
                    prefixId: anthropic-
                    parameters:
                      - {name: name, value: anthropic}
                      - {name: fallback, value: %s}
                """.formatted(template, fallback);
    }

    private static Arguments bad(String what, String page, String text, String told) {
        return Arguments.of(what, page, text, told);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badEdits")
    void whatCannotServeIsRefusedWithFileAndLineAndAllStaysAsItWas(String what, String page, String text, String told) throws IOException {
        write(page, text);
        await().atMost(Gateway.PATIENCE).until(() -> !log.all().isEmpty());
        List<String> lines = log.all();
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).matches("WARN " + told + "; what served before it stays"), lines.get(0));
        assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
        assertEquals(200, gateway.post(Gateway.STREAM).statusCode());
        assertEquals(404, get("/team/x").statusCode());
    }

    @Test
    void aGoodEditServesBesideABadOne() throws IOException {
        write("messages", messages().replace("ref: limitCalls", "ref: limitCall"));
        write("mine", page("/team/ping", "pong"));
        await().atMost(Gateway.PATIENCE).until(() -> get("/team/ping").body().equals("pong"));
        await().atMost(Gateway.PATIENCE).until(() -> log.all().stream().anyMatch(line -> line.contains("limitCall")));
        assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
    }

    @Test
    void whatOthersOnTheMachineMayWriteIsNotLoaded() throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
        Path finished = Files.writeString(gateway.directory().resolve("finished"), page("/team/ping", "pong"));
        Files.setPosixFilePermissions(finished, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.createDirectories(gateway.directory().resolve("routes"));
        Files.move(finished, page("mine"));
        await().atMost(Gateway.PATIENCE).until(() -> !log.all().isEmpty());
        assertTrue(log.all().get(0).contains("others on this machine may write it"), log.all()::toString);
        assertEquals(404, get("/team/ping").statusCode());
    }

    @Test
    void editsAreCounted() throws IOException {
        write("mine", page("/team/ping", "pong"));
        await().atMost(Gateway.PATIENCE).until(() -> get("/team/ping").statusCode() == 200);
        write("mine", "");
        await().atMost(Gateway.PATIENCE).until(() -> log.all().size() == 2);
        String metrics = get("/metrics").body();
        assertTrue(metrics.contains("caravan_route_reloads_total{outcome=\"loaded\"}"), metrics);
        assertTrue(metrics.contains("caravan_route_reloads_total{outcome=\"refused\"}"), metrics);
        assertEquals("pong", get("/team/ping").body());
    }

    /** One page that answers one path by itself. */
    private static String page(String path, String answer) {
        return """
                - route:
                    id: mine
                    from:
                      uri: platform-http:%s
                      steps:
                        - setBody: {constant: '%s'}
                """.formatted(path, answer);
    }

    private static String messages() {
        return builtIn("messages");
    }

    private static String builtIn(String page) {
        try {
            return Files.readString(BUILT_IN.resolve(page + ".camel.yaml"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Path page(String name) {
        return gateway.directory().resolve("routes").resolve(name + ".camel.yaml");
    }

    private static void write(String name, String text) throws IOException {
        Files.createDirectories(gateway.directory().resolve("routes"));
        Files.writeString(page(name), text);
    }

    private static HttpResponse<String> get(String path) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + path)).timeout(Duration.ofSeconds(20)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
