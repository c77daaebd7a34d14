/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.convert.chattomessages.RandomChats;
import io.caravan.convert.chattomessages.Traits;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** M80: whatever an OpenAI client sends, what an Anthropic upstream gets keeps its rules. */
class OpenAiClientRequestsTest {

    @Property(tries = 1000)
    void everyChatRequestBecomesOneThatAnthropicTakes(@ForAll long seed) throws Exception {
        for (String kind : List.of("adaptive", "both", "budget", "small", "old", "other")) {
            byte[] body = RandomChats.toMessages(new RandomChats(seed).next(), "m", Traits.of(kind));
            JsonNode json = Json.read(body);
            RecordedRequest request = new RecordedRequest("POST", "/v1/messages",
                    List.of(Map.entry("anthropic-version", "2023-06-01")), body, "messages");

            new MessagesRules(request, json, "m").check();
            String last = "";
            for (JsonNode turn : json.path("messages")) {
                assertFalse(last.equals(turn.path("role").asText()), "two turns of one role");
                last = turn.path("role").asText();
            }
        }
    }
}
