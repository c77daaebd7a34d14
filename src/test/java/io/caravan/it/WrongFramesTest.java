/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

@DisplayName("what a Messages lane puts right in its upstream's stream (F051, F052, F060, F063, F068)")
class WrongFramesTest {

    static final List<String> BACKENDS =
            List.of("ANTHROPIC", "AZURE_DATABRICKS", "DATABRICKS_GATEWAY", "OPENROUTER", "LITELLM_MESSAGES");
    private static final String LITELLM_ERROR = "data: {\"error\":{\"message\":\"litellm.InternalServerError:"
            + " AnthropicException - Overloaded\",\"type\":\"None\",\"param\":\"None\",\"code\":\"500\"}}\n\n";
    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        BACKENDS.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend)));
    }

    @AfterAll
    static void stop() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    private static HttpResponse<String> answer(String backend, String... events) {
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream((request, reply) -> {
            Wire.stream(reply, events);
            return true;
        });
        return gateway.post(Gateway.STREAM);
    }

    @ParameterizedTest
    @FieldSource("BACKENDS")
    @DisplayName("F051: an event without its line gets it, the others pass byte for byte")
    void aMissingLineIsAdded(String backend) {
        List<String> events = Wire.message("Hel", "lo");
        for (int left = 0; left < 2; left++) {
            List<String> sent = new ArrayList<>(events);
            for (int i = left; i < sent.size(); i += 1 + left) {
                sent.set(i, sent.get(i).substring(sent.get(i).indexOf("data:")));
            }
            assertEquals(Wire.asSeen(events), answer(backend, sent.toArray(String[]::new)).body());
        }
    }

    @ParameterizedTest
    @FieldSource("BACKENDS")
    @DisplayName("F051: also where the type does not come first in the data")
    void aMissingLineIsAddedWhereverTheTypeStands(String backend) {
        String stop = "data: {\"index\":0,\"type\":\"content_block_stop\"}\n\n";
        String body = answer(backend, Wire.START, Wire.BLOCK_START, Wire.text("a"), stop, Wire.MESSAGE_DELTA, Wire.MESSAGE_STOP)
                .body();
        assertTrue(body.contains("event: content_block_stop\n" + stop), body);
    }

    @ParameterizedTest
    @FieldSource("BACKENDS")
    @DisplayName("F052: an error in another form becomes one error event with its words")
    void aForeignErrorIsToldInTheClientsForm(String backend) {
        String body = answer(backend, Wire.START, Wire.BLOCK_START, Wire.text("a"), LITELLM_ERROR).body();
        assertEquals(1, body.split("event: error\n", -1).length - 1, body);
        assertTrue(body.substring(body.indexOf("event: error")).contains("Overloaded"), body);
        assertFalse(body.contains("litellm."), body);
        assertFalse(body.contains("message_stop"), body);
    }

    @ParameterizedTest
    @FieldSource("BACKENDS")
    @DisplayName("F060: one message_start")
    void aSecondMessageStartIsLeftOut(String backend) {
        List<String> events = Wire.message("Hello");
        List<String> sent = new ArrayList<>(events);
        sent.add(0, Wire.START);
        assertEquals(Wire.asSeen(events), answer(backend, sent.toArray(String[]::new)).body());
    }

    @ParameterizedTest
    @FieldSource("BACKENDS")
    @DisplayName("F063: an error as the only frame is its own status")
    void anErrorAloneIsItsStatus(String backend) {
        HttpResponse<String> answer = answer(backend, "data: {\"error\":{\"message\":\"litellm.RateLimitError:"
                + " AnthropicException - rate limit\",\"type\":\"None\",\"param\":\"None\",\"code\":\"429\"}}\n\n");
        assertEquals(429, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"rate_limit_error\""), answer.body());
        assertTrue(answer.body().contains("rate limit"), answer.body());
        assertTrue(answer.headers().firstValue("retry-after").isPresent());
    }

    @ParameterizedTest
    @FieldSource("BACKENDS")
    @DisplayName("F068: [DONE] is left out")
    void doneIsLeftOut(String backend) {
        List<String> events = Wire.message("Hello");
        List<String> sent = new ArrayList<>(events);
        sent.add(ChatWire.DONE);
        assertEquals(Wire.asSeen(events), answer(backend, sent.toArray(String[]::new)).body());
    }

    @ParameterizedTest
    @FieldSource("BACKENDS")
    @DisplayName("a stream instead of JSON is read as the message it makes, and JSON inside a stream as its events")
    void anotherFormThanAskedIsTurned(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream((request, reply) -> {
            Wire.stream(reply, Wire.message("Hel", "lo").toArray(String[]::new));
            return true;
        });
        HttpResponse<String> whole = gateway.post(Gateway.PLAIN);
        assertEquals(200, whole.statusCode(), whole.body());
        assertTrue(whole.body().contains("\"text\":\"Hello\""), whole.body());
        assertTrue(whole.body().contains("\"stop_reason\":\"end_turn\""), whole.body());

        String body = answer(backend, ": wait\n\n", whole.body()).body();
        assertEquals(List.of("message_start", "content_block_start", "content_block_delta", "content_block_stop",
                "message_delta", "message_stop"), Arrays.stream(body.split("\n"))
                .filter(line -> line.startsWith("event: ")).map(line -> line.substring(7)).toList());
    }
}
