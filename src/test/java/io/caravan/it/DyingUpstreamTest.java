/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However an upstream dies, its client learns it: by a status before the first content, by an error event behind it. */
@DisplayName("an upstream that dies in its stream (rules 9, 10; E20-E23, E26-E28, S37)")
class DyingUpstreamTest {

    private static Gateway gateway;
    /** Gives a silent stream two seconds. */
    private static Gateway hasty;

    /** The ways to die in the middle of a stream. */
    enum Death {
        RESET {
            @Override
            void end(Reply reply) throws IOException {
                reply.reset();
            }
        },
        CLOSE {
            @Override
            void end(Reply reply) throws IOException {
                reply.closeSocket();
            }
        },
        CLEAN_END {
            @Override
            void end(Reply reply) throws IOException {
                reply.endStream();
            }
        };

        abstract void end(Reply reply) throws IOException;
    }

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
        hasty = Gateway.start("AZURE_DATABRICKS", "PROXY_STREAM_SILENCE=2s");
    }

    @AfterAll
    static void close() {
        gateway.close();
        hasty.close();
    }

    /** The answer to a stream request where the upstream sends these events and dies. */
    private static HttpResponse<String> dying(Death death, String... events) {
        gateway.upstream((request, reply) -> {
            Wire.open(reply, events);
            death.end(reply);
            return true;
        });
        return gateway.post(Gateway.STREAM);
    }

    private static void assertError(String type, String event) {
        assertTrue(event.startsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"" + type + "\","), event);
        assertTrue(event.endsWith("}\n\n") && event.indexOf("\n\n") == event.length() - 2, event);
    }

    @Test
    void beforeTheHeadIsAStatus() {
        gateway.upstream((request, reply) -> {
            reply.reset();
            return true;
        });
        HttpResponse<String> answer = gateway.post(Gateway.STREAM);
        assertEquals(503, answer.statusCode());
        assertEquals("2", answer.headers().firstValue("retry-after").orElse(""));
        assertTrue(answer.body().contains("\"api_error\""), answer.body());
    }

    @ParameterizedTest
    @EnumSource
    void betweenHeadAndFirstEventIsAStatusAndNoEmptyStream(Death death) {
        HttpResponse<String> answer = dying(death);
        assertEquals(503, answer.statusCode());
        assertEquals("application/json", answer.headers().firstValue("content-type").orElse(""));
        assertTrue(answer.body().contains("\"api_error\""), answer.body());
    }

    @ParameterizedTest
    @EnumSource
    void insideTheFirstEventIsAStatus(Death death) {
        assertEquals(503, dying(death, Wire.START.substring(0, 50)).statusCode());
    }

    @ParameterizedTest
    @EnumSource
    void behindMessageStartIsStillAStatus(Death death) {
        HttpResponse<String> answer = dying(death, Wire.START, Wire.PING);
        assertEquals(503, answer.statusCode());
        assertEquals("application/json", answer.headers().firstValue("content-type").orElse(""));
        assertTrue(answer.headers().firstValue("retry-after").isPresent());
        assertTrue(answer.body().contains("\"api_error\""), answer.body());
    }

    @Test
    void behindMessageStartIsAnErrorThatTheClientRetriesAsAStream() {
        try (Gateway eager = Gateway.start("AZURE_DATABRICKS", "PROXY_COMMIT_AFTER=0")) {
            for (Death death : Death.values()) {
                eager.upstream((request, reply) -> {
                    Wire.open(reply, Wire.START, Wire.PING);
                    death.end(reply);
                    return true;
                });
                String body = eager.post(Gateway.STREAM).body().replace(Wire.PING, "");
                String sent = Wire.asSeen(Wire.START);
                assertTrue(body.startsWith(sent), body);
                assertError("overloaded_error", body.substring(sent.length()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void behindTextIsAnErrorAndNeverAnEnd(Death death) {
        String body = dying(death, Wire.START, Wire.BLOCK_START, Wire.text("half")).body();
        String sent = Wire.asSeen(Wire.START) + Wire.BLOCK_START + Wire.text("half");
        assertTrue(body.startsWith(sent), body);
        assertError("api_error", body.substring(sent.length()));
    }

    @ParameterizedTest
    @EnumSource
    void insideAnEventForwardsNothingOfIt(Death death) {
        String body = dying(death, Wire.START, Wire.BLOCK_START, Wire.text("whole"),
                "event: content_block_stop\ndata: {\"type\":").body();
        String sent = Wire.asSeen(Wire.START) + Wire.BLOCK_START + Wire.text("whole");
        assertTrue(body.startsWith(sent), body);
        assertError("api_error", body.substring(sent.length()));
    }

    @ParameterizedTest
    @EnumSource
    void behindMessageDeltaIsAnEndLikeAnyOther(Death death) {
        String[] events = {Wire.START, Wire.BLOCK_START, Wire.BLOCK_STOP, Wire.MESSAGE_DELTA};
        assertEquals(Wire.asSeen(String.join("", events)), dying(death, events).body());
    }

    // rule 10: the stop reason ends the turn
    @ParameterizedTest
    @EnumSource
    void behindAMessageDeltaWithoutAStopReasonIsAnError(Death death) {
        for (String reason : new String[] {"\"stop_reason\":null,", ""}) {
            String counts = Wire.MESSAGE_DELTA.replace("\"stop_reason\":\"end_turn\",", reason);
            String sent = Wire.asSeen(Wire.START) + Wire.BLOCK_START + Wire.text("half") + counts;
            String body = dying(death, Wire.START, Wire.BLOCK_START, Wire.text("half"), counts).body();
            assertTrue(body.startsWith(sent), body);
            assertError("api_error", body.substring(sent.length()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void behindItsOwnErrorAddsNoSecondOne(Death death) {
        String own = Wire.event("error", "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"x\"}}");
        String sent = Wire.START + Wire.BLOCK_START;
        assertEquals(Wire.asSeen(sent) + own, dying(death, sent, own).body());
    }

    @ParameterizedTest
    @EnumSource
    void anErrorOfItsOwnBeforeTheContentIsAStatus(Death death) {
        String own = Wire.event("error", "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"x\"}}");
        for (String[] events : new String[][] {{own}, {Wire.START, own}}) {
            HttpResponse<String> answer = dying(death, events);
            assertEquals(429, answer.statusCode());
            assertEquals("5", answer.headers().firstValue("retry-after").orElse(""));
            assertTrue(answer.body().contains("\"rate_limit_error\""), answer.body());
        }
    }

    @Test
    void insideAnEventTooLargeToBeHeldBreaksTheConnectionOff() {
        String part = Wire.text("z".repeat(3_000_000)).substring(0, 2_500_000);
        assertThrows(UncheckedIOException.class, () -> dying(Death.CLOSE, Wire.START, Wire.BLOCK_START, part));
    }

    @Test
    void silenceInTheStreamIsAnErrorAndTheUpstreamIsCut() throws Exception {
        CompletableFuture<Boolean> cut = new CompletableFuture<>();
        hasty.upstream((request, reply) -> {
            Wire.open(reply, Wire.START, Wire.BLOCK_START);
            cut.complete(reply.awaitPeerClose(Gateway.PATIENCE));
            return true;
        });
        String body = hasty.post(Gateway.STREAM).body();
        String sent = Wire.asSeen(Wire.START) + Wire.BLOCK_START;
        assertTrue(body.startsWith(sent), body);
        assertError("api_error", body.substring(sent.length()));
        assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void silenceBeforeTheFirstEventIsATimeout() {
        hasty.upstream((request, reply) -> {
            reply.startStream();
            reply.awaitPeerClose(Gateway.PATIENCE);
            return true;
        });
        HttpResponse<String> answer = hasty.post(Gateway.STREAM);
        assertEquals(504, answer.statusCode());
        assertTrue(answer.body().contains("timeout_error"), answer.body());
    }

    @Test
    void aStreamThatIsCompleteButNeverClosedEndsForTheClient() throws Exception {
        CompletableFuture<Boolean> cut = new CompletableFuture<>();
        gateway.upstream((request, reply) -> {
            Wire.open(reply, Wire.message("done").toArray(new String[0]));
            try {
                while (!reply.awaitPeerClose(Duration.ofMillis(100))) {
                    reply.chunk(Wire.utf8(": still here\n"));
                }
            } finally {
                cut.complete(true);
            }
            return true;
        });
        assertEquals(Wire.asSeen(Wire.message("done")), gateway.post(Gateway.STREAM).body());
        assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS), "it was still there");
    }

    @Test
    void anEventThatIsNoJsonPassesAsItIs() {
        String broken = Wire.event("content_block_delta", "{\"type\":\"content_block_delta\",");
        String start = Wire.event("message_start", "{\"type\":\"message_start\",\"message\":{\"model\":");
        String[] events = {start, Wire.BLOCK_START, broken, Wire.event("message_delta", "nonsense"), Wire.MESSAGE_STOP};
        assertEquals(String.join("", events), dying(Death.CLEAN_END, events).body());
    }

    @Test
    void theSameRequestWithoutAStreamIsAnsweredAsJson() {
        dying(Death.RESET, Wire.START);
        gateway.upstream(null);
        HttpResponse<String> answer = gateway.post(Gateway.PLAIN);
        assertEquals(200, answer.statusCode());
        assertEquals("application/json", answer.headers().firstValue("content-type").orElse(""));
        assertTrue(answer.body().startsWith("{\"id\":"), answer.body());
    }
}
