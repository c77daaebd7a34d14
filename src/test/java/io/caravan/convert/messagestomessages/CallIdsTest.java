/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestomessages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decision 13, R11: an upstream of the Messages format that repeats an id of a call. */
class CallIdsTest {

    private static final String REQUEST = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"say \\\"toolu_2\\\"\"},"
            + "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"look\",\"input\":{}}]},"
            + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\",\"content\":\"toolu_3\"}]}]}";
    private static final String START = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"m\"}}\n\n";
    private static final String END = "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"}}\n\n"
            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

    private static String call(String id) {
        return "{\"type\":\"tool_use\",\"id\":\"" + id + "\",\"name\":\"look\",\"input\":{\"type\":\"tool_use\",\"id\":\"toolu_1\"}}";
    }

    private static NamedMessages answers() {
        return new NamedMessages(ModelRequest.read(REQUEST.getBytes(StandardCharsets.UTF_8)), false);
    }

    private static String streamed(String events) {
        return new String(answers().stream().all(events.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"toolu_2", "toolu_3", "toolu_9"})
    void anIdThatNoCallHasUsedPassesByteForByte(String id) {
        String block = "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":" + call(id) + "}\n\n";
        String events = START + "event: content_block_start\n" + block + END;
        assertEquals(events, streamed(events));
        assertEquals(events, streamed(START + block + END));
        byte[] answer = ("{\"model\":\"m\",\"content\":[" + call(id) + "],\"usage\":{}}").getBytes(StandardCharsets.UTF_8);
        assertEquals(new String(answer, StandardCharsets.UTF_8), new String(answers().answer(answer).body(), StandardCharsets.UTF_8));
    }

    @Test
    void anotherIdForOneThatRepeats() throws IOException {
        String block = "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":" + call("toolu_1") + "}\n\n";
        for (String name : new String[] {"event: content_block_start\n", ""}) {
            String seen = streamed(START + name + block + END);
            assertFalse(seen.contains("\"content_block\":" + call("toolu_1")), seen);
            assertEquals(START + "event: content_block_start\n" + block + END,
                    seen.replaceAll("toolu_[0-9a-f]{24}", "toolu_1"));
        }
        byte[] answer = ("{\"model\":\"m\",\"content\":[" + call("toolu_1") + "," + call("toolu_7") + "," + call("toolu_7")
                + "],\"usage\":{}}").getBytes(StandardCharsets.UTF_8);
        JsonNode content = Json.MAPPER.readTree(answers().answer(answer).body()).path("content");
        assertTrue(content.at("/0/id").asText().matches("toolu_[0-9a-f]{24}"), content.toString());
        assertEquals("toolu_7", content.at("/1/id").asText());
        assertTrue(content.at("/2/id").asText().matches("toolu_[0-9a-f]{24}"), content.toString());
        assertEquals("toolu_1", content.at("/0/input/id").asText());
    }
}
