/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** An upstream whose answer is not even HTTP: its fault, told as such. */
class FaultsNoHttpTest {

    @Test
    void anAnswerThatIsNotHttpIsTheUpstreamsFault() throws IOException {
        try (ServerSocket upstream = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            Thread answering = new Thread(() -> answer(upstream));
            answering.setDaemon(true);
            answering.start();
            try (Gateway gateway = Gateway.start("ANTHROPIC",
                    "ANTHROPIC_UPSTREAM_URL=http://127.0.0.1:" + upstream.getLocalPort())) {
                FaultsRequestTest.assertFault(gateway.post(Gateway.PLAIN), 500, "api_error", "The upstream (anthropic) answered with what is not HTTP; check its URL.");
                FaultsRequestTest.assertFault(gateway.post(Gateway.STREAM), 500, "api_error", "The upstream (anthropic) answered with what is not HTTP; check its URL.");
            }
        }
    }

    private static void answer(ServerSocket upstream) {
        while (true) {
            try (Socket socket = upstream.accept()) {
                for (int last = 0; last != '}' || socket.getInputStream().available() > 0; ) {
                    last = socket.getInputStream().read();
                }
                socket.getOutputStream().write("HTTP/9.9 200 OK\r\ncontent-length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException closed) {
                return;
            }
        }
    }
}
