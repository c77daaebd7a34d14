/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.it.Gateway;
import io.caravan.simulator.Responder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What takes minutes at the gateway's and the client's own settings. The runs wait side by side: the whole
 * class takes as long as the longest, about twelve minutes.
 */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class ClaudeCodeLongTest {

    private static final Duration PATIENCE = Duration.ofMinutes(25);
    /** The byte lane and each dialect of the converting lane. */
    static final List<String> CLASSES = Stream.concat(Stream.of("AZURE_DATABRICKS"), Gateway.CHAT.stream()).toList();

    @TempDir
    Path work;

    /** S21: no cap on a stream that goes on. */
    @ParameterizedTest
    @FieldSource("CLASSES")
    void aStreamOf700SecondsArrivesWhole(String backend) throws IOException, InterruptedException {
        Run run = ask("S21", backend, null, "go on\n@delay 20000\n@events 35", 1);
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.took().toSeconds() >= 690, run::toString);
        assertTrue(run.output().contains("34"), run::toString);
    }

    /** The gateway's pings keep a client that gives up after 300 s of silence. */
    @ParameterizedTest
    @FieldSource("CLASSES")
    void anUpstreamThatThinksForSixMinutesIsWaitedFor(String backend) throws IOException, InterruptedException {
        assertSaidHi(ask("silence of 360 s, then content", backend, null, "say hi\n@silence 360000", 1));
    }

    /** The gateway ends it at PROXY_STREAM_SILENCE, before the client does. */
    @ParameterizedTest
    @FieldSource("CLASSES")
    void silenceAfterTheHeadersIsTriedAgain(String backend) throws IOException, InterruptedException {
        assertSaidHi(ask("silence after the head, once", backend, "silent-after-headers;times=1", "say hi", 2));
    }

    /** The gateway ends it at API_TIMEOUT_MS, before the client does. */
    @ParameterizedTest
    @FieldSource("CLASSES")
    void nothingButPingsIsTriedAgain(String backend) throws IOException, InterruptedException {
        String pings = Gateway.CHAT.contains(backend) ? "comments-only" : "pings-only";
        assertSaidHi(ask("pings only, once", backend, pings + "=15000;times=1", "say hi", 2));
    }

    /** E20. */
    @ParameterizedTest
    @FieldSource("CLASSES")
    void anUpstreamThatNeverAnswersIsTriedAgain(String backend) throws IOException, InterruptedException {
        assertSaidHi(ask("no response head, once", backend, "no-answer;times=1", "say hi", 2));
    }

    /** The client's eleven tries, in about three minutes. */
    @ParameterizedTest
    @FieldSource("CLASSES")
    void anOutageOfThreeMinutesIsSurvived(String backend) throws IOException, InterruptedException {
        assertSaidHi(ask("503 ten times", backend, "status=503;times=10", "say hi", 11));
    }

    @ParameterizedTest
    @FieldSource("CLASSES")
    void aLastingOutageIsShownAfterElevenTries(String backend) throws IOException, InterruptedException {
        Run run = ask("500 for good", backend, "status=500", "say hi", 11);
        assertEquals(1, run.exitCode(), run::toString);
        assertTrue(run.output().contains("API Error: 500"), run::toString);
    }

    /** The gateway ends it at its own limit of 300 s for an answer that is not streamed. */
    @ParameterizedTest
    @FieldSource("CLASSES")
    void aPlainAnswerThatNeverComesIsAskedForAgain(String backend) throws IOException, InterruptedException {
        AtomicBoolean asked = new AtomicBoolean();
        Responder silentOnce = (request, reply) -> !request.json().path("stream").asBoolean()
                && asked.compareAndSet(false, true) && reply.awaitPeerClose(PATIENCE);
        assertSaidHi(ask("no plain answer, once", backend, "error-mid=api_error", "say hi", 3, silentOnce));
    }

    private Run ask(String name, String backend, String fault, String prompt, int tries)
            throws IOException, InterruptedException {
        return ask(name, backend, fault, prompt, tries, null);
    }

    private Run ask(String name, String backend, String fault, String prompt, int tries, Responder upstream)
            throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend)) {
            gateway.upstream(upstream);
            String model = fault == null ? Gateway.MODEL : ClaudeCode.model(backend, fault);
            Run run = ClaudeCode.in(work).ask(gateway, PATIENCE, prompt,
                    "ANTHROPIC_MODEL", model, "MAX_THINKING_TOKENS", "0");
            int seen = gateway.simulator().requests().size();
            note("%s | %s | exit %d | %d tries | %d s | %s".formatted(
                    name, backend, run.exitCode(), seen, run.took().toSeconds(), run.output().strip().replace('\n', ' ')));
            assertEquals(tries, seen, run::toString);
            return run;
        }
    }

    private static synchronized void note(String line) throws IOException {
        Files.writeString(Files.createDirectories(Path.of("target/claude-code")).resolve("long.txt"), line + "\n",
                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void assertSaidHi(Run run) {
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.output().contains("Hi! You said: say hi"), run::toString);
    }
}
