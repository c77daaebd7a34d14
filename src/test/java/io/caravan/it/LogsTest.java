/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.Simulator;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a gateway in a process of its own: events, tokens, correlation, files (7.1, 7.2). */
class LogsTest {

    /** {@code caravan start} in a process of its own, its console in a file. */
    record Running(Process process, Path console, URI url) implements AutoCloseable {

        private static final Pattern URL = Pattern.compile("serves on (http://[0-9.:]+)");

        static Running start(Path directory, Simulator upstream, String... settings) throws IOException {
            Path console = Files.createTempFile(directory, "console", ".txt");
            ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", classPath(), "io.caravan.cli.CaravanCommand", "start");
            builder.directory(directory.toFile()).redirectErrorStream(true).redirectOutput(console.toFile());
            builder.environment().clear();
            builder.environment().put("PORT", "0");
            builder.environment().put("PROXY_BACKEND", "AZURE_DATABRICKS");
            builder.environment().put("DATABRICKS_HOST", upstream.url().toString());
            builder.environment().put("DATABRICKS_TOKEN", Gateway.UPSTREAM_KEY);
            for (String setting : settings) {
                int equals = setting.indexOf('=');
                builder.environment().put(setting.substring(0, equals), setting.substring(equals + 1));
            }
            Process process = builder.start();
            try {
                return new Running(process, console, await().atMost(90, TimeUnit.SECONDS).until(() -> url(process, console), u -> u != null));
            } catch (RuntimeException e) {
                process.destroyForcibly();
                throw new IllegalStateException(Files.readString(console), e);
            }
        }

        /** Without what a client's SDK brings and the program has not: a tracer of lib.d has to find its own. */
        private static String classPath() {
            return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(jar -> !jar.contains("opentelemetry")).collect(Collectors.joining(File.pathSeparator));
        }

        private static URI url(Process process, Path console) throws IOException {
            Matcher url = URL.matcher(Files.readString(console));
            if (!url.find() && !process.isAlive()) {
                throw new IllegalStateException(Files.readString(console));
            }
            return url.reset().find() ? URI.create(url.group(1)) : null;
        }

        HttpResponse<String> post(String json, String... headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve("/v1/messages")).timeout(Gateway.PATIENCE)
                    .header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json));
            if (headers.length > 0) {
                request.headers(headers);
            }
            try {
                return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** The log lines of one call, once its last one is there. */
        List<JsonNode> linesOf(String correlationId) {
            return await().until(() -> wholeLines(console).stream().filter(line -> line.contains(correlationId))
                    .map(FaultsRequestTest::json).toList(),
                    lines -> !lines.isEmpty() && lines.get(lines.size() - 1).path("event").asText().startsWith("message "));
        }

        /** Of a file that is being written, without the line that may be half there. */
        private static List<String> wholeLines(Path file) throws IOException {
            String text = Files.readString(file);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    @TempDir
    static Path directory;
    private static Simulator upstream;
    private static Running gateway;

    @BeforeAll
    static void start() throws IOException {
        upstream = Simulator.start();
        gateway = Running.start(directory, upstream, "OPENROUTER_API_KEY=" + Gateway.UPSTREAM_KEY, "OPENROUTER_API_BASE=" + upstream.url() + "/api/v1");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    private static List<String> events(List<JsonNode> lines) {
        return lines.stream().map(line -> line.path("event").asText()).toList();
    }

    @Test
    void aStreamedCallIsToldFromRequestToTokens() {
        HttpResponse<String> response = gateway.post(Gateway.STREAM, "x-correlation-id", "call-1");
        assertEquals("call-1", response.headers().firstValue("x-correlation-id").orElseThrow());
        List<JsonNode> lines = gateway.linesOf("call-1");
        assertEquals(List.of("Processing message request", "Backend routing", "message completed"), events(lines));
        lines.forEach(line -> assertEquals("call-1", line.path("correlation_id").asText()));
        JsonNode routed = lines.get(1);
        for (JsonNode line : lines) {
            assertEquals("AZURE_DATABRICKS", line.path("backend").asText(), line.toString());
            assertEquals("Azure Databricks", line.path("provider").asText(), line.toString());
            assertEquals("127.0.0.1", line.path("workspace").asText(), line.toString());
            assertEquals("databricks-claude-sonnet-4-5", line.path("endpoint").asText(), line.toString());
        }
        assertEquals("/v1/messages", lines.get(0).path("path").asText());
        assertEquals("/v1/messages", lines.get(2).path("path").asText());
        assertEquals(Gateway.MODEL, routed.path("model").asText());
        assertEquals("databricks-claude-sonnet-4-5", routed.path("upstream_model").asText());
        assertTrue(routed.path("path").asText().endsWith("/serving-endpoints/anthropic/v1/messages"));
        JsonNode done = lines.get(2);
        JsonNode usage = FaultsRequestTest.json(response.body().lines().filter(line -> line.contains("\"message_delta\"") && line.startsWith("data: "))
                .findFirst().orElseThrow().substring(6)).path("usage");
        assertTrue(usage.path("output_tokens").asInt() > 0);
        assertEquals(usage.path("output_tokens").asInt(), done.path("output_tokens").asInt());
        assertEquals(usage.path("input_tokens").asInt(), done.path("input_tokens").asInt());
        assertEquals(done.path("input_tokens").asInt() + done.path("output_tokens").asInt(), done.path("total_tokens").asInt());
        for (String name : new String[] {"cache_read_tokens", "cache_write_tokens", "duration_ms", "first_byte_ms", "status"}) {
            assertTrue(done.path(name).isIntegralNumber(), name);
        }
        for (String name : new String[] {"backend", "model", "upstream_model", "endpoint", "request_id", "timestamp", "level", "logger"}) {
            assertFalse(done.path(name).asText().isEmpty(), name);
        }
        assertNotNull(Instant.parse(done.path("timestamp").asText()));
    }

    @Test
    void failuresAndFailoversHaveTheirLines() {
        upstream.respondWith((request, reply) -> {
            boolean fails = "call-2".equals(request.header("x-correlation-id")) && request.dialect().equals("databricks-native");
            if (fails) {
                reply.status(503).send(new byte[0]);
            }
            return fails;
        });
        assertEquals(200, gateway.post(Gateway.PLAIN, "x-correlation-id", "call-2").statusCode());
        List<JsonNode> lines = gateway.linesOf("call-2");
        assertTrue(events(lines).contains("failover"), events(lines).toString());
        assertEquals("databricks->openrouter", lines.get(lines.size() - 1).path("failover").asText());
        gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "databricks-claude-x!status=400"), "x-correlation-id", "call-3");
        lines = gateway.linesOf("call-3");
        assertTrue(events(lines).contains("request failed"), events(lines).toString());
        assertEquals("message ended early", lines.get(lines.size() - 1).path("event").asText());
        assertEquals("INFO", lines.get(lines.size() - 1).path("level").asText());
    }

    // 2.2
    @Test
    void aDefaultIsLogged() {
        gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "gpt-4o"), "x-correlation-id", "default-1");
        assertTrue(gateway.linesOf("default-1").toString().contains("No row of the model table is for gpt-4o:"
                + " databricks-claude-3-7-sonnet of AZURE_DATABRICKS is asked by default"));
        gateway.post(Gateway.PLAIN, "x-correlation-id", "default-2");
        assertFalse(gateway.linesOf("default-2").toString().contains("by default"));
    }

    // 7.1b
    @Test
    void aRefusalIsToldInTheUpstreamsWordsWithItsHost() {
        upstream.respondWith((request, reply) -> {
            boolean refuses = "call-8".equals(request.header("x-correlation-id"));
            if (refuses) {
                reply.status(401).header("content-type", "application/json").send(("{\"error_code\":\"UNAUTHENTICATED\","
                        + "\"message\":\"The token " + Gateway.UPSTREAM_KEY + " of adb-1.azuredatabricks.net has expired\"}").getBytes());
            }
            return refuses;
        });
        assertEquals(403, gateway.post(Gateway.PLAIN, "x-correlation-id", "call-8").statusCode());
        List<JsonNode> lines = gateway.linesOf("call-8");
        JsonNode refused = lines.stream().filter(line -> line.path("event").asText().equals("upstream refused")).findFirst()
                .orElseThrow(() -> new AssertionError(lines.toString()));
        assertEquals(401, refused.path("upstream_status").asInt());
        assertEquals("The token *** of adb-1.azuredatabricks.net has expired", refused.path("error").asText());
        assertEquals("127.0.0.1:" + upstream.port(), refused.path("host").asText());
        assertEquals("credential_refused", refused.path("error_kind").asText());
        lines.forEach(line -> assertEquals("Azure Databricks", line.path("provider").asText(), line.toString()));
        upstream.respondWith(null);
    }

    @Test
    void aCallWithoutABackendHasItsFirstLineToo() {
        gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, "openrouter,"), "x-correlation-id", "call-9");
        assertEquals(List.of("Processing message request", "request failed", "message ended early"),
                events(gateway.linesOf("call-9")));
    }

    @Test
    void theStartSaysWhomItAsks() throws IOException {
        List<JsonNode> lines = Files.readAllLines(gateway.console()).stream().filter(line -> line.startsWith("{"))
                .map(FaultsRequestTest::json).toList();
        for (String event : List.of("Active proxy backend configured", "Azure Databricks main routing active")) {
            JsonNode line = lines.stream().filter(one -> one.path("event").asText().equals(event)).findFirst().orElseThrow();
            assertEquals("AZURE_DATABRICKS", line.path("backend").asText());
            assertEquals("Azure Databricks", line.path("provider").asText());
            assertEquals("databricks-claude-sonnet-4", line.path("endpoint").asText());
            assertEquals("127.0.0.1", line.path("workspace").asText());
            assertEquals("127.0.0.1:" + upstream.port(), line.path("hosts").asText());
            assertEquals(1, line.path("workspaces").asInt());
            assertEquals("least_requests", line.path("strategy").asText());
        }
        assertEquals("databricks-claude-sonnet-4", lines.stream().map(line -> line.path("main_endpoint").asText())
                .filter(name -> !name.isEmpty()).findFirst().orElseThrow());
    }

    @Test
    void everyLineIsOneJsonObjectAndTheFileHasThemToo() throws IOException {
        gateway.post(Gateway.PLAIN.replace("say hi", "line\\nbreak \\u2028 {} \\\"quotes\\\""), "x-correlation-id", "call-4");
        gateway.linesOf("call-4");
        List<String> console = Files.readAllLines(gateway.console()).stream()
                .filter(line -> !line.startsWith("WARNING: ")).toList(); // newer Java's own words about a library
        console.forEach(line -> assertTrue(FaultsRequestTest.json(line).isObject(), line));
        List<String> messages = console.stream().map(line -> FaultsRequestTest.json(line).path("event").asText()).toList();
        assertTrue(messages.containsAll(List.of("Active proxy backend configured", "Azure Databricks main routing active")), messages.toString());
        assertTrue(messages.stream().anyMatch(m -> m.contains("AZURE_DATABRICKS") && m.contains("client keys off") && m.contains("failover on")));
        Path file = directory.resolve("logs/server.log");
        await().until(() -> Files.readAllLines(file).stream().filter(line -> line.contains("call-4")).count() == 3);
        assertFalse(String.join("", console).contains("quotes"), "no prompt at INFO");
    }

    // 7.1: several processes in one directory; an unwritable folder; LOG_FORMAT=text
    @Test
    void aSecondGatewayInTheSameDirectoryHasItsOwnFile() throws IOException {
        try (Running second = Running.start(directory, upstream)) {
            second.post(Gateway.PLAIN, "x-correlation-id", "call-5");
            Path file = directory.resolve("logs/server-" + second.process().pid() + ".log");
            await().until(() -> Files.readAllLines(file).stream().filter(line -> line.contains("call-5")).count() == 3);
            gateway.post(Gateway.PLAIN, "x-correlation-id", "call-6");
            await().until(() -> Files.readString(directory.resolve("logs/server.log")).contains("call-6"));
            assertFalse(Files.readString(directory.resolve("logs/server.log")).contains("call-5"));
        }
    }

    @Test
    void aFolderThatCannotBeWrittenStopsNothingAndTextIsText() throws IOException {
        Path file = Files.createTempFile(directory, "not-a-folder", "");
        try (Running text = Running.start(directory, upstream, "LOG_DIR=" + file, "LOG_FORMAT=text", "LOG_LEVEL=DEBUG")) {
            assertEquals(200, text.post(Gateway.PLAIN, "x-correlation-id", "call-7").statusCode());
            String line = await().until(() -> Files.readAllLines(text.console()).stream().filter(l -> l.contains("message completed"))
                    .findFirst().orElse(null), l -> l != null);
            assertEquals(1, Files.readAllLines(text.console()).stream()
                    .filter(said -> said.contains("LOG_DIR=" + file) && said.contains("cannot be written")).count());
            assertTrue(line.contains("[call-7]") && line.contains("output_tokens=") && !line.startsWith("{"), line);
            // 1.8: more of the gateway, nothing of its libraries
            List<String> debug = Files.readAllLines(text.console()).stream().filter(l -> l.contains(" DEBUG ")).toList();
            assertTrue(debug.stream().anyMatch(l -> l.contains("[call-7] ResolveTarget")), debug.toString());
            assertTrue(debug.stream().allMatch(l -> l.contains("] ResolveTarget - ") || l.contains("] PrepareRequest - ")), debug.toString());
        }
    }
}
