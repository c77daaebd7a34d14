/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way out through a proxy: PROXY_URL for every upstream, HTTPS_PROXY for https ones, NO_PROXY around both (5.12). */
class OutgoingProxyTest {

    /** A forward proxy: passes absolute-form requests on and tunnels CONNECT, and notes the first line of each. */
    static final class SmallProxy implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final String credentials;
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();
        final List<String> asked = new CopyOnWriteArrayList<>();

        /** @param credentials {@code user:password} that it insists on, or null */
        SmallProxy(String credentials) throws IOException {
            this.credentials = credentials;
            daemon(() -> {
                while (true) {
                    Socket socket = server.accept();
                    sockets.add(socket);
                    daemon(() -> serve(socket));
                }
            });
        }

        int port() {
            return server.getLocalPort();
        }

        private void serve(Socket client) throws IOException {
            String head = readHead(client.getInputStream());
            String line = head.lines().findFirst().orElse("");
            asked.add(line);
            String expected = credentials == null ? null
                    : "proxy-authorization: basic " + Base64.getEncoder().encodeToString(credentials.getBytes()).toLowerCase(Locale.ROOT);
            if (expected != null && !head.toLowerCase(Locale.ROOT).contains(expected)) {
                say(client, "HTTP/1.1 407 No\r\nproxy-authenticate: Basic realm=\"p\"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                client.close();
                return;
            }
            boolean tunnel = line.startsWith("CONNECT ");
            URI target = URI.create(tunnel ? "http://" + line.split(" ")[1] : line.split(" ")[1]);
            Socket upstream = new Socket(target.getHost(), target.getPort());
            sockets.add(upstream);
            if (tunnel) {
                say(client, "HTTP/1.1 200 Connected\r\n\r\n");
            } else {
                String plain = head.replaceFirst(" \\S+ ", " " + target.getRawPath() + " ")
                        .replaceAll("(?i)(proxy-authorization|connection|proxy-connection): [^\r]*\r\n", "");
                say(upstream, plain.replaceFirst("\r\n", "\r\nconnection: close\r\n"));
            }
            daemon(() -> client.getInputStream().transferTo(upstream.getOutputStream()));
            try (client; upstream) {
                upstream.getInputStream().transferTo(client.getOutputStream());
            }
        }

        private static String readHead(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                head.write(b);
                if (b == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                    break;
                }
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        private static void say(Socket socket, String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    interface Task {
        void run() throws IOException;
    }

    /** Runs a task that ends when its sockets are closed. */
    static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException closed) {
                // The test is over, or the peer is.
            }
        }, "outgoing-proxy-test");
        thread.setDaemon(true);
        thread.start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY_URL=http://127.0.0.1:%d", "PROXY_URL=127.0.0.1:%d"})
    void proxyUrlIsForEveryUpstream(String setting) throws IOException {
        try (SmallProxy proxy = new SmallProxy(null);
                Gateway gateway = Gateway.start("AZURE_DATABRICKS", String.format(setting, proxy.port()))) {
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertTrue(gateway.post(Gateway.STREAM).body().contains("event: message_stop"));
            assertEquals(2, proxy.asked.size());
            assertEquals("POST " + gateway.simulator().url() + "/serving-endpoints/anthropic/v1/messages HTTP/1.1", proxy.asked.get(0));
            assertTrue(gateway.received().headers().stream().noneMatch(h -> h.getKey().toLowerCase(Locale.ROOT).startsWith("proxy-")));
        }
    }

    @Test
    void itsUserAndPasswordAreForTheProxyAlone() throws IOException {
        try (SmallProxy proxy = new SmallProxy("user:pass word");
                Gateway gateway = Gateway.start("LITELLM_MESSAGES", "PROXY_URL=http://user:pass%20word@127.0.0.1:" + proxy.port())) {
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertFalse(gateway.received().headers().toString().toLowerCase(Locale.ROOT).contains("proxy-"));
        }
    }

    // the proxy's word is about the operator's credential, as an upstream's 401 is
    @Test
    void aProxyThatRefusesUsIsNotTheClientsFault() throws IOException {
        try (SmallProxy proxy = new SmallProxy("user:right");
                Gateway gateway = Gateway.start("LITELLM_MESSAGES", "PROXY_URL=http://user:wrong@127.0.0.1:" + proxy.port())) {
            var response = gateway.post(Gateway.PLAIN);
            assertFault(response, 403, "permission_error");
            assertEquals("false", FaultsRequestTest.header(response, "x-should-retry"));
            assertFalse(response.body().contains("wrong"));
            assertEquals(0, gateway.simulator().requests().size());
        }
    }

    @Test
    void aProxyThatIsDownIsAnOutage() {
        try (Gateway gateway = Gateway.start("LITELLM_MESSAGES", "PROXY_URL=http://127.0.0.1:1")) {
            assertFault(gateway.post(Gateway.PLAIN), 503, "api_error");
            assertEquals(0, gateway.simulator().requests().size());
        }
    }

    @Test
    void httpsProxyIsForHttpsUpstreamsOnly() throws IOException {
        try (SmallProxy proxy = new SmallProxy(null);
                Gateway plain = Gateway.start("LITELLM_MESSAGES", "HTTPS_PROXY=http://127.0.0.1:" + proxy.port());
                Gateway tls = Gateway.start("LITELLM_MESSAGES", "https_proxy=http://127.0.0.1:" + proxy.port(),
                        "LITELLM_BASE_URL=https://127.0.0.1:" + plain.simulator().port())) {
            assertEquals(200, plain.post(Gateway.PLAIN).statusCode());
            assertEquals(List.of(), proxy.asked);
            assertFault(tls.post(Gateway.PLAIN), 503, "api_error");
            assertEquals(List.of("CONNECT 127.0.0.1:" + plain.simulator().port() + " HTTP/1.1"), proxy.asked);
        }
    }

    // as other tools read it
    @ParameterizedTest
    @CsvSource({"127.0.0.1,0", "*,0", "'example.com, 127.0.0.1',0", "127.0.0.2,1", "0.0.1,0", "localhost,1", "'',1"})
    void noProxyNamesTheHostsReachedDirectly(String rule, int asked) throws IOException {
        try (SmallProxy proxy = new SmallProxy(null);
                Gateway gateway = Gateway.start("LITELLM_MESSAGES", "PROXY_URL=http://127.0.0.1:" + proxy.port(), "NO_PROXY=" + rule)) {
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertEquals(asked, proxy.asked.size());
        }
    }
}
