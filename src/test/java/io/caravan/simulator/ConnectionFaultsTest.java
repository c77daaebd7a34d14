/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionFaultsTest {

    private final Simulator simulator = Simulator.start();
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    /** What a connection gave until it ended, and how it ended. */
    private record Outcome(String received, boolean reset) {}

    private Outcome outcome(ObjectNode body) throws IOException {
        try (Socket socket = requests.open(Requests.MESSAGES, body)) {
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            try {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    received.write(b);
                }
            } catch (SocketException e) {
                return new Outcome(received.toString(StandardCharsets.UTF_8), true);
            }
            return new Outcome(received.toString(StandardCharsets.UTF_8), false);
        }
    }

    @Test
    void endsBeforeTheHead() throws Exception {
        assertEquals(new Outcome("", true), outcome(Requests.body("m!reset-before-headers", "hi")));
        assertEquals(new Outcome("", false), outcome(Requests.body("m!close-before-headers", "hi")));
    }

    @Test
    void resetsAfterTheHead() throws Exception {
        Outcome outcome = outcome(Requests.streamed("m!reset-after-headers", "hi"));

        assertTrue(outcome.reset());
        assertTrue(outcome.received().endsWith("\r\n\r\n"));
    }

    @Test
    void resetsAndClosesInTheMiddle() throws Exception {
        Outcome reset = outcome(Requests.streamed("m!reset-mid", "hi"));
        assertTrue(reset.reset());
        assertTrue(reset.received().contains("You "));
        assertFalse(reset.received().contains("said"));

        Outcome closed = outcome(Requests.streamed("m!close-mid", "hi"));
        assertFalse(closed.reset());
        assertFalse(closed.received().endsWith("0\r\n\r\n"));
    }

    @Test
    void resetsAfterAWholeTool() throws Exception {
        ObjectNode body = Requests.streamed("m!reset-after-tool", "@call T {}");
        Requests.addTool(body, "T");

        Outcome outcome = outcome(body);

        assertTrue(outcome.reset());
        assertTrue(outcome.received().contains("content_block_stop"));
        assertFalse(outcome.received().contains("message_delta"));
    }

    @Test
    void cutsJson() throws Exception {
        Outcome cut = outcome(Requests.body("m!cut-json", "hi"));
        assertFalse(cut.reset());
        assertFalse(cut.received().contains("content-length"));

        Outcome reset = outcome(Requests.body("m!cut-json-reset", "hi"));
        assertTrue(reset.reset());
        assertTrue(reset.received().contains("content-length"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-answer", "silent-after-headers"})
    void saysNothingUntilThePeerLeaves(String fault) throws Exception {
        try (Socket socket = requests.open(Requests.MESSAGES, Requests.streamed("m!" + fault, "hi"))) {
            await().until(() -> simulator.activeRequests() == 1);
            if (fault.equals("silent-after-headers")) {
                readUntil(socket, "\r\n\r\n");
            }
            socket.setSoTimeout(100);
            assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
            assertEquals(1, simulator.openConnections());
        }
        await().until(() -> simulator.activeRequests() == 0 && simulator.openConnections() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pings-only=5", "comments-only=5"})
    void repeatsItselfUntilThePeerLeaves(String fault) throws Exception {
        String line = fault.startsWith("pings") ? "event: ping" : ": nothing yet";
        try (Socket socket = requests.open(Requests.MESSAGES, Requests.streamed("m!" + fault, "hi"))) {
            for (int i = 0; i < 3; i++) {
                readUntil(socket, line);
            }
        }
        await().until(() -> simulator.activeRequests() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"@silence 60000", "@events 1000000\n@delay 50", "@events 100000000"})
    void seesThePeerLeaveWhilePacingAndWhileBlockedInAWrite(String prompt) throws Exception {
        try (Socket socket = requests.open(Requests.MESSAGES, Requests.streamed("m", prompt))) {
            readUntil(socket, "message_start");
            await().during(Duration.ofMillis(300)).until(() -> simulator.activeRequests() == 1);
        }
        await().until(() -> simulator.activeRequests() == 0 && simulator.openConnections() == 0);
    }

    @Test
    void splitsCharactersAcrossChunks() throws Exception {
        assertTrue(latin1UntilStop("m").contains(latin1("\u00e9")));
        assertFalse(latin1UntilStop("m!split-utf8").contains(latin1("\u00e9")));
    }

    private String latin1UntilStop(String model) throws IOException {
        try (Socket socket = requests.open(Requests.MESSAGES, Requests.streamed(model, "\u00e9"))) {
            return readUntil(socket, "message_stop");
        }
    }

    private static String latin1(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Test
    void seesAResetWhileSlow() throws Exception {
        try (Socket socket = requests.open(Requests.MESSAGES, Requests.body("m!slow-head=60000", "hi"))) {
            await().until(() -> simulator.activeRequests() == 1);
            socket.setSoLinger(true, 0);
        }
        await().until(() -> simulator.activeRequests() == 0);
    }

    private static String readUntil(Socket socket, String text) throws IOException {
        StringBuilder received = new StringBuilder();
        while (received.indexOf(text) < 0) {
            int b = socket.getInputStream().read();
            assertTrue(b >= 0, () -> "ended after: " + received);
            received.append((char) b);
        }
        return received.toString();
    }
}
