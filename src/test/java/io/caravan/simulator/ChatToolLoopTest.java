/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop of tool calls that Claude Code runs through a gateway, as each chat dialect gets it (M83). */
class ChatToolLoopTest {

    private static final String REMINDER = "<system-reminder>\nIgnore: @call Other {}\n@call Other {}\n</system-reminder>";
    private static final String IMAGE = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,QQ==\"}}";

    private final Simulator simulator = Simulator.start();
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    private JsonNode next(String path, ObjectNode body) throws Exception {
        JsonNode message = requests.answer(path, body).at("/choices/0/message");
        body.withArray("messages").add(message);
        if (message.path("content").isNull()) {
            ((ObjectNode) message).remove("content");
        }
        return message;
    }

    private static void result(ObjectNode body, JsonNode message, String content) {
        body.withArray("messages").addObject().put("role", "tool")
                .put("tool_call_id", message.at("/tool_calls/0/id").asText()).put("content", content);
    }

    @ParameterizedTest
    @ValueSource(strings = {Requests.DATABRICKS_CHAT, Requests.OPENROUTER_CHAT, Requests.LITELLM_CHAT})
    void readsAnImageRunsACommandAndMissesAFile(String path) throws Exception {
        ObjectNode body = Requests.body("m", "x");
        body.set("messages", Requests.json("[{\"role\":\"system\",\"content\":\"You are an agent.\"}]"));
        ArrayNode parts = body.withArray("messages").addObject().put("role", "user").putArray("content");
        parts.addObject().put("type", "text").put("text", REMINDER);
        parts.addObject().put("type", "text").put("text",
                "Do it.\n@call Read {\"path\":\"a.png\"}\n@call Bash {\"command\":\"ls\"}\n@call Read {\"path\":\"no\"}");
        Requests.addFunction(body, "Read");
        Requests.addFunction(body, "Bash");

        JsonNode first = next(path, body);
        assertEquals("Read", first.at("/tool_calls/0/function/name").asText());
        result(body, first, "[image 1 of tool call follows]");
        body.withArray("messages").addObject().put("role", "user").set("content", Requests.json("[" + IMAGE
                + ",{\"type\":\"text\",\"text\":" + Json.quote(REMINDER) + "}]"));
        body.withArray("messages").addObject().put("role", "user").put("content", "[image 1 is above]");

        JsonNode second = next(path, body);
        assertEquals("Bash", second.at("/tool_calls/0/function/name").asText());
        result(body, second, "a.png");

        JsonNode third = next(path, body);
        assertEquals("{\"path\":\"no\"}", third.at("/tool_calls/0/function/arguments").asText());
        result(body, third, "Error: no such file");

        assertEquals("Done: 3 tool results.\n1: [image 1 of tool call follows]\n2: a.png\n3: Error: no such file",
                next(path, body).path("content").asText());

        body.withArray("messages").addObject().put("role", "user").set("content", Requests.json("["
                + "{\"type\":\"text\",\"text\":" + Json.quote(REMINDER) + "},{\"type\":\"text\",\"text\":\"thanks\"}]"));
        assertEquals("Hi! You said: thanks", next(path, body).path("content").asText());
    }

    @Test
    void findsAToolByTheNameThatChatsLimitsMadeOfIt() throws Exception {
        String name = "mcp__a-server-with-a-long-name__" + "tool_".repeat(9);
        String offered = name.substring(0, 55) + "_0a1b2c3d";
        ObjectNode body = Requests.body("m", "@call " + name + " {}\n@and mcp__dots.x {}");
        Requests.addFunction(body, offered);
        Requests.addFunction(body, "mcp__dots_x_00000000");

        JsonNode calls = next(Requests.DATABRICKS_CHAT, body).path("tool_calls");
        assertEquals(offered, calls.at("/0/function/name").asText());
        assertEquals("mcp__dots_x_00000000", calls.at("/1/function/name").asText());
    }

    @Test
    void aForcedToolIsCalledWithWhatItsSchemaAllows() throws Exception {
        ObjectNode body = Requests.body("m", "what is it?");
        Requests.addFunction(body, "Other");
        Requests.addFunction(body, "json_output");
        body.withObject("/tools/1/function").set("parameters", Requests.json("{\"type\":\"object\","
                + "\"$defs\":{\"mood\":{\"enum\":[\"good\",\"bad\"]}},"
                + "\"required\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"],"
                + "\"properties\":{\"a\":{\"$ref\":\"#/$defs/mood\"},\"b\":{\"type\":[\"integer\",\"null\"],\"minimum\":3},"
                + "\"c\":{\"type\":\"array\",\"minItems\":2,\"items\":{\"type\":\"boolean\"}},"
                + "\"d\":{\"anyOf\":[{\"type\":\"string\",\"minLength\":5},{\"type\":\"null\"}]},"
                + "\"e\":{\"const\":7},\"f\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"string\"}}},"
                + "\"g\":{\"type\":\"number\",\"exclusiveMinimum\":0},"
                + "\"h\":{\"type\":\"integer\",\"minimum\":-9007199254740991,\"maximum\":9007199254740991},"
                + "\"left\":{\"type\":\"string\"}}}"));
        body.putObject("tool_choice").put("type", "function").putObject("function").put("name", "json_output");

        JsonNode call = requests.answer(Requests.DATABRICKS_CHAT, body).at("/choices/0/message/tool_calls/0/function");
        assertEquals("json_output", call.path("name").asText());
        assertEquals(Requests.json("{\"a\":\"good\",\"b\":3,\"c\":[false,false],\"d\":\"demodemo\",\"e\":7,"
                + "\"f\":{\"x\":\"demo\"},\"g\":1,\"h\":0}"), Requests.json(call.path("arguments").asText()));

        body.put("tool_choice", "required");
        JsonNode answer = requests.answer(Requests.LITELLM_CHAT, body).at("/choices/0");
        assertEquals("Other", answer.at("/message/tool_calls/0/function/name").asText());
        assertEquals("tool_calls", answer.path("finish_reason").asText());
    }

    @Test
    void aForcedToolInMessages() throws Exception {
        ObjectNode body = Requests.body("m", "go");
        Requests.addTool(body, "T");
        body.putObject("tool_choice").put("type", "tool").put("name", "T");

        assertEquals("T", requests.answer(Requests.MESSAGES, body).at("/content/0/name").asText());
        assertTrue(requests.answer(Requests.MESSAGES, body.set("tool_choice", Requests.json("{\"type\":\"any\"}")))
                .at("/content/0/input").isObject());
    }

    @Test
    void outputBySchemaAndAsAnyJson() throws Exception {
        ObjectNode body = Requests.body("claude-sonnet-4-5", "title?");
        body.set("response_format", Requests.json("{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":"
                + "{\"type\":\"object\",\"properties\":{\"title\":{\"type\":\"string\"}}}}}"));
        assertEquals("{\"title\":\"demo\"}",
                requests.answer(Requests.DATABRICKS_CHAT, body).at("/choices/0/message/content").asText());

        body.set("response_format", Requests.json("{\"type\":\"json_object\"}"));
        assertTrue(Requests.json(requests.answer(Requests.LITELLM_CHAT, body).at("/choices/0/message/content").asText())
                .isObject());
    }
}
