/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** S35 */
class MessageEventsTest {

    private static final String MESSAGE = """
            {"id":"msg_1","type":"message","role":"assistant","model":"m","new_member":{"a":1},"content":[
             {"type":"thinking","thinking":"Hm","signature":"c2ln"},{"type":"thinking","thinking":"","signature":"b"},
             {"type":"redacted_thinking","data":"ZW5j"},
             {"type":"text","text":"Hi ü","citations":[{"type":"char_location","cited_text":"x"}]},
             {"type":"text","text":"","citations":null},
             {"type":"tool_use","id":"t1","name":"A","input":{"x":[1,"😀"]},"caller":{"type":"direct"}},
             {"type":"tool_use","id":"t2","name":"B","input":{}},
             {"type":"web_search_tool_result","tool_use_id":"s","content":[{"url":"u"}]},{"type":"new_block","z":1}],
             "stop_reason":"tool_use","stop_sequence":null,"stop_details":null,
             "usage":{"input_tokens":5,"output_tokens":7,"cache_read_input_tokens":3,"cache_creation_input_tokens":0,
              "cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0}},
             "context_management":{"applied_edits":[]}}""";

    @Test
    void aMessageIsToldAsEventsAndNothingIsLost() throws IOException {
        String events = of(MESSAGE);
        MessagesGrammar told = MessagesGrammar.whole(events);
        JsonNode message = Json.MAPPER.readTree(MESSAGE);
        assertEquals(message.path("content"), told.content());
        assertEquals("tool_use", told.stopReason());
        assertEquals(message.path("usage"), told.usage());
        assertEquals(0, told.start().path("usage").path("output_tokens").asInt(-1));
        assertEquals(5, told.start().path("usage").path("input_tokens").asInt());
        assertEquals(message.path("new_member"), told.start().path("new_member"));
        assertTrue(events.contains("\"context_management\":{\"applied_edits\":[]}"));
    }

    @Test
    void aMessageThatSaysLittleIsStillAStream() {
        MessagesGrammar told = MessagesGrammar.whole(of(
                "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[]"
                        + ",\"stop_reason\":\"end_turn\"}"));
        assertEquals(0, told.content().size());
        assertEquals(0, told.usage().path("output_tokens").asInt(-1));
    }

    @Test
    void whatIsNoMessageIsMalformed() {
        for (String body : new String[] {"", "[]", "null", "{", "{}", "{\"content\":\"x\"}"}) {
            assertThrows(MalformedBody.class, () -> of(body), body);
        }
    }

    private static String of(String message) {
        return new String(MessageEvents.of(message.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }
}
