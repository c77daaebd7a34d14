/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.util.ArrayList;
import java.util.List;

/** A chat stream put together again as an SDK does, which also holds what every chunk must be. */
final class ReadChunks {

    final StringBuilder content = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();
    final StringBuilder signatures = new StringBuilder();
    final List<ObjectNode> calls = new ArrayList<>();
    final List<StringBuilder> arguments = new ArrayList<>();
    String finish;
    JsonNode usage;
    boolean done;

    ReadChunks(String stream) throws JsonProcessingException {
        boolean first = true;
        for (String event : stream.split("\n\n")) {
            if (event.equals(": ping")) {
                continue;
            }
            assertTrue(event.startsWith("data: "), event);
            assertFalse(done, "something after [DONE]");
            if (event.equals("data: [DONE]")) {
                done = true;
                continue;
            }
            JsonNode chunk = Json.MAPPER.readTree(event.substring(6));
            if (chunk.path("choices").isArray() && chunk.path("choices").isEmpty()) {
                usage = chunk.path("usage");
                continue;
            }
            assertEquals(1, chunk.path("choices").size(), event);
            JsonNode choice = chunk.path("choices").get(0);
            assertEquals(0, choice.path("index").asInt(-1));
            assertEquals("chat.completion.chunk", chunk.path("object").asText());
            assertEquals(first, choice.path("delta").has("role"));
            first = false;
            add(choice);
        }
    }

    private void add(JsonNode choice) {
        JsonNode delta = choice.path("delta");
        content.append(delta.path("content").asText());
        reasoning.append(delta.path("reasoning_content").asText());
        for (JsonNode block : delta.path("thinking_blocks")) {
            signatures.append(block.path("signature").asText()).append(block.path("data").asText());
        }
        for (JsonNode call : delta.path("tool_calls")) {
            int index = call.path("index").asInt(-1);
            if (call.has("id")) {
                assertEquals(calls.size(), index);
                calls.add((ObjectNode) call);
                arguments.add(new StringBuilder());
            }
            arguments.get(index).append(call.path("function").path("arguments").asText());
        }
        if (!choice.path("finish_reason").isNull()) {
            assertEquals(null, finish, "two finish reasons");
            assertTrue(delta.isEmpty());
            finish = choice.path("finish_reason").asText();
        }
    }
}
