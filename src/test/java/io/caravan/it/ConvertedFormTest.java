/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A client gets the form it asked for, and what is no answer at all is no empty one. */
@DisplayName("the form of converted answers (S13, S14, S35, S39; E30, E32)")
class ConvertedFormTest {

    private static Map<String, Gateway> gateways;

    @BeforeAll
    static void start() {
        gateways = Lane.start();
    }

    @AfterAll
    static void close() {
        gateways.values().forEach(Gateway::close);
    }

    static Stream<Named<Lane>> lanes() {
        return Lane.all(gateways);
    }

    static Stream<Named<Lane>> messagesClients() {
        return lanes().filter(lane -> !lane.getPayload().chatClient());
    }

    private static HttpResponse<String> answered(Lane lane, boolean stream, String type, String body) {
        lane.upstream((request, reply) -> {
            reply.header("content-type", type).send(Wire.utf8(body));
            return true;
        });
        return lane.ask(stream);
    }

    /** A whole answer of this upstream, its text given as a JSON string. */
    private static String whole(Lane lane, String text) {
        String content = text.isEmpty() ? "" : "{\"type\":\"text\",\"text\":\"" + text + "\"}";
        return lane.chatUpstream() ? ChatWire.completion(",\"content\":\"" + text + "\"", "stop")
                : "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"" + Wire.UPSTREAM_MODEL
                        + "\",\"content\":[" + content + "],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":12,\"output_tokens\":7}}";
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("S35: JSON for a stream becomes a stream")
    void jsonForAStreamBecomesAStream(Lane lane) {
        HttpResponse<String> answer = answered(lane, true, "application/json", whole(lane, "hello"));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("text/event-stream; charset=utf-8", FaultsRequestTest.header(answer, "content-type"));
        assertEquals("hello", lane.text(answer.body()));
        assertTrue(lane.endsWell(answer.body()), answer.body());
        assertFalse(answer.body().contains(Wire.UPSTREAM_MODEL), answer.body());
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("E30: a 200 that is no answer")
    void whatIsNoAnswerIsA500(Lane lane) {
        String error = "{\"error\":{\"code\":500,\"message\":\"secret innards\"}}";
        for (String body : List.of("", "{}", "[]", "null", "not json", "{\"choices\":[]}", "{\"id\":\"x\"", error)) {
            for (boolean stream : new boolean[] {true, false}) {
                HttpResponse<String> answer = answered(lane, stream, "application/json", body);
                assertEquals(500, answer.statusCode(), body + answer.body());
                assertEquals("application/json", FaultsRequestTest.header(answer, "content-type"));
                assertTrue(answer.body().contains(lane.chatClient() ? "\"server_error\"" : "\"api_error\""), answer.body());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("E32: an answer that says nothing stays one")
    void nothingIsInvented(Lane lane) {
        JsonNode answer = FaultsRequestTest.json(answered(lane, false, "application/json", whole(lane, "")).body());
        if (lane.chatClient()) {
            assertEquals("", answer.path("choices").path(0).path("message").path("content").asText(""));
            assertEquals("stop", answer.path("choices").path(0).path("finish_reason").asText());
        } else {
            assertEquals(0, answer.path("content").size());
            assertTrue(answer.path("content").isArray());
            assertEquals("end_turn", answer.path("stop_reason").asText());
        }
        lane.streams(lane.events().toArray(new String[0]));
        String body = lane.ask(true).body();
        assertEquals("", lane.text(body));
        assertTrue(lane.endsWell(body), body);
    }

    @ParameterizedTest
    @MethodSource("messagesClients")
    @DisplayName("S13-S15: the counts, wherever the upstream tells them, or an estimate")
    void theCountsAreTold(Lane lane) {
        String counts = "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":%d}}\n\n";
        String text = ChatWire.text("hi");
        String finish = ChatWire.STOP.replace("}\n\n", ",");
        assertCounts(lane, "\"output_tokens\":7", ChatWire.ROLE, text, ChatWire.STOP, ChatWire.USAGE, ChatWire.DONE);
        assertCounts(lane, "\"output_tokens\":8", ChatWire.ROLE, text, finish + counts.formatted(8), ChatWire.DONE);
        assertCounts(lane, "\"output_tokens\":9", ChatWire.ROLE.replace("}\n\n", ",") + counts.formatted(1),
                text.replace("}\n\n", ",") + counts.formatted(2), finish + counts.formatted(3),
                ChatWire.USAGE.replace(":7", ":9"), ChatWire.DONE);
        lane.streams(ChatWire.ROLE, text, ChatWire.STOP, ChatWire.DONE);
        String body = lane.ask(true).body();
        JsonNode delta = FaultsRequestTest.json(body.substring(body.indexOf("{\"type\":\"message_delta\"")));
        assertTrue(delta.path("usage").path("output_tokens").asInt() > 0, body);
    }

    private static void assertCounts(Lane lane, String output, String... events) {
        lane.streams(events);
        String body = lane.ask(true).body();
        String delta = body.substring(body.indexOf("event: message_delta"));
        assertTrue(delta.contains(output) && delta.contains("\"input_tokens\":12"), body);
    }

    @Test
    @DisplayName("S38: an OpenAI client is told the counts of a stream only where it asks")
    void anOpenAiClientAsksForTheCounts() {
        Lane lane = new Lane(gateways.get("ANTHROPIC"), "ANTHROPIC", true);
        lane.streams(lane.events("hi").toArray(new String[0]));
        assertFalse(lane.gateway().chat(ChatWire.STREAM).body().contains("\"completion_tokens\""));
        String body = lane.gateway().chat(ChatWire.STREAM_WITH_USAGE).body();
        assertTrue(body.contains("\"completion_tokens\":7") && body.contains("\"prompt_tokens\":12"), body);
        assertTrue(body.contains("\"choices\":[],"), body);
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("S39: the upstream's pings and comments")
    void pingsOfTheUpstreamBecomeTheClients(Lane lane) {
        String begun = String.join("", lane.begun("one"));
        List<String> events = lane.events("one");
        String quiet = lane.chatUpstream() ? ": OPENROUTER PROCESSING\n\n" : Wire.PING;
        lane.streams(begun, quiet, String.join("", events).substring(begun.length()));
        String body = lane.ask(true).body();
        assertTrue(lane.endsWell(body), body);
        assertEquals("one", lane.text(body));
        if (lane.chatClient()) {
            assertFalse(body.contains("event:"), body);
            assertTrue(body.contains(lane.chatUpstream() ? quiet : ChatWire.PING), body);
        }
    }
}
