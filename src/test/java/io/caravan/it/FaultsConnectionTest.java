/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An upstream that cannot be reached, or is reached and never answers (E19, E20, 5.5). */
class FaultsConnectionTest {

    private static void assertOutage(HttpResponse<String> response, String words) {
        String message = assertFault(response, 503, "api_error").path("error").path("message").asText();
        assertTrue(message.startsWith("The upstream (databricks) could not be reached: ") && message.contains(words), message);
        int wait = Integer.parseInt(header(response, "retry-after"));
        assertTrue(wait >= 1 && wait < 5, "" + wait);
        assertFalse(message.contains("invalid") || message.contains("127.0.0.1"), message);
    }

    @Test
    void aRefusedConnectionIsA503() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_HOST=http://127.0.0.1:1")) {
            assertOutage(gateway.post(Gateway.PLAIN), "the connection was refused");
            assertOutage(gateway.post(Gateway.STREAM), "the connection was refused");
        }
    }

    @Test
    void anUnknownHostIsA503() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_HOST=https://no-such-workspace.invalid")) {
            assertOutage(gateway.post(Gateway.STREAM), "its host name is not known");
        }
    }

    @Test
    void aPlainPortIsNoTlsServerAndA503() {
        try (Gateway plain = Gateway.start("AZURE_DATABRICKS");
                Gateway gateway = Gateway.start("AZURE_DATABRICKS",
                        "DATABRICKS_HOST=https://127.0.0.1:" + plain.simulator().port())) {
            assertOutage(gateway.post(Gateway.STREAM), "there is no TLS at that port");
        }
    }

    // 5.5: DATABRICKS_TIMEOUT for the head of a stream, API_TIMEOUT_MS for an answer that is not streamed
    @Test
    void noAnswerIsA504AtTheTimeoutThatIsSet() throws Exception {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_TIMEOUT=500ms", "API_TIMEOUT_MS=1200")) {
            assertTimedOut(gateway, Gateway.STREAM, "The upstream (databricks) did not answer within 500 ms (DATABRICKS_TIMEOUT).");
            assertTimedOut(gateway, Gateway.PLAIN, "The upstream (databricks) did not answer within 1200 ms.");
        }
    }

    /** The upstream would be silent for longer than anybody's patience; the words say whose limit it was. */
    private static void assertTimedOut(Gateway gateway, String request, String words) throws Exception {
        CompletableFuture<Boolean> cut = new CompletableFuture<>();
        gateway.upstream((received, reply) -> {
            cut.complete(reply.awaitPeerClose(Gateway.PATIENCE));
            return true;
        });
        assertFault(gateway.post(request), 504, "timeout_error", words);
        assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    // a socket that takes connections and never reads a byte is the same to the client
    @Test
    void aDeafUpstreamIsA504() throws IOException {
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Gateway gateway = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_TIMEOUT=500ms", "API_TIMEOUT_MS=3000",
                        "DATABRICKS_HOST=http://127.0.0.1:" + deaf.getLocalPort())) {
            assertFault(gateway.post(Gateway.STREAM), 504, "timeout_error");
            String large = Gateway.PLAIN.replace("say hi", "x".repeat(20_000_000));
            assertFault(gateway.post(large), 504, "timeout_error");
        }
    }

    // the upstream closes a kept-alive connection, which shows only when it is used again: it has read nothing then
    @Test
    void aConnectionClosedMeanwhileIsReplacedUnseen() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS")) {
            for (boolean reset : new boolean[] {false, true}) {
                gateway.upstream((request, reply) -> {
                    reply.header("content-type", "application/json");
                    reply.send("{\"type\":\"message\",\"model\":\"m\",\"content\":[]}".getBytes());
                    if (reset) {
                        reply.reset();
                    } else {
                        reply.closeSocket();
                    }
                    return true;
                });
                for (int i = 1; i <= 5; i++) {
                    HttpResponse<String> response = gateway.post(Gateway.PLAIN);
                    assertEquals(200, response.statusCode(), response.body());
                    assertEquals(i, gateway.simulator().requests().size());
                    await().until(() -> gateway.simulator().openConnections() == 0);
                }
            }
        }
    }
}
