/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Json;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Sends what may be read as one request or as two, byte by byte as given, and says which it was. */
final class Readings {

    /** A body that reaches the upstream of {@link #gateway} as it is. */
    static final String BODY = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"say hi\"}]}";
    /** The beginning of a head that only lacks what frames its body. */
    static final String HEAD = "POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    /** A request that is served wherever the gateway finds it. */
    static final String HIDDEN = HEAD + "content-length: " + BODY.length() + "\r\n\r\n" + BODY;

    private Readings() {
    }

    static Gateway gateway() {
        return Gateway.start("LITELLM_MESSAGES");
    }

    /** Forgets what the upstream saw; it answers from now on. */
    static void clear(Gateway gateway) {
        gateway.upstream((request, reply) -> {
            reply.header("content-type", "application/json").send(Wire.utf8("{\"model\":\"m\"}"));
            return true;
        });
    }

    /** {@code body} as one chunk, with the last one behind it. */
    static String chunked(String body) {
        return Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
    }

    /** One answer, 400 in the Messages format, then the end of the connection; and nothing has reached the upstream. */
    static void assertRefused(Gateway gateway, String... pieces) throws IOException {
        assertTrue(isRefused(gateway, 400, pieces), "no answer");
    }

    /**
     * As {@link #assertRefused}, but for a connection that ends without an answer, as it may while the client still sends.
     *
     * @return whether there was one
     */
    static boolean isRefused(Gateway gateway, int status, String... pieces) throws IOException {
        boolean answered;
        try (RawClient client = gateway.connect()) {
            send(client, pieces);
            answered = readRefusal(client, status);
            assertTrue(client.readsEnd(), "more than one answer");
        }
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2))
                .until(() -> gateway.context().getInflightRepository().size() == 0);
        assertEquals(List.of(), gateway.simulator().requests());
        return answered;
    }

    private static void send(RawClient client, String... pieces) throws IOException {
        try {
            for (String piece : pieces) {
                client.send(piece.getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (SocketException e) {
            // The gateway has closed the connection already.
        }
    }

    private static boolean readRefusal(RawClient client, int status) throws IOException {
        RawClient.Head head;
        try {
            head = client.readHead();
        } catch (EOFException | SocketException e) {
            return false;
        }
        JsonNode body = Json.MAPPER.readTree(client.readBody(head));
        assertEquals(status, head.status(), body.toString());
        assertEquals("close", head.header("connection"));
        assertEquals("application/json", head.header("content-type"));
        assertEquals("error", body.path("type").asText());
        assertEquals("invalid_request_error", body.path("error").path("type").asText());
        assertTrue(body.path("error").path("message").asText().length() > 20, body.toString());
        assertEquals(head.header("request-id"), body.path("request_id").asText());
        return true;
    }

    /** Each of {@code bodies} reaches the upstream, as a request of its own that is answered with 200. */
    static void assertServed(Gateway gateway, List<String> bodies, String... pieces) throws IOException {
        try (RawClient client = gateway.connect()) {
            send(client, pieces);
            for (String body : bodies) {
                RawClient.Head head = client.readHead();
                String answer = client.readBody(head);
                assertEquals(200, head.status(), answer);
                assertEquals(body, new String(gateway.received().body(), StandardCharsets.ISO_8859_1));
            }
        }
    }
}
