/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.clients.Tap.Answer;
import io.caravan.it.Gateway;
import io.caravan.simulator.Responder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** E17b: the one upstream of Claude Code is overloaded for a while; its breaker opens, and nobody takes over. */
@Execution(ExecutionMode.CONCURRENT)
class ClaudeCodeOverloadTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int OVERLOADED = 529;
    private static final int LONGEST_RETRY_AFTER = 30;
    private static final String BODY =
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}";

    @TempDir
    Path work;

    @Tag("clients")
    @ParameterizedTest
    @FieldSource("io.caravan.clients.ClaudeCodeLongTest#CLASSES")
    void aFewSecondsOfOverloadAreSurvived(String backend) throws IOException, InterruptedException {
        assertSurvives(backend, Duration.ofSeconds(8), "DATABRICKS_MAX_RETRIES=",
                "PROXY_BREAKER_THRESHOLD=3", "PROXY_BREAKER_TIMEOUT=8s");
    }

    /** At the gateway's own settings: its breaker stays open for longer than the overload lasts. */
    @Tag("long")
    @ParameterizedTest
    @FieldSource("io.caravan.clients.ClaudeCodeLongTest#CLASSES")
    void halfAMinuteOfOverloadIsSurvived(String backend) throws IOException, InterruptedException {
        assertSurvives(backend, Duration.ofSeconds(30), "DATABRICKS_MAX_RETRIES=", "PROXY_BREAKER_THRESHOLD=");
    }

    private void assertSurvives(String backend, Duration overload, String... settings)
            throws IOException, InterruptedException {
        try (Gateway gateway = Gateway.start(backend, settings); Tap tap = Tap.before(gateway)) {
            gateway.upstream(overloadedFor(overload));
            Run run = ClaudeCode.in(work).ask(gateway, PATIENCE, "say hi", "ANTHROPIC_BASE_URL", tap.url());
            assertEquals(0, run.exitCode(), run::toString);
            assertTrue(run.output().contains("Hi! You said: say hi"), run::toString);
            assertTrue(run.took().compareTo(overload) > 0, run::toString);
            assertOutagesOnly(tap.answers().stream().filter(answer -> answer.status() != 200).toList());
        }
    }

    /** Answers 529 for so long, from the first request on. */
    private static Responder overloadedFor(Duration overload) {
        AtomicLong end = new AtomicLong();
        return (request, reply) -> {
            long now = System.nanoTime();
            end.compareAndSet(0, now + overload.toNanos());
            if (now > end.get()) {
                return false;
            }
            reply.status(OVERLOADED).header("content-type", "application/json")
                    .send(BODY.getBytes(StandardCharsets.UTF_8));
            return true;
        };
    }

    /** All of them are what rule 8 asks for, some of them the open breaker's. */
    private static void assertOutagesOnly(List<Answer> failures) {
        for (Answer failure : failures) {
            assertEquals(503, failure.status(), failure::text);
            assertEquals("api_error", failure.json().at("/error/type").asText(), failure::text);
            assertFalse(failure.text().contains("overloaded_error"), failure::text);
            int seconds = Integer.parseInt(failure.header("retry-after"));
            assertTrue(seconds >= 1 && seconds <= LONGEST_RETRY_AFTER, failure::text);
        }
        boolean opened = failures.stream().anyMatch(failure -> failure.text().contains("left alone for a while"));
        assertTrue(opened, failures::toString);
    }
}
