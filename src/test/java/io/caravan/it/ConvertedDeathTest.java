/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.it.DyingUpstreamTest.Death;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However a converted stream dies, its client learns it in its own format, and never takes it for an end. */
@DisplayName("converted streams that die (rules 9, 10; E20-E23, E26-E28, E51, S37)")
class ConvertedDeathTest {

    private static Map<String, Gateway> gateways;
    /** Give a silent stream two seconds. */
    private static Map<String, Gateway> hasty;

    @BeforeAll
    static void start() {
        gateways = Lane.start();
        hasty = Lane.start("PROXY_STREAM_SILENCE=2s");
    }

    @AfterAll
    static void close() {
        gateways.values().forEach(Gateway::close);
        hasty.values().forEach(Gateway::close);
    }

    static Stream<Named<Lane>> lanes() {
        return Lane.all(gateways);
    }

    static Stream<Named<Lane>> hastyLanes() {
        return Lane.all(hasty);
    }

    private static HttpResponse<String> dying(Lane lane, Death death, String... events) {
        lane.upstream((request, reply) -> {
            Wire.open(reply, events);
            death.end(reply);
            return true;
        });
        return lane.ask(true);
    }

    /** The stream's last event is an error of this type and nothing in it says that the message was complete. */
    private static JsonNode assertBroken(Lane lane, String type, String chatType, HttpResponse<String> answer) {
        String body = answer.body();
        assertEquals(200, answer.statusCode());
        assertFalse(body.contains("[DONE]") || body.contains("message_delta") || body.contains("message_stop"), body);
        assertFalse(body.contains("\"finish_reason\":\""), body);
        String mark = lane.chatClient() ? "data: {\"error\":{" : "event: error\ndata: {\"type\":\"error\",\"error\":{";
        int at = body.indexOf(mark);
        assertTrue(at >= 0 && body.indexOf("\n\n", at) == body.length() - 2, body);
        JsonNode error = FaultsRequestTest.json(body.substring(body.indexOf('{', at)));
        assertEquals(lane.chatClient() ? chatType : type, error.path("error").path("type").asText(), body);
        assertTrue(error.path("error").path("message").asText().length() > 5, body);
        if (lane.chatClient()) {
            assertTrue(error.path("error").has("param") && error.path("error").has("code"), body);
        }
        return error.path("error");
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("E22, E23: behind text")
    void behindTextIsAnErrorAndNeverAnEnd(Lane lane) {
        for (Death death : Death.values()) {
            HttpResponse<String> answer = dying(lane, death, lane.begun("half"));
            assertBroken(lane, "api_error", "server_error", answer);
            assertEquals("half", lane.text(answer.body()));
        }
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void insideAnEventForwardsNothingOfIt(Lane lane) {
        String next = lane.chatUpstream() ? ChatWire.text("lost") : Wire.text("lost");
        for (Death death : Death.values()) {
            List<String> events = new ArrayList<>(List.of(lane.begun("whole")));
            events.add(next.substring(0, next.indexOf("lost") + 2));
            HttpResponse<String> answer = dying(lane, death, events.toArray(new String[0]));
            assertBroken(lane, "api_error", "server_error", answer);
            assertEquals("whole", lane.text(answer.body()));
        }
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("E23, G074: message_stop without a reason to stop is no end; [DONE] behind what is whole is one to a message")
    void anEndMarkWithoutAReasonIsNoEnd(Lane lane) {
        List<String> events = new ArrayList<>(List.of(lane.begun("half")));
        events.add(lane.chatUpstream() ? ChatWire.DONE : Wire.MESSAGE_STOP);
        HttpResponse<String> answer = dying(lane, Death.CLEAN_END, events.toArray(new String[0]));
        if (lane.chatUpstream() && !lane.chatClient()) {
            assertTrue(lane.endsWell(answer.body()), answer.body());
        } else {
            assertBroken(lane, "api_error", "server_error", answer);
        }
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("E26, E51: the upstream's own error behind text")
    void itsOwnErrorIsTold(Lane lane) {
        String[][] errors = {
            {"429", "rate_limit_error", "REQUEST_LIMIT_EXCEEDED", "rate_limit_error", "rate_limit_error"},
            {"400", "invalid_request_error", "BAD_REQUEST", "invalid_request_error", "invalid_request_error"},
            {"500", "api_error", "INTERNAL_ERROR", "api_error", "server_error"}};
        for (String[] error : errors) {
            List<String> events = new ArrayList<>(List.of(lane.begun("half")));
            events.add(lane.error(Integer.parseInt(error[0]), error[1], error[2], "words of it"));
            for (Death death : Death.values()) {
                HttpResponse<String> answer = dying(lane, death, events.toArray(new String[0]));
                assertBroken(lane, error[3], error[4], answer);
                assertEquals("half", lane.text(answer.body()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("E28: an event that cannot be read is an error, and the upstream is cut")
    void malformedJsonCrashesNothing(Lane lane) throws Exception {
        CompletableFuture<Boolean> cut = new CompletableFuture<>();
        lane.upstream((request, reply) -> {
            Wire.open(reply, lane.begun("half"));
            Wire.write(reply, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"ind\n\n");
            cut.complete(reply.awaitPeerClose(Gateway.PATIENCE));
            return true;
        });
        assertBroken(lane, "api_error", "server_error", lane.ask(true));
        assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @MethodSource("hastyLanes")
    void silenceIsAnErrorAndTheUpstreamIsCut(Lane lane) throws Exception {
        CompletableFuture<Boolean> cut = new CompletableFuture<>();
        lane.upstream((request, reply) -> {
            Wire.open(reply, lane.begun("half"));
            cut.complete(reply.awaitPeerClose(Gateway.PATIENCE));
            return true;
        });
        assertBroken(lane, "api_error", "server_error", lane.ask(true));
        assertTrue(cut.get(Gateway.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("E20, E21: before the content it is a status")
    void beforeTheContentIsAStatus(Lane lane) {
        List<String[]> beginnings = List.of(new String[0], lane.beginning().toArray(new String[0]), new String[] {": wait\n\n"});
        for (String[] events : beginnings) {
            for (Death death : Death.values()) {
                HttpResponse<String> answer = dying(lane, death, events);
                assertTrue(answer.statusCode() == 503 || answer.statusCode() == 500, answer.body());
                assertEquals("application/json", answer.headers().firstValue("content-type").orElse(""));
                assertTrue(answer.body().contains(lane.chatClient() ? "\"server_error\"" : "\"api_error\""), answer.body());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("hastyLanes")
    void silenceBeforeTheContentIsATimeout(Lane lane) {
        lane.upstream((request, reply) -> {
            reply.startStream();
            reply.awaitPeerClose(Gateway.PATIENCE);
            return true;
        });
        assertEquals(504, lane.ask(true).statusCode());
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("S37: the same request without a stream")
    void theSameRequestWithoutAStreamIsAnsweredAsJson(Lane lane) {
        dying(lane, Death.RESET, lane.begun("half"));
        lane.upstream(null);
        HttpResponse<String> answer = lane.ask(false);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("application/json", answer.headers().firstValue("content-type").orElse(""));
        assertTrue(answer.body().startsWith("{\"id\":"), answer.body());
    }
}
