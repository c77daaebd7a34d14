/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventTypeTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "event: ping~data: {}~~ | PING",
        "event:message_stop~data: {}~~ | MESSAGE_STOP",
        "data: {}~event: error~~ | ERROR",
        "event: unheard_of~data: {\"type\":\"ping\"}~~ | OTHER",
        "data: {\"type\":\"message_start\",\"message\":{}}~~ | MESSAGE_START",
        "data:{\"type\": \"content_block_start\"}~~ | CONTENT_BLOCK_START",
        ": comment~data: {\"type\":\"message_delta\"}~~ | MESSAGE_DELTA",
        "data: {\"type\":\"message_deltas\"}~~ | OTHER",
        "data: {\"type\":7}~~ | OTHER",
        "data: {\"type\":~~ | OTHER",
        "data: {\"type\":\"ping | OTHER",
        "data: [DONE]~~ | OTHER",
        ": comment~~ | OTHER"})
    void isToldByTheEventLineOrElseByTheData(String event, EventBuffer.Type type) {
        byte[] bytes = event.replace('~', '\n').getBytes(StandardCharsets.UTF_8);
        assertEquals(type, EventBuffer.Type.of(bytes, 0, bytes.length));
    }
}
