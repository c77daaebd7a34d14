package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.Responder;
import io.caravan.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM to a gateway in a process of its own with many streams open (8.5, E46). */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class TermSignalTest {

    private static final int STREAMS = 200;

    @TempDir
    Path directory;

    /** An event every 200 ms until {@code texts} are out. */
    private static Responder paced(int texts) {
        return (request, reply) -> {
            Wire.open(reply, Wire.START, Wire.BLOCK_START);
            for (int i = 0; i < texts && !reply.awaitPeerClose(Duration.ofMillis(200)); i++) {
                Wire.write(reply, Wire.text("word" + i));
            }
            Wire.write(reply, Wire.BLOCK_STOP, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP);
            reply.endStream();
            return true;
        };
    }

    /** Opens the streams, sends the signal, {@code times} of them, and gives what came of each stream. */
    private List<String> terminated(Responder responder, int times, String drain, long goneWithinSeconds) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        try (Simulator upstream = Simulator.start();
                LogsTest.Running gateway = LogsTest.Running.start(directory, upstream, "PROXY_DRAIN_TIMEOUT=" + drain)) {
            upstream.respondWith(responder);
            for (int i = 0; i < STREAMS; i++) {
                RawClient client = RawClient.connect(gateway.url());
                clients.add(client);
                client.post(Gateway.STREAM);
            }
            for (RawClient client : clients) {
                assertEquals(200, client.readHead().status());
                assertEquals("message_start", client.readEventName());
            }
            long began = System.nanoTime();
            for (int i = 0; i < times; i++) {
                gateway.process().destroy();
            }
            await().until(() -> !gateway.process().isAlive() || refused(gateway));
            for (RawClient client : clients) {
                ends.add(new String(client.readRest(), StandardCharsets.UTF_8));
            }
            assertTrue(gateway.process().waitFor(goneWithinSeconds, TimeUnit.SECONDS), "still there");
            long took = Duration.ofNanos(System.nanoTime() - began).toSeconds();
            assertTrue(took <= goneWithinSeconds, took + " s");
            assertEquals(0, gateway.process().exitValue());
        } finally {
            clients.forEach(RawClient::close);
        }
        return ends;
    }

    private static boolean refused(LogsTest.Running gateway) throws Exception {
        try (RawClient client = RawClient.connect(gateway.url())) {
            client.send("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
            return client.readHead().status() == 503;
        }
    }

    @Test
    void atTheLimitEveryStreamEndsWithAnErrorEventAndTheProcessWithCode0() throws Exception {
        List<String> ends = terminated(paced(200), 1, "2s", 10);
        assertEquals(STREAMS, ends.size());
        for (String end : ends) {
            String last = end.substring(end.lastIndexOf("event: "));
            assertTrue(last.startsWith("event: error") && last.contains("\"api_error\"") && last.endsWith("\n\n"), last);
        }
    }

    @Test
    void streamsThatEndInTimeEndWellAndTheProcessWaitsNoLonger() throws Exception {
        List<String> ends = terminated(paced(15), 2, "60s", 15);
        ends.forEach(end -> assertTrue(end.endsWith(Wire.MESSAGE_STOP), end));
    }
}
