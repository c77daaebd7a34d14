/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Responder;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Until the first content a converted stream can still be another upstream's; once the head is out, it cannot. */
@DisplayName("what is held back of a converted stream (S19, E21, E27)")
class ConvertedGateTest {

    private static Gateway patient;
    private static Gateway quick;

    @BeforeAll
    static void start() {
        patient = Gateway.start("DATABRICKS_INVOCATIONS", "BYPASS_FALLBACK_ENABLED=true");
        quick = Gateway.start("DATABRICKS_INVOCATIONS", "BYPASS_FALLBACK_ENABLED=true", "PROXY_COMMIT_AFTER=300ms",
                "PROXY_PING_INTERVAL=300ms");
    }

    @AfterAll
    static void close() {
        patient.close();
        quick.close();
    }

    private static void databricks(Gateway gateway, Responder responder) {
        gateway.upstream((request, reply) -> request.dialect().equals("databricks-chat") && responder.handle(request, reply));
    }

    private static Lane lane(Gateway gateway, boolean chatClient) {
        return new Lane(gateway, "DATABRICKS_INVOCATIONS", chatClient);
    }

    private static void assertTakenOver(Lane lane) {
        HttpResponse<String> answer = lane.ask(true);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("databricks->openrouter", answer.headers().firstValue("x-caravan-failover").orElse(""));
        assertTrue(lane.endsWell(answer.body()), answer.body());
        assertEquals(List.of("databricks-chat", "openrouter-messages"),
                lane.gateway().simulator().requests().stream().map(RecordedRequest::dialect).toList());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeathBeforeTheContentMovesOn(boolean chatClient) {
        List<String[]> beginnings = List.of(new String[0], new String[] {": wait\n\n"}, new String[] {ChatWire.ROLE},
                new String[] {ChatWire.ROLE, ChatWire.chunk("\"content\":\"\"", null)},
                new String[] {ChatWire.ROLE, ChatWire.text("half").substring(0, 40)});
        for (DyingUpstreamTest.Death death : DyingUpstreamTest.Death.values()) {
            for (String[] events : beginnings) {
                databricks(patient, (request, reply) -> {
                    Wire.open(reply, events);
                    death.end(reply);
                    return true;
                });
                assertTakenOver(lane(patient, chatClient));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("E27: an error that may pass, as the first event")
    void anErrorBeforeTheContentMovesOn(boolean chatClient) {
        Lane lane = lane(patient, chatClient);
        for (String code : List.of("TEMPORARILY_UNAVAILABLE", "INTERNAL_ERROR", "REQUEST_LIMIT_EXCEEDED")) {
            for (String before : List.of("", ChatWire.ROLE)) {
                databricks(patient, (request, reply) -> {
                    Wire.stream(reply, before + lane.error(0, "", code, "wait"));
                    return true;
                });
                assertTakenOver(lane);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("E27: an error that will not pass, as the first event")
    void aRefusalBeforeTheContentIsAStatus(boolean chatClient) {
        Lane lane = lane(patient, chatClient);
        databricks(patient, (request, reply) -> {
            Wire.stream(reply, ChatWire.ROLE, lane.error(0, "", "BAD_REQUEST", "messages: no"));
            return true;
        });
        HttpResponse<String> answer = lane.ask(true);
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("\"invalid_request_error\"") && answer.body().contains("messages: no"), answer.body());
        assertEquals(1, patient.simulator().requests().size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void contentIsNeverTakenBack(boolean chatClient) {
        Lane lane = lane(patient, chatClient);
        for (String content : List.of(ChatWire.text("x"),
                ChatWire.chunk("\"tool_calls\":[{\"index\":0,\"id\":\"toolu_1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]", null))) {
            databricks(patient, (request, reply) -> {
                Wire.open(reply, ChatWire.ROLE, content);
                reply.reset();
                return true;
            });
            HttpResponse<String> answer = lane.ask(true);
            assertEquals(200, answer.statusCode());
            assertTrue(answer.body().contains("\"error\"") && !lane.endsWell(answer.body()), answer.body());
            assertEquals(1, patient.simulator().requests().size());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("S19: head and pings go out after a while, and no message_start before there is data")
    void aSlowStartIsBridgedWithPings(boolean chatClient) throws Exception {
        Lane lane = lane(quick, chatClient);
        String ping = chatClient ? ChatWire.PING : Wire.PING;
        PacedUpstream upstream = new PacedUpstream(ChatWire.answer("late"));
        databricks(quick, upstream);
        try (RawClient client = lane.connect()) {
            upstream.next();
            assertEquals(200, client.readHead().status());
            assertEquals(ping, client.readEvent());
            assertEquals(ping, client.readEvent());
            upstream.next();
            upstream.next();
            String first = client.readEvent();
            while (first.equals(ping)) {
                first = client.readEvent();
            }
            assertTrue(first.startsWith(chatClient ? "data: {" : "event: message_start\n"), first);
            upstream.rest();
            String body = first + new String(client.readRest()).replace(ping, "");
            assertEquals("late", lane.text(body));
            assertTrue(lane.endsWell(body), body);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("rule 9: once the head is out a death before the content lets the client try the stream again")
    void aDeathBehindPingsIsARetryableError(boolean chatClient) throws Exception {
        Lane lane = lane(quick, chatClient);
        String ping = chatClient ? ChatWire.PING : Wire.PING;
        for (String event : List.of("", lane.error(0, "", "TEMPORARILY_UNAVAILABLE", "wait"))) {
            PacedUpstream upstream = new PacedUpstream(event.isEmpty() ? List.of() : List.of(event));
            databricks(quick, upstream);
            try (RawClient client = lane.connect()) {
                upstream.next();
                assertEquals(200, client.readHead().status());
                assertEquals(ping, client.readEvent());
                upstream.rest();
                String last = client.readEvent();
                while (last.equals(ping)) {
                    last = client.readEvent();
                }
                assertTrue(last.contains(chatClient ? "\"server_error\"" : "\"overloaded_error\""), last);
                assertNull(client.readEvent());
            }
            assertEquals(1, quick.simulator().requests().size());
        }
    }

    @Test
    @DisplayName("S39: pings of the gateway are comments for an OpenAI client, events for a Messages client")
    void silenceBetweenDeltasIsBridgedToo() throws Exception {
        for (boolean chatClient : new boolean[] {false, true}) {
            Lane lane = lane(quick, chatClient);
            PacedUpstream upstream = new PacedUpstream(ChatWire.answer("one", "two"));
            databricks(quick, upstream);
            try (RawClient client = lane.connect()) {
                upstream.next();
                upstream.next();
                upstream.next();
                client.readHead();
                String event = client.readEvent();
                for (int pings = 0; pings < 2; event = client.readEvent()) {
                    pings += event.equals(chatClient ? ChatWire.PING : Wire.PING) ? 1 : 0;
                }
                upstream.rest();
                assertFalse(new String(client.readRest()).contains("\"error\""));
            }
        }
    }
}
