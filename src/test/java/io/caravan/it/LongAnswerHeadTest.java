/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("an upstream's head that is longer than is read is an error at once, and said to be one")
class LongAnswerHeadTest {

    private static Map<String, Gateway> gateways;

    @BeforeAll
    static void start() {
        gateways = Lane.start();
    }

    @AfterAll
    static void stop() {
        gateways.values().forEach(Gateway::close);
    }

    static List<Object[]> lanes() {
        List<Object[]> lanes = new ArrayList<>();
        for (String backend : gateways.keySet()) {
            for (boolean chat : new boolean[] {false, true}) {
                lanes.add(new Object[] {new Lane(gateways.get(backend), backend, chat), false});
                lanes.add(new Object[] {new Lane(gateways.get(backend), backend, chat), true});
            }
        }
        return lanes;
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void isAnErrorInTheClientsFormat(Lane lane, boolean stream) {
        for (String header : List.of("x-policy: " + "a".repeat(9000) + "\r\n", "x-one-of-many: a\r\n".repeat(120))) {
            assertTold(lane, stream, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + header + "content-length: 2\r\n\r\n{}");
        }
        assertTold(lane, stream, "HTTP/1.1 200 " + "O".repeat(9000) + "\r\ncontent-length: 2\r\n\r\n{}");
    }

    private static void assertTold(Lane lane, boolean stream, String head) {
        lane.gateway().upstream((request, reply) -> {
            reply.raw(Wire.utf8(head));
            return true;
        });
        HttpResponse<String> answer = lane.ask(stream);
        assertEquals(500, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("header lines that are too long"), answer.body());
        assertTrue(answer.body().contains(lane.chatClient() ? "{\"error\":{" : "{\"type\":\"error\""), answer.body());
        assertEquals(1, lane.gateway().simulator().requests().size());
    }

    @ParameterizedTest
    @MethodSource("lanes")
    void ofLessItIsRead(Lane lane, boolean stream) {
        lane.gateway().upstream((request, reply) -> {
            reply.header("x-policy", "a".repeat(7500));
            return false;
        });
        assertEquals(200, lane.ask(stream).statusCode());
    }
}
