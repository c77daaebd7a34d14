/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.MetricsTest.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.simulator.Responder;
import io.caravan.simulator.Simulator;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that fails for a moment is asked again, whichever it is (4.4, E17, E17b). */
@Timeout(180)
class RetryTest {

    private static final String DEFAULT = "DATABRICKS_MAX_RETRIES=";

    /** Fails the first {@code times} requests, with {@code headers} given by turns; counts all. */
    private static AtomicInteger failing(Gateway gateway, int times, int status, String... headers) {
        AtomicInteger asked = new AtomicInteger();
        gateway.upstream((request, reply) -> {
            if (asked.incrementAndGet() > times) {
                return false;
            }
            for (int i = 0; i < headers.length; i += 2) {
                reply.header(headers[i], headers[i + 1]);
            }
            reply.status(status).send(new byte[0]);
            return true;
        });
        return asked;
    }

    private static long millis(Runnable action) {
        long began = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    void everyBackendIsAskedAgain(String backend) {
        try (Gateway gateway = Gateway.start(backend, DEFAULT)) {
            AtomicInteger asked = failing(gateway, 2, 503);
            assertEquals(200, gateway.post(Gateway.STREAM).statusCode());
            assertEquals(3, asked.get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 529})
    void whateverTheOutageIs(int status) {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", DEFAULT)) {
            AtomicInteger asked = failing(gateway, 2, status);
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertEquals(3, asked.get());
            assertEquals(2, value(gateway, "caravan_retries_total{backend=\"databricks\"}"));
        }
    }

    // E17b: never 529, never overloaded_error; two retries are what ten seconds allow without other traffic
    @ParameterizedTest
    @ValueSource(ints = {503, 529})
    void anOutageThatLastsIsAnOutageAndTheBudgetBoundsTheRetries(int status) {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", DEFAULT)) {
            AtomicInteger asked = failing(gateway, 1000, status);
            for (int i = 0; i < 4; i++) {
                HttpResponse<String> response = gateway.post(Gateway.STREAM);
                assertFault(response, 503, "api_error");
                assertTrue(Integer.parseInt(header(response, "retry-after")) <= 30);
                assertFalse(response.body().contains("overloaded"), response.body());
            }
            assertEquals(4 + 2, asked.get());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 1000", "2, 2, 2000", "3, 1, 0"})
    void itsRetryAfterIsWaitedForUpToTwoSeconds(String seconds, int requests, long atLeast) {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", DEFAULT)) {
            AtomicInteger asked = failing(gateway, 1, 503, "retry-after", seconds);
            long took = millis(() -> {
                HttpResponse<String> response = gateway.post(Gateway.PLAIN);
                assertEquals(requests == 2 ? 200 : 503, response.statusCode());
                assertEquals(requests == 2 ? null : seconds, header(response, "retry-after"));
            });
            assertEquals(requests, asked.get());
            assertTrue(took >= atLeast, took + " ms");
        }
    }

    @Test
    void nothingIsSentAgainThatTheClientHasContentOf() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", DEFAULT)) {
            AtomicInteger asked = new AtomicInteger();
            gateway.upstream((request, reply) -> {
                asked.incrementAndGet();
                Wire.open(reply, Wire.START, Wire.BLOCK_START, Wire.text("one"));
                reply.reset();
                return true;
            });
            assertTrue(gateway.post(Gateway.STREAM).body().contains("event: error"));
            assertEquals(1, asked.get());
            // what is the client's own, or final, is not repeated either
            for (int status : new int[] {400, 401, 403, 404, 413, 429}) {
                AtomicInteger again = failing(gateway, 1000, status);
                gateway.post(Gateway.PLAIN);
                assertEquals(1, again.get(), "status " + status);
            }
            AtomicInteger last = failing(gateway, 1000, 503, "x-should-retry", "false");
            assertEquals("false", header(gateway.post(Gateway.PLAIN), "x-should-retry"));
            assertEquals(1, last.get());
        }
    }

    // 7.1
    @Test
    void retriesAndMovesHaveTheirLines(@TempDir Path directory) throws Exception {
        try (Simulator one = Simulator.start(); Simulator two = Simulator.start()) {
            Path config = Files.writeString(directory.resolve("two.yaml"), "load_balancer: {strategy: round_robin}\nendpoints:\n"
                    + "  - {name: w1, api_base: \"" + one.url() + "/serving-endpoints\", token: t}\n"
                    + "  - {name: w2, api_base: \"" + two.url() + "/serving-endpoints\", token: t}\n");
            AtomicInteger asked = new AtomicInteger();
            Responder failsTwice = (request, reply) -> {
                boolean fails = asked.incrementAndGet() <= 2;
                if (fails) {
                    reply.status(503).send(new byte[0]);
                }
                return fails;
            };
            one.respondWith(failsTwice);
            two.respondWith(failsTwice);
            try (LogsTest.Running gateway = LogsTest.Running.start(directory, one, "CONFIG_PATH=" + config,
                    "DATABRICKS_HOST=", "DATABRICKS_TOKEN=")) {
                assertEquals(200, gateway.post(Gateway.PLAIN, "x-correlation-id", "again-1").statusCode());
                List<JsonNode> lines = gateway.linesOf("again-1");
                JsonNode moved = line(lines, "move on");
                assertEquals("w1", moved.path("from").asText());
                assertEquals("w2", moved.path("to").asText());
                assertTrue(moved.path("cause").asText().contains("503"), moved.toString());
                JsonNode done = line(lines, "message completed");
                assertEquals("AZURE_DATABRICKS", done.path("backend").asText());
                assertTrue(List.of("w1", "w2").contains(done.path("workspace").asText()), done.toString());
                JsonNode retry = line(lines, "retry");
                assertTrue(List.of("w1", "w2").contains(retry.path("upstream").asText()), retry.toString());
                assertTrue(retry.path("wait_ms").asInt() >= 125, retry.toString());
                assertTrue(retry.path("cause").asText().contains("503"), retry.toString());
            }
        }
    }

    private static JsonNode line(List<JsonNode> lines, String event) {
        List<JsonNode> found = lines.stream().filter(line -> line.path("event").asText().equals(event)).toList();
        assertEquals(1, found.size(), lines.toString());
        return found.get(0);
    }
}
