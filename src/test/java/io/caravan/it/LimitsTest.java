/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much the gateway takes on: body size, body bytes held at once, time, workers (6.4). */
class LimitsTest {

    private static final int LIMIT = 100_000;
    private static final int BUDGET = 250_000;
    private static Gateway gateway;
    /** Waits two seconds for a client's bytes. */
    private static Gateway hasty;
    /** Waits one second for an upstream. */
    private static Gateway brief;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("LITELLM_MESSAGES", "PROXY_MAX_BODY_BYTES=" + LIMIT, "PROXY_MAX_HELD_BYTES=" + BUDGET);
        hasty = Gateway.start("LITELLM_MESSAGES", "PROXY_MAX_BODY_BYTES=" + LIMIT, "PROXY_MAX_HELD_BYTES=" + BUDGET,
                "PROXY_BODY_TIMEOUT=2s");
        brief = Gateway.start("LITELLM_MESSAGES", "PROXY_MAX_BODY_BYTES=" + LIMIT, "PROXY_MAX_HELD_BYTES=" + BUDGET,
                "LITELLM_TIMEOUT=1s", "API_TIMEOUT_MS=1000");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        hasty.close();
        brief.close();
    }

    @BeforeEach
    void clear() {
        gateway.upstream(null);
    }

    /** A request of exactly so many bytes. */
    private static String sized(String request, int bytes) {
        String start = request.substring(0, request.length() - 1) + ",\"metadata\":{\"user_id\":\"";
        return start + "x".repeat(bytes - start.length() - 3) + "\"}}";
    }

    // M68, 6.4
    @Test
    void aBodyAsLargeAsTheLimitPassesAndOneByteMoreDoesNot() {
        assertEquals(200, gateway.post(sized(Gateway.PLAIN, LIMIT)).statusCode());
        assertEquals(LIMIT, gateway.received().body().length);
        assertFault(gateway.post(sized(Gateway.PLAIN, LIMIT + 1)), 413, "request_too_large");
        assertEquals(1, gateway.simulator().requests().size());
    }

    @Test
    void theUsualLimitIs32Megabytes() throws IOException {
        try (Gateway usual = Gateway.start("LITELLM_MESSAGES"); RawClient client = usual.connect()) {
            client.sendHead("/v1/messages", "content-length: " + (32 * 1024 * 1024 + 1));
            RawClient.Head head = client.readHead();
            assertEquals(413, head.status());
            String message = json(client.readBody(head)).path("error").path("message").asText();
            assertTrue(message.startsWith("Request too large (max 32 MB)"), message);
            assertEquals(200, usual.post(sized(Gateway.PLAIN, 20_000_000)).statusCode());
        }
    }

    // by its announcement the body is refused unread; without one as soon as it is too much (E37: chunked is taken)
    @ParameterizedTest
    @ValueSource(strings = {"content-length: 100001", "content-length: 9999999999999"})
    void anAnnouncedBodyIsRefusedUnread(String length) throws IOException {
        try (RawClient client = gateway.connect()) {
            client.sendHead("/v1/messages", length);
            assertEquals(413, client.readHead().status());
        }
    }

    @Test
    void aChunkedBodyIsTakenUpToTheLimit() throws IOException {
        try (RawClient client = gateway.connect()) {
            String body = sized(Gateway.PLAIN, 60_000);
            client.sendHead("/v1/messages", "transfer-encoding: chunked");
            for (int i = 0; i < body.length(); i += 10_000) {
                client.send("2710\r\n" + body.substring(i, i + 10_000) + "\r\n");
            }
            client.send("0\r\n\r\n");
            assertEquals(200, client.readHead().status());
            assertEquals(body, new String(gateway.received().body()));
        }
        try (RawClient client = gateway.connect()) {
            client.sendHead("/v1/messages", "transfer-encoding: chunked");
            for (int i = 0; i < 11; i++) {
                client.send("2710\r\n" + "x".repeat(10_000) + "\r\n");
            }
            assertEquals(413, client.readHead().status());
        }
    }

    @Test
    void aBodyThatStallsIsA408() throws IOException {
        try (RawClient client = hasty.connect()) {
            client.sendHead("/v1/messages", "content-length: 5000");
            client.send(Gateway.PLAIN);
            RawClient.Head head = client.readHead();
            assertEquals(408, head.status());
            assertEquals("timeout_error", json(client.readBody(head)).path("error").path("type").asText());
        }
        theBudgetIsWhole(hasty);
    }

    // "as long as bytes come" is no stall: it outlasts a body that stalls from the same moment on
    @Test
    void aSlowBodyIsNoStall() throws IOException {
        try (RawClient slow = hasty.connect(); RawClient stalls = hasty.connect()) {
            slow.sendHead("/v1/messages", "transfer-encoding: chunked");
            stalls.sendHead("/v1/messages", "content-length: 5000");
            CompletableFuture<Integer> stalled = CompletableFuture.supplyAsync(() -> status(stalls));
            await().until(() -> {
                slow.send("1\r\n \r\n");
                return stalled.isDone();
            });
            assertEquals(408, stalled.join());
            slow.send(Integer.toHexString(Gateway.PLAIN.length()) + "\r\n" + Gateway.PLAIN + "\r\n0\r\n\r\n");
            assertEquals(200, status(slow));
        }
    }

    private static int status(RawClient client) {
        try {
            return client.readHead().status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // 6.4: two bodies of 100 000 bytes fit into 250 000, a third does not; small ones still do
    @Test
    void beyondTheBytesHeldAtOnceAnswersAre503() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(2);
        gateway.upstream((request, reply) -> {
            if (request.body().length == LIMIT) {
                arrived.countDown();
                release.await();
            }
            return false;
        });
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                clients.add(gateway.connect().post(sized(Gateway.STREAM, LIMIT)));
            }
            assertTrue(arrived.await(Gateway.PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS));
            var refused = gateway.post(sized(Gateway.PLAIN, LIMIT));
            assertFault(refused, 503, "api_error");
            assertTrue(Integer.parseInt(header(refused, "retry-after")) <= 30);
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            release.countDown();
            for (RawClient client : clients) {
                assertEquals(200, client.readHead().status());
                client.readRest();
            }
        } finally {
            release.countDown();
            clients.forEach(RawClient::close);
        }
        gateway.upstream(null);
        theBudgetIsWhole(gateway);
    }

    // 6.4: bytes are given back after every kind of end
    @ParameterizedTest
    @ValueSource(strings = {"", "status=400", "status=503", "html=500", "empty", "cut-json", "redirect", "reset-before-headers",
        "reset-mid", "eof-mid", "error-mid=api_error", "no-answer", "silent-after-headers", "sse-for-json"})
    void bytesAreGivenBackHoweverTheUpstreamEnds(String fault) {
        for (String request : new String[] {Gateway.PLAIN, Gateway.STREAM}) {
            String body = sized(request.replace(Gateway.MODEL, fault.isEmpty() ? "m" : "m!" + fault), 60_000);
            try {
                brief.post(body);
            } catch (UncheckedIOException cutOff) {
                assertTrue(fault.equals("reset-mid") || fault.equals("silent-after-headers"), fault);
            }
        }
        theBudgetIsWhole(brief);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"model\":1}"})
    void bytesAreGivenBackOfABodyThatIsRefused(String start) {
        assertEquals(400, gateway.post(start + " ".repeat(60_000)).statusCode());
        theBudgetIsWhole(gateway);
    }

    @Test
    void bytesAreGivenBackWhenTheClientLeaves() throws IOException {
        for (int i = 0; i < 5; i++) {
            try (RawClient halfSent = gateway.connect()) {
                halfSent.sendHead("/v1/messages", "content-length: 90000").send("{");
            }
            try (RawClient gone = gateway.connect()) {
                gone.post(sized(Gateway.PLAIN.replace(Gateway.MODEL, "m!no-answer"), 60_000));
                gateway.received();
            }
            theBudgetIsWhole(gateway);
        }
    }

    private static void theBudgetIsWhole(Gateway of) {
        await().untilAsserted(() -> assertEquals(0.0, MetricsTest.value(of, "caravan_body_bytes_held")));
    }

    // 6.4; below Java 24 a call needs a worker of a sized pool, beyond it the answer is 503 and not a wait
    @Test
    void whenAllWorkersAreBusyAnswersAre503AndTheRestStillServes() throws Exception {
        assumeTrue(Runtime.version().feature() < 24, "from Java 24 on each request has a virtual thread");
        try (Gateway small = Gateway.start("LITELLM_MESSAGES", "PROXY_WORKER_THREADS=2")) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                clients.add(small.connect().post(Gateway.STREAM.replace(Gateway.MODEL, "m!no-answer")));
                small.received();
            }
            var refused = small.post(Gateway.PLAIN);
            assertFault(refused, 503, "api_error");
            assertTrue(Integer.parseInt(header(refused, "retry-after")) <= 30);
            assertEquals(200, ProbesTest.ask(small, "GET", "/health").statusCode());
            clients.forEach(RawClient::close);
            await().untilAsserted(() -> assertEquals(200, small.post(Gateway.PLAIN).statusCode()));
        }
    }
}
