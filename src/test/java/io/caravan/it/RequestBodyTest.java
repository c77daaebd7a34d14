/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a body is sent, it reaches the upstream whole or is refused before the upstream hears of it. */
@DisplayName("the request's body on its way (M68, E37; trap: 10 MB)")
class RequestBodyTest {

    private static final int MB = 1024 * 1024;

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("LITELLM_MESSAGES", "PROXY_MAX_HELD_BYTES=200000000");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    @BeforeEach
    void answer() {
        gateway.upstream((request, reply) -> {
            reply.header("content-type", "application/json").send(Wire.utf8("{\"model\":\"m\"}"));
            return true;
        });
    }

    private static String bodyOf(int size) {
        String end = "\"}],\"max_tokens\":5}";
        String start = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"";
        return start + "é".repeat((size - start.length() - end.length()) / 2)
                + "a".repeat((size - start.length() - end.length()) % 2) + end;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20, 32})
    void goesOnWholeUpToTheLimit(int megabytes) {
        byte[] body = Wire.utf8(bodyOf(megabytes * MB));
        assertEquals("{\"model\":\"m\"}", new String(gateway.postForBytes(body)));
        assertArrayEquals(body, gateway.received().body());
    }

    @Test
    @DisplayName("E37: a chunked body needs no content-length, and has one upstream")
    void mayBeChunked() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.sendHead("/v1/messages", "transfer-encoding: chunked");
            client.send("1\r\n{\r\n").send("c;ext=1\r\n\"model\":\"m\",\r\n").send("8\r\n\"n\":1234\r\n").send("1\r\n}\r\n0\r\n\r\n");
            assertEquals(200, client.readHead().status());
        }
        assertEquals("{\"model\":\"m\",\"n\":1234}", new String(gateway.received().body()));
        assertEquals("22", gateway.simulator().requests().get(0).header("content-length"));
    }

    @Test
    void mayBeChunkedAndLarge() {
        byte[] body = Wire.utf8(bodyOf(20 * MB));
        HttpRequest request = gateway.request(body)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))).build();
        assertEquals(200, gateway.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
        assertArrayEquals(body, gateway.received().body());
    }

    @Test
    void mayComeByteByByte() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.sendHead("/v1/messages", "content-length: 15");
            for (byte b : Wire.utf8("{\"model\":\"m\"}  ")) {
                client.send(new byte[] {b});
            }
            assertEquals(200, client.readHead().status());
        }
        assertEquals("{\"model\":\"m\"}  ", new String(gateway.received().body()));
    }

    @Test
    void waitsForTheGoAheadItExpects() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.sendHead("/v1/messages", "content-length: 13", "expect: 100-continue");
            assertEquals(100, client.readHead().status());
            client.send("{\"model\":\"m\"}");
            assertEquals(200, client.readHead().status());
        }
        assertEquals("{\"model\":\"m\"}", new String(gateway.received().body()));
    }

    @Test
    void isRefusedUnreadIfItAnnouncesTooMuch() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.sendHead("/v1/messages", "content-length: " + 33 * MB, "expect: 100-continue");
            assertTooLarge(client);
        }
        try (RawClient client = gateway.connect()) {
            client.sendHead("/v1/messages", "content-length: " + 33 * MB);
            assertTooLarge(client);
        }
        assertEquals(List.of(), gateway.simulator().requests());
    }

    private static void assertTooLarge(RawClient client) throws Exception {
        RawClient.Head head = client.readHead();
        assertEquals(413, head.status());
        String body = client.readBody(head);
        assertTrue(body.contains("\"request_too_large\"") && body.contains("max 32 MB"), body);
    }

    @Test
    @DisplayName("M68: 33 MB, sent whole and with its length")
    void isRefusedOverTheLimit() {
        assertEquals(413, gateway.post(bodyOf(33 * MB)).statusCode());
        assertEquals(List.of(), gateway.simulator().requests());
    }

    @Test
    @DisplayName("M68: 33 MB, sent in chunks")
    void isRefusedOverTheLimitInChunks() {
        byte[] body = Wire.utf8(bodyOf(33 * MB));
        HttpRequest request = gateway.request(body)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))).build();
        assertEquals(413, gateway.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
        assertEquals(List.of(), gateway.simulator().requests());
    }

    @Test
    void aRefusedOneGivesItsBytesBack() {
        for (int i = 0; i < 12; i++) {
            gateway.post(bodyOf(33 * MB));
            assertEquals(400, gateway.post("[" + " ".repeat(30 * MB)).statusCode());
        }
        assertEquals(200, gateway.post(bodyOf(20 * MB)).statusCode());
    }
}
