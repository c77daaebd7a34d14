/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("an answer in another form than asked is told by its first bytes (G077, G078, G079)")
class OtherFormTest {

    private static final String COMPLETION = ChatWire.completion(",\"content\":\"Hello\"", "stop");
    private static Map<String, Gateway> gateways;

    @BeforeAll
    static void start() {
        gateways = Lane.start();
    }

    @AfterAll
    static void stop() {
        gateways.values().forEach(Gateway::close);
    }

    static Stream<Named<Lane>> lanes() {
        return Lane.all(gateways);
    }

    static Stream<Named<Lane>> chatUpstreams() {
        return lanes().filter(lane -> lane.getPayload().chatUpstream());
    }

    @ParameterizedTest
    @MethodSource("lanes")
    @DisplayName("G078, G079: a stream where JSON was asked for")
    void aStreamBecomesOneAnswer(Lane lane) {
        lane.streams(lane.events("Hel", "lo").toArray(String[]::new));
        assertWhole(lane.ask(false));
    }

    @ParameterizedTest
    @MethodSource("chatUpstreams")
    @DisplayName("G077: comments before the JSON, [DONE] behind it")
    void whatStandsAroundTheJsonIsLeftOut(Lane lane) {
        lane.streams(": OPENROUTER PROCESSING\n\n" + COMPLETION);
        assertWhole(lane.ask(false));
        lane.streams(COMPLETION + "\n\ndata: [DONE]\n\n");
        assertWhole(lane.ask(false));
    }

    @ParameterizedTest
    @MethodSource("chatUpstreams")
    @DisplayName("JSON under the type of a stream, where a stream was asked for")
    void jsonBecomesAStream(Lane lane) {
        lane.streams(COMPLETION);
        String body = lane.ask(true).body();
        assertEquals("Hello", lane.text(body));
        assertTrue(lane.endsWell(body), body);
    }

    private static void assertWhole(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.headers().firstValue("content-type").orElse("").contains("json"));
        assertTrue(answer.body().contains("\"Hello\""), answer.body());
        assertTrue(answer.body().startsWith("{"), answer.body());
    }
}
