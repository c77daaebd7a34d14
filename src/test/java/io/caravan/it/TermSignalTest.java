/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Reply;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM to a gateway in a process of its own with many streams open (8.5, E46). */
@DisabledOnOs(OS.WINDOWS)
@Timeout(300)
class TermSignalTest {

    private static final int STREAMS = 200;

    @TempDir
    Path directory;

    private final CountDownLatch goOn = new CountDownLatch(1);

    /** Streams that stop in their middle until {@link #goOn}. */
    private boolean half(RecordedRequest request, Reply reply) throws Exception {
        Wire.open(reply, Wire.START, Wire.BLOCK_START, Wire.text("half"));
        goOn.await();
        Wire.write(reply, Wire.BLOCK_STOP, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP);
        reply.endStream();
        return true;
    }

    /**
     * Opens the streams, sends the signal, {@code times} of them, runs {@code behind} once new requests are turned away,
     * and gives what came of each stream.
     */
    private List<String> terminated(int times, String drain, Runnable behind) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        try (Simulator upstream = Simulator.start();
                LogsTest.Running gateway = LogsTest.Running.start(directory, upstream, "PROXY_DRAIN_TIMEOUT=" + drain)) {
            upstream.respondWith(this::half);
            for (int i = 0; i < STREAMS; i++) {
                RawClient client = RawClient.connect(gateway.url());
                clients.add(client);
                client.post(Gateway.STREAM);
            }
            for (RawClient client : clients) {
                assertEquals(200, client.readHead().status());
                assertEquals("message_start", client.readEventName());
            }
            for (int i = 0; i < times; i++) {
                gateway.process().destroy();
            }
            await().until(() -> !gateway.process().isAlive() || refused(gateway));
            behind.run();
            for (RawClient client : clients) {
                ends.add(new String(client.readRest(), StandardCharsets.UTF_8));
            }
            assertTrue(gateway.process().waitFor(60, TimeUnit.SECONDS), "still there");
            assertEquals(0, gateway.process().exitValue());
        } finally {
            goOn.countDown();
            clients.forEach(RawClient::close);
        }
        return ends;
    }

    private static boolean refused(LogsTest.Running gateway) {
        try (RawClient client = RawClient.connect(gateway.url())) {
            client.send("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
            return client.readHead().status() == 503;
        } catch (IOException | UncheckedIOException gone) {
            return true;
        }
    }

    @Test
    void atTheLimitEveryStreamEndsWithAnErrorEventAndTheProcessWithCode0() throws Exception {
        List<String> ends = terminated(1, "2s", () -> { });
        assertEquals(STREAMS, ends.size());
        for (String end : ends) {
            String last = end.substring(end.lastIndexOf("event: "));
            assertTrue(last.startsWith("event: error") && last.contains("\"api_error\"") && last.endsWith("\n\n"), last);
        }
    }

    // an hour would outlast the test
    @Test
    void streamsThatEndInTimeEndWellAndTheProcessWaitsNoLonger() throws Exception {
        List<String> ends = terminated(2, "1h", goOn::countDown);
        ends.forEach(end -> assertTrue(end.endsWith(Wire.MESSAGE_STOP), end));
    }
}
