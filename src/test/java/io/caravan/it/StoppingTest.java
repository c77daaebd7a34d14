/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.json;
import static io.caravan.it.ProbesTest.ask;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.call.OpenCalls;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients of a gateway that stops see (8.5, E46). */
@Timeout(180)
class StoppingTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    /** Begins to drain; returns once the gateway says so. */
    private static CompletableFuture<Void> drain(Gateway gateway) {
        CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> gateway.drain(LONG));
        await().until(() -> ask(gateway, "GET", "/health").statusCode() == 503);
        return drained;
    }

    /** Reads past pings and what else comes before. */
    private static void readTo(RawClient client, String event) {
        await().until(() -> client.readEvent().startsWith(event));
    }

    private static void assertTurnedAway(RawClient client, String words) throws Exception {
        RawClient.Head head = client.readHead();
        assertEquals(503, head.status());
        assertEquals("close", head.header("connection"));
        assertTrue(Integer.parseInt(head.header("retry-after")) <= 30, head.toString());
        String body = client.readBody(head);
        assertTrue(body.contains(words), body);
        assertTrue(client.readsEnd(), "the connection ends");
    }

    @Test
    void aStreamUnderWayRunsToItsEndAndNothingNewIsTaken() throws Exception {
        PacedUpstream paced = new PacedUpstream(Wire.message("one", "two"));
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS"); RawClient stream = gateway.connect();
                RawClient kept = gateway.connect()) {
            gateway.upstream((request, reply) -> request.body().length > 0 && paced.handle(request, reply));
            kept.send("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
            assertEquals("healthy", json(kept.readBody(kept.readHead())).path("status").asText());
            stream.post(Gateway.STREAM);
            for (int i = 0; i < 4; i++) {
                paced.next();
            }
            assertEquals(200, stream.readHead().status());
            CompletableFuture<Void> drained = drain(gateway);

            kept.post(Gateway.PLAIN);
            assertTurnedAway(kept, "\"type\":\"api_error\"");
            try (RawClient chat = gateway.connect()) {
                chat.postTo("/v1/chat/completions", ChatWire.PLAIN);
                assertTurnedAway(chat, "\"code\":");
            }
            assertEquals(200, ask(gateway, "GET", "/health/live").statusCode());
            assertEquals("degraded", json(ask(gateway, "GET", "/health").body()).path("status").asText());
            assertFalse(drained.isDone(), "the stream is still open");

            paced.rest();
            assertTrue(new String(stream.readRest(), StandardCharsets.UTF_8).endsWith(Wire.MESSAGE_STOP));
            drained.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void aLargeBodyThatComesTooLateStillGetsItsAnswer() {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS")) {
            drain(gateway).join();
            String large = Gateway.PLAIN.replace("say hi", "x".repeat(8_000_000));
            for (int i = 0; i < 5; i++) {
                HttpResponse<String> response = gateway.post(large);
                assertEquals(503, response.statusCode());
                assertEquals("close", FaultsRequestTest.header(response, "connection"));
            }
        }
    }

    // rule 9: before content the client is to try the stream again
    @Test
    void atTheLimitAStreamEndsWithAnErrorOfItsFormat() throws Exception {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_COMMIT_AFTER=0");
                RawClient begun = gateway.connect(); RawClient silent = gateway.connect(); RawClient chat = gateway.connect()) {
            gateway.upstream((request, reply) -> {
                Wire.open(reply, Wire.START);
                if (!new String(request.body(), StandardCharsets.UTF_8).contains("nothing")) {
                    Wire.write(reply, Wire.BLOCK_START, Wire.text("hi"));
                }
                reply.awaitPeerClose(Gateway.PATIENCE);
                return true;
            });
            begun.post(Gateway.STREAM);
            silent.post(Gateway.STREAM.replace("say hi", "say nothing"));
            chat.postTo("/v1/chat/completions", ChatWire.STREAM);
            for (RawClient client : new RawClient[] {begun, silent, chat}) {
                assertEquals(200, client.readHead().status());
            }
            readTo(begun, "event: content_block_start");
            readTo(silent, "event: message_start");
            readTo(chat, "data: ");

            gateway.drain(Duration.ofMillis(100));

            String withContent = new String(begun.readRest(), StandardCharsets.UTF_8);
            assertTrue(withContent.matches("(?s).*event: error\n.*\"api_error\".*stopping.*"), withContent);
            String without = new String(silent.readRest(), StandardCharsets.UTF_8);
            assertTrue(without.matches("(?s).*event: error\n.*\"overloaded_error\".*stopping.*"), without);
            String chunks = new String(chat.readRest(), StandardCharsets.UTF_8);
            assertTrue(chunks.contains("\"error\":") && chunks.contains("stopping"), chunks);
            assertFalse(chunks.contains("[DONE]"), chunks);
        }
    }

    @Test
    void whatWaitsForSomethingIsToldSoAtTheLimit() throws Exception {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_MAX_RETRIES=3");
                RawClient head = gateway.connect(); RawClient content = gateway.connect();
                RawClient retry = gateway.connect(); RawClient upload = gateway.connect()) {
            gateway.upstream((request, reply) -> {
                String body = new String(request.body(), StandardCharsets.UTF_8);
                if (body.contains("\"fail\"")) {
                    reply.status(503).header("retry-after", "2").send(new byte[0]);
                    return true;
                }
                if (body.contains("\"stream\":true")) {
                    Wire.open(reply, Wire.START);
                }
                reply.awaitPeerClose(Gateway.PATIENCE);
                return true;
            });
            head.post(Gateway.PLAIN);
            content.post(Gateway.STREAM);
            retry.post(Gateway.PLAIN.replace("say hi", "fail"));
            upload.sendHead("/v1/messages", "content-length: 1000");
            OpenCalls calls = gateway.context().getRegistry().lookupByNameAndType("openCalls", OpenCalls.class);
            await().until(() -> calls.count() == 4 && gateway.simulator().requests().size() == 3);

            gateway.drain(Duration.ofMillis(300));

            for (RawClient client : new RawClient[] {head, content, retry, upload}) {
                RawClient.Head answer = client.readHead();
                String body = client.readBody(answer);
                assertEquals(503, answer.status(), body);
                assertEquals("2", answer.header("retry-after"));
                assertTrue(body.contains("The gateway is stopping"), body);
            }
            assertEquals(3, gateway.simulator().requests().size(), "nothing is sent again");
            gateway.drain(LONG);
        }
    }

    @Test
    void soIsWhoWaitsForAToken() throws Exception {
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_TOKEN=", "DATABRICKS_CLIENT_ID=me",
                "DATABRICKS_CLIENT_SECRET=none"); RawClient client = gateway.connect()) {
            gateway.upstream((request, reply) -> reply.awaitPeerClose(Gateway.PATIENCE));
            client.post(Gateway.PLAIN);
            assertTrue(gateway.received().target().startsWith("/oidc"));
            gateway.drain(Duration.ofMillis(100));
            String body = client.readBody(client.readHead());
            assertTrue(body.contains("The gateway is stopping"), body);
        }
    }

    // it leaves only when the gateway has gone; Camel's own patience would outlast the test's
    @Test
    void aClientThatDoesNotReadHoldsNothingUp() throws Exception {
        RawClient deaf;
        try (Gateway gateway = Gateway.start("AZURE_DATABRICKS", "camel.main.shutdown-timeout=3600")) {
            deaf = RawClient.connect(gateway.url(), 4096);
            String text = Wire.text("x".repeat(60_000));
            gateway.upstream((request, reply) -> {
                Wire.open(reply, Wire.START, Wire.BLOCK_START);
                for (int i = 0; i < 2_000; i++) {
                    Wire.write(reply, text);
                }
                return true;
            });
            deaf.post(Gateway.STREAM);
            assertEquals(200, deaf.readHead().status());
            gateway.drain(Duration.ofMillis(200));
        }
        deaf.close();
    }
}
