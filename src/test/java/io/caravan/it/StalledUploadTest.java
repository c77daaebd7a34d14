/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An upstream that accepts the connection and then reads nothing of the body it is sent. */
@DisplayName("an upload that stalls (trap 7, E20)")
class StalledUploadTest {

    private static final int SIZE = 20_000_000;

    private static ServerSocket upstream;
    /** Its patience with an upstream outlasts that of the test. */
    private static Gateway gateway;
    private static Gateway hasty;

    @BeforeAll
    static void start() throws IOException {
        upstream = new ServerSocket();
        upstream.setReceiveBufferSize(16 * 1024);
        upstream.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        gateway = Gateway.start("LITELLM_MESSAGES", "LITELLM_BASE_URL=http://127.0.0.1:" + upstream.getLocalPort(),
                "LITELLM_TIMEOUT=1h", "PROXY_MAX_HELD_BYTES=200000000");
        hasty = Gateway.start("LITELLM_MESSAGES", "LITELLM_BASE_URL=http://127.0.0.1:" + upstream.getLocalPort(),
                "LITELLM_TIMEOUT=2s", "PROXY_MAX_HELD_BYTES=200000000");
    }

    @AfterAll
    static void close() throws IOException {
        gateway.close();
        hasty.close();
        upstream.close();
    }

    private static String body() {
        return Gateway.STREAM + " ".repeat(SIZE);
    }

    /** Reads to the end the gateway makes; how many bytes came. */
    private static long drained(Socket connection) throws IOException {
        connection.setSoTimeout((int) Gateway.PATIENCE.toMillis());
        byte[] buffer = new byte[64 * 1024];
        long count = 0;
        try {
            for (int read = connection.getInputStream().read(buffer); read >= 0; read = connection.getInputStream().read(buffer)) {
                count += read;
            }
        } catch (SocketException reset) {
            return count;
        }
        return count;
    }

    @Test
    void isCutWhenTheClientLeaves() throws Exception {
        RawClient client = gateway.connect().post(body());
        try (Socket connection = upstream.accept()) {
            assertTrue(connection.getInputStream().read() >= 0);
            client.reset();
            assertTrue(drained(connection) < SIZE);
        }
    }

    @Test
    @DisplayName("E20: and is a 504 at the time limit")
    void isATimeout() throws Exception {
        try (RawClient client = hasty.connect().post(body()); Socket connection = upstream.accept()) {
            RawClient.Head head = client.readHead();
            assertEquals(504, head.status());
            assertTrue(client.readBody(head).contains("timeout_error"));
            assertTrue(drained(connection) < SIZE);
        }
    }
}
