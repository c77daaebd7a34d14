/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thinking comes back as it was given out, or the request is refused (M29 to M31 seen from the upstream). */
class ThinkingHistoryTest {

    private final Simulator simulator = Simulator.start();
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    /** Asks for thinking, sends the answer back changed so, and gives what is said to that. */
    private int status(String path, UnaryOperator<String> change) throws Exception {
        ObjectNode body = Requests.body("claude-opus-4-6!redacted-thinking", "hi");
        if (path.equals(Requests.OPENROUTER_CHAT)) {
            body.putObject("reasoning").put("max_tokens", 1024);
        } else {
            body.putObject("thinking").put("type", "enabled").put("budget_tokens", 1024);
        }
        JsonNode answer = requests.answer(path, body);
        ObjectNode message = path.equals(Requests.MESSAGES)
                ? ((ObjectNode) Requests.json("{\"role\":\"assistant\"}")).set("content", answer.path("content"))
                : (ObjectNode) answer.at("/choices/0/message");
        body.withArray("messages").add(Requests.json(change.apply(message.toString())));
        body.withArray("messages").addObject().put("role", "user").put("content", "and now?");
        int status = requests.post(path, body).statusCode();
        if (status == 400) {
            String refusal = requests.refusal(path, body);
            assertTrue(refusal.contains("Invalid `signature` in `thinking` block")
                    || refusal.contains("Invalid `data` in `redacted_thinking` block"), refusal);
        }
        return status;
    }

    @ParameterizedTest
    @ValueSource(strings = {Requests.DATABRICKS_CHAT, Requests.OPENROUTER_CHAT, Requests.LITELLM_CHAT, Requests.MESSAGES})
    void comesBackUnchanged(String path) throws Exception {
        assertEquals(200, status(path, message -> message));
        assertEquals(200, status(path, message -> message.replace("Let me think about what was said.", "")));
        assertEquals(400, status(path, message -> message.replace("Let me think about", "Let me ponder on")));
        assertEquals(400, status(path, message -> message.replace("/wQ==", "/wQ=")));
        assertEquals(400, status(path, message -> message.replace("KkD+", "KkD ")));
        assertEquals(400, status(path, message -> message.replace("/kw==", "%2Fkw==")));
        assertEquals(400, status(path, message -> message.replaceAll("\"signature\":\"[^\"]*\"", "\"signature\":\"\"")));
    }
}
