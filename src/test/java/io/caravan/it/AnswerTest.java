/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The form an answer has: its headers, its connection, and JSON or a stream as the upstream gave it. */
@DisplayName("the answer's form (S35, S37, S40, S41; M69, M02)")
class AnswerTest {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    private static void streamWith(String... events) {
        gateway.upstream((request, reply) -> {
            reply.header("request-id", "req_upstream");
            Wire.stream(reply, events);
            return true;
        });
    }

    @Test
    @DisplayName("S40: a stream's headers")
    void aStreamsHeaders() throws Exception {
        streamWith(Wire.message("hi").toArray(new String[0]));
        try (RawClient client = gateway.connect().post(Gateway.STREAM, "accept-encoding: gzip, br")) {
            RawClient.Head head = client.readHead();
            assertEquals(200, head.status());
            assertEquals("text/event-stream; charset=utf-8", head.header("content-type"));
            assertEquals("chunked", head.header("transfer-encoding"));
            assertEquals("no-cache", head.header("cache-control"));
            assertEquals("no", head.header("x-accel-buffering"));
            assertEquals("req_upstream", head.header("request-id"));
            assertNull(head.header("content-length"));
            assertNull(head.header("content-encoding"));
            assertNull(gateway.received().header("accept-encoding"));
        }
    }

    @Test
    void aMessagesHeaders() throws Exception {
        gateway.upstream(null);
        try (RawClient client = gateway.connect().post(Gateway.PLAIN)) {
            RawClient.Head head = client.readHead();
            assertEquals("application/json", head.header("content-type"));
            assertNull(head.header("transfer-encoding"));
            assertTrue(client.readBody(head).startsWith("{\"id\""));
        }
    }

    @Test
    @DisplayName("S41: one connection carries stream after stream, message after message")
    void theConnectionGoesOnAfterAStream() throws Exception {
        String[] events = Wire.message("hi").toArray(new String[0]);
        streamWith(events);
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < 3; i++) {
                client.post(Gateway.STREAM);
                assertEquals(200, client.readHead().status());
                assertEquals(Wire.asSeen(String.join("", events)), new String(client.readRest()));
            }
            gateway.upstream(null);
            client.post(Gateway.PLAIN);
            assertTrue(client.readBody(client.readHead()).startsWith("{\"id\""));
            client.post("no JSON");
            RawClient.Head refused = client.readHead();
            assertEquals(400, refused.status());
            client.readBody(refused);
            client.post(Gateway.STREAM);
            assertEquals(200, client.readHead().status());
        }
    }

    @Test
    void theConnectionGoesOnAfterAStreamThatBroke() throws Exception {
        gateway.upstream((request, reply) -> {
            Wire.open(reply, Wire.START, Wire.BLOCK_START);
            reply.reset();
            return true;
        });
        try (RawClient client = gateway.connect()) {
            client.post(Gateway.STREAM);
            client.readHead();
            assertTrue(new String(client.readRest()).contains("api_error"));
            gateway.upstream(null);
            client.post(Gateway.STREAM);
            assertEquals(200, client.readHead().status());
        }
    }

    @Test
    void twoRequestsSentAtOnceAreAnsweredInOrder() throws Exception {
        gateway.upstream((request, reply) -> {
            Wire.stream(reply, Wire.text(request.json().path("max_tokens").asText()), Wire.MESSAGE_DELTA);
            return true;
        });
        try (RawClient client = gateway.connect()) {
            client.post(Gateway.STREAM.replace(":100", ":1")).post(Gateway.STREAM.replace(":100", ":2"));
            for (int i = 1; i <= 2; i++) {
                assertEquals(200, client.readHead().status());
                assertEquals(Wire.text("" + i), client.readEvent());
                assertEquals("message_delta", client.readEventName());
                assertNull(client.readEventName());
            }
        }
        assertEquals(2, gateway.simulator().requests().size());
    }

    @Test
    @DisplayName("S37: stream:false is answered as JSON; so is a stream that is not asked for")
    void withoutAStreamTheAnswerIsJson() {
        gateway.upstream(null);
        for (String stream : new String[] {"false", "null"}) {
            String request = Gateway.STREAM.replace("\"stream\":true", "\"stream\":" + stream);
            gateway.upstream((asked, reply) -> {
                reply.header("content-type", "application/json").send(Wire.utf8("{\"model\":\"up\"}"));
                return true;
            });
            HttpResponse<String> answer = gateway.post(request);
            assertEquals("application/json", answer.headers().firstValue("content-type").orElse(""));
            assertEquals("{\"model\":\"" + Gateway.MODEL + "\"}", answer.body());
        }
    }

    @Test
    @DisplayName("S35: a JSON answer to a stream request becomes a stream")
    void jsonForAStreamBecomesAStream() {
        gateway.upstream((request, reply) -> {
            reply.header("content-type", "application/json; charset=utf-8").send(Wire.utf8("{\"id\":\"msg_1\",\"type\":"
                    + "\"message\",\"role\":\"assistant\",\"model\":\"up\",\"content\":[{\"type\":\"text\",\"text\":\"hello\"}],"
                    + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}"));
            return true;
        });
        HttpResponse<String> answer = gateway.post(Gateway.STREAM);
        assertEquals(200, answer.statusCode());
        assertEquals("text/event-stream; charset=utf-8", answer.headers().firstValue("content-type").orElse(""));
        assertEquals(List.of("message_start", "content_block_start", "content_block_delta", "content_block_stop",
                "message_delta", "message_stop"), answer.body().lines().filter(line -> line.startsWith("event: "))
                .map(line -> line.substring(7)).toList());
        assertTrue(answer.body().contains("\"model\":\"" + Gateway.MODEL + "\""), answer.body());
        assertTrue(answer.body().contains("\"text\":\"hello\"") && answer.body().contains("\"end_turn\""), answer.body());
        assertFalse(answer.body().contains("\"up\""), answer.body());
    }

    @Test
    void aMessageInManyChunksIsOneMessage() {
        gateway.upstream((request, reply) -> {
            reply.header("content-type", "application/json");
            reply.startStream();
            for (String part : new String[] {"{\"mod", "el\":\"u", "p\",\"content\":[", "]}"}) {
                reply.chunk(Wire.utf8(part));
            }
            reply.endStream();
            return true;
        });
        assertEquals("{\"model\":\"" + Gateway.MODEL + "\",\"content\":[]}", gateway.post(Gateway.PLAIN).body());
    }

    @Test
    void aLargeMessagePassesWhole() {
        String text = "\uD83D\uDC2A é x".repeat(600_000);
        gateway.upstream((request, reply) -> {
            reply.header("content-type", "application/json").send(Wire.utf8("{\"t\":\"" + text + "\",\"model\":\"up\"}"));
            return true;
        });
        assertEquals("{\"t\":\"" + text + "\",\"model\":\"" + Gateway.MODEL + "\"}", gateway.post(Gateway.PLAIN).body());
    }
}
