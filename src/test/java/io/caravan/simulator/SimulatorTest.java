/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorTest {

    private final Simulator simulator = Simulator.start(SimulatorOptions.defaults().withRecordLimit(3));
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void recordsWhatItReceived() throws Exception {
        for (int i = 0; i < 5; i++) {
            requests.post(Requests.NATIVE + "?n=" + i, Requests.body("m", "hello " + i));
        }

        assertEquals(3, simulator.requests().size());
        RecordedRequest request = simulator.take(Duration.ofSeconds(1));
        assertEquals("POST", request.method());
        assertEquals(Requests.NATIVE + "?n=2", request.target());
        assertEquals("databricks-native", request.dialect());
        assertEquals("Bearer key", request.header("AUTHORIZATION"));
        assertEquals("hello 2", request.json().at("/messages/0/content").asText());
        assertEquals(Requests.NATIVE + "?n=3", simulator.take(Duration.ofSeconds(1)).target());
        simulator.clear();
        assertTrue(simulator.requests().isEmpty());
        assertThrows(IllegalStateException.class, () -> simulator.take(Duration.ofMillis(20)));
    }

    @Test
    void sendsHeadersThatAGatewayMustKeepToItself() throws Exception {
        HttpResponse<String> response = requests.post(Requests.MESSAGES, Requests.body("m", "x"));

        for (String name : new String[] {"request-id", "anthropic-organization-id", "cf-ray", "via", "set-cookie",
            "server", "anthropic-ratelimit-requests-remaining"}) {
            assertTrue(response.headers().firstValue(name).isPresent(), name);
        }
    }

    @Test
    void keepsConnectionsOpenAfterJsonAndStreams() throws Exception {
        try (Socket socket = requests.open(Requests.MESSAGES, Requests.streamed("m", "one"))) {
            BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            readUntilLine(reader, "0");
            byte[] body = Requests.body("m", "two").toString().getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream().write(("POST /v1/messages HTTP/1.1\r\nx-api-key: k\r\nanthropic-version: 1\r\n"
                    + "transfer-encoding: chunked\r\nexpect: 100-continue\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            readUntilLine(reader, "HTTP/1.1 100 Continue");
            for (byte b : body) {
                socket.getOutputStream().write(("1\r\n" + (char) b + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            }
            socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            readUntilLine(reader, "HTTP/1.1 200 OK");
            await().until(() -> simulator.requests().size() == 2);
            assertArrayEquals(body, simulator.requests().get(1).body());
            assertEquals(1, simulator.openConnections());
        }
        await().until(() -> simulator.openConnections() == 0);
    }

    private static void readUntilLine(BufferedReader reader, String wanted) throws Exception {
        for (String line = reader.readLine(); ; line = reader.readLine()) {
            if (wanted.equals(line)) {
                return;
            }
            assertTrue(line != null, "never came: " + wanted);
        }
    }

    @Test
    void aResponderPacesAStreamByLatches() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        simulator.respondWith((request, reply) -> {
            if (!request.target().equals("/paced")) {
                return false;
            }
            reply.header("x-mine", "1").startStream();
            reply.event("one", "{}");
            second.await();
            reply.event(null, "{\"two\":2}");
            reply.chunk(": end\n\n".getBytes(StandardCharsets.UTF_8));
            reply.endStream();
            return true;
        });
        try (Socket socket = requests.open("/paced", Requests.json("{}"))) {
            BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            readUntilLine(reader, "event: one");
            assertEquals(1, simulator.activeRequests());
            second.countDown();
            readUntilLine(reader, "data: {\"two\":2}");
            readUntilLine(reader, "0");
        }
        assertEquals(200, requests.post(Requests.MESSAGES, Requests.body("m", "x")).statusCode());
    }

    @Test
    void aBlockedResponderDoesNotHideThatThePeerLeft() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        simulator.respondWith((request, reply) -> {
            never.await();
            return true;
        });
        Socket socket = requests.open("/blocked", Requests.json("{}"));
        await().until(() -> simulator.activeRequests() == 1);
        socket.close();

        await().until(() -> simulator.activeRequests() == 0 && simulator.openConnections() == 0);
        never.countDown();
    }

    @Test
    void aResponderSeesThePeerLeave() throws Exception {
        AtomicReference<Boolean> left = new AtomicReference<>();
        simulator.respondWith((request, reply) -> {
            left.set(reply.awaitPeerClose(Duration.ofSeconds(10)));
            return true;
        });
        requests.open("/leave", Requests.json("{}")).close();

        await().until(() -> Boolean.TRUE.equals(left.get()));
    }

    @Test
    void aResponderWritesRawBytes() throws Exception {
        simulator.respondWith((request, reply) -> {
            reply.status(201).header("content-length", "4").bytes("ab".getBytes(StandardCharsets.UTF_8));
            reply.bytes("cd".getBytes(StandardCharsets.UTF_8));
            return true;
        });
        HttpResponse<String> response = requests.post("/raw", Requests.json("{}"));

        assertEquals(201, response.statusCode());
        assertEquals("abcd", response.body());
    }

    @Test
    void aResponderThatLeavesAStreamUnfinishedClosesIt() throws Exception {
        simulator.respondWith((request, reply) -> {
            reply.startStream();
            return true;
        });
        try (Socket socket = requests.open("/cut", Requests.json("{}"))) {
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(all.endsWith("\r\n\r\n"));
        }
    }

    @Test
    void twoMegabytesInChunksWithoutALength() throws Exception {
        byte[] body = Requests.body("m", "x".repeat(2_000_000)).toString().getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = requests.request(Requests.MESSAGES, Requests.json("{}"))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new SequenceInputStream(
                        new java.io.ByteArrayInputStream(body), InputStream.nullInputStream())));

        assertEquals(200, requests.send(request).statusCode());
        assertArrayEquals(body, simulator.take(Duration.ofSeconds(1)).body());
    }

    @Test
    void closingEndsEverything() throws Exception {
        Socket socket = requests.open(Requests.MESSAGES, Requests.body("m!no-answer", "x"));
        await().until(() -> simulator.activeRequests() == 1);
        simulator.close();

        assertEquals(-1, socket.getInputStream().read());
        assertEquals(0, simulator.openConnections());
        socket.close();
    }

    @Test
    void onceClosedItRefusesConnections() {
        for (int i = 0; i < 20; i++) {
            Simulator closed = Simulator.start();
            closed.close();
            assertThrows(ConnectException.class, () -> new Socket(closed.url().getHost(), closed.port()).close());
        }
    }
}
