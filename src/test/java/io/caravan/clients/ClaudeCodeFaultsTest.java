/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.it.Gateway;
import io.caravan.simulator.RecordedRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The real Claude Code against every fault of {@link ClaudeCodeFault}, on the byte lane and in each dialect of the converting lane,
 * at settings that make minutes seconds. What came of it stays in {@code target/claude-code/faults.txt}.
 */
@Tag("clients")
class ClaudeCodeFaultsTest {

    private static final List<String> CLASSES =
            Stream.concat(Stream.of("AZURE_DATABRICKS"), Gateway.CHAT.stream()).toList();
    private static final String[] SCALED = {"DATABRICKS_TIMEOUT=3s", "UPSTREAM_TIMEOUT=3s", "LITELLM_TIMEOUT=3s",
        "PROXY_COMMIT_AFTER=1s", "PROXY_PING_INTERVAL=500ms", "PROXY_STREAM_SILENCE=4s", "API_TIMEOUT_MS=5000"};
    private static final Map<String, Gateway> GATEWAYS = new TreeMap<>();
    private static final Map<String, String> SEEN = new ConcurrentHashMap<>();

    @TempDir
    Path work;

    @BeforeAll
    static void start() {
        CLASSES.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend, SCALED)));
    }

    @AfterAll
    static void close() throws IOException {
        GATEWAYS.values().forEach(Gateway::close);
        Files.write(Files.createDirectories(Path.of("target/claude-code")).resolve("faults.txt"),
                new TreeMap<>(SEEN).values(), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0} at {1}")
    @MethodSource("rows")
    void endsAsItShould(String fault, String backend, ClaudeCodeFault row) throws IOException, InterruptedException {
        Files.writeString(work.resolve("note.txt"), "a note in a file\n");
        Gateway gateway = GATEWAYS.get(backend);
        String model = ClaudeCode.model(backend, row.model(), fault);
        List<String> environment = new ArrayList<>(List.of("ANTHROPIC_MODEL", model, "CLAUDE_CODE_MAX_RETRIES", "2"));
        if (!row.blocks()) {
            environment.addAll(List.of("MAX_THINKING_TOKENS", "0"));
        }
        Run run = ClaudeCode.in(work).ask(gateway, row.prompt(), environment.toArray(String[]::new));
        List<RecordedRequest> tries = gateway.simulator().requests().stream()
                .filter(request -> upstreamModel(request).endsWith("!" + fault)).toList();
        note(row, backend, run, tries);
        assertEquals(row.well() ? 0 : 1, run.exitCode(), run::toString);
        assertTrue(run.output().contains(row.shown()), run::toString);
        assertTrue(tries.size() <= row.most(), () -> tries.size() + " tries: " + run);
    }

    static Stream<Arguments> rows() {
        return ClaudeCodeFault.ALL.stream().flatMap(row -> CLASSES.stream().filter(backend -> row.at(backend) != null)
                .map(backend -> Arguments.of(row.at(backend), backend, row)));
    }

    private static String upstreamModel(RecordedRequest request) {
        String target = request.target();
        int end = target.indexOf("/invocations");
        return end < 0 ? request.json().path("model").asText()
                : URLDecoder.decode(target.substring(target.lastIndexOf('/', end - 1) + 1, end), StandardCharsets.UTF_8);
    }

    private static void note(ClaudeCodeFault row, String backend, Run run, List<RecordedRequest> tries) {
        String streams = String.join("", tries.stream()
                .map(request -> request.json().path("stream").asBoolean() ? "S" : "J").toList());
        String place = "%02d %d".formatted(ClaudeCodeFault.ALL.indexOf(row), CLASSES.indexOf(backend));
        SEEN.put(place, "%s | %s | %s | exit %d | %s | %.1f s | %s".formatted(place, row.at(backend), backend,
                run.exitCode(), streams, run.took().toMillis() / 1000.0, run.output().strip().replace('\n', ' ')));
    }
}
