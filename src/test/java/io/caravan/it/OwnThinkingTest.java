/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("what a model other than Claude has thought, two turns over sockets")
class OwnThinkingTest {

    private static final String DETAILS = "[{\"type\":\"reasoning.summary\",\"summary\":\"I look.\",\"id\":\"rs_1\","
            + "\"format\":\"openai-responses-v1\",\"index\":0},{\"type\":\"reasoning.encrypted\",\"data\":\"gAAAAB/+=\","
            + "\"id\":\"rs_1\",\"format\":\"openai-responses-v1\",\"index\":1}]";
    private static final String CALL = "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":"
            + "{\"name\":\"look\",\"arguments\":\"{}\"}}]";
    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();

    /** What a kind of upstream says, and what it must get back. */
    enum Spoken {
        REASONING_DETAILS("OPENROUTER_CHAT", "openai/gpt-5", "\"reasoning\":\"I look.\",\"reasoning_details\":" + DETAILS,
                "\"reasoning_details\":" + DETAILS),
        REASONING_CONTENT("LITELLM_OPENROUTER", "deepseek/deepseek-v3.2", "\"reasoning_content\":\"I look.\"",
                "\"reasoning_content\":\"I look.\""),
        REASONING("OPENROUTER_CHAT", "moonshotai/kimi-k2-thinking", "\"reasoning\":\"I look.\"", "\"reasoning\":\"I look.\""),
        THINKING_BLOCKS("LITELLM_OPENROUTER", "google/gemini-3-pro",
                "\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"I look.\",\"signature\":\"Cg==\"}]",
                "\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"I look.\",\"signature\":\"Cg==\"}]"),
        CONTENT("DATABRICKS_INVOCATIONS", "databricks-gpt-oss-120b",
                "\"content\":[{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"I look.\"}]}]",
                "\"content\":[{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"I look.\"}]}]");

        private final String backend;
        private final String model;
        private final String said;
        private final String back;

        Spoken(String backend, String model, String said, String back) {
            this.backend = backend;
            this.model = model;
            this.said = said;
            this.back = back;
        }

        String another() {
            return this == CONTENT ? "databricks-llama-4-maverick" : "qwen/qwen3-max";
        }

        String claude() {
            return this == CONTENT ? "databricks-claude-sonnet-4-5" : "anthropic/claude-sonnet-4.5";
        }
    }

    @BeforeAll
    static void start() {
        Stream.of("ANTHROPIC", "AZURE_DATABRICKS", "OPENROUTER_CHAT", "LITELLM_OPENROUTER", "DATABRICKS_INVOCATIONS")
                .forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend)));
    }

    @AfterAll
    static void stop() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    static List<Object[]> spokenStreamedOrNot() {
        List<Object[]> all = new ArrayList<>();
        for (Spoken spoken : Spoken.values()) {
            all.add(new Object[] {spoken, false});
            all.add(new Object[] {spoken, true});
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("spokenStreamedOrNot")
    @DisplayName("goes back to it in its own form within the tool loop")
    void goesBackInItsOwnForm(Spoken spoken, boolean stream) {
        ObjectNode request = afterACall(spoken, stream);
        JsonNode block = request.at("/messages/1/content/0");
        assertEquals("I look.", block.path("thinking").asText(), request.toString());
        assertTrue(block.path("signature").asText().startsWith("caravan-thinking-1."), block.toString());

        JsonNode sent = sent(spoken.backend, request);

        json("{" + spoken.back + "}").properties().forEach(
                member -> assertEquals(member.getValue(), sent.at("/messages/1").path(member.getKey()), sent.toString()));
        assertEquals("call_1", sent.at("/messages/1/tool_calls/0/id").asText());
        assertFalse(sent.toString().contains("caravan-thinking"), sent.toString());
    }

    @ParameterizedTest
    @MethodSource("spokenStreamedOrNot")
    @DisplayName("goes to no other model, be it a Claude, be it in the midst of the loop")
    void goesToNoOther(Spoken spoken, boolean stream) {
        ObjectNode request = afterACall(spoken, stream);
        for (String model : List.of(spoken.another(), spoken.claude())) {
            assertUntold(sent(spoken.backend, request.deepCopy().put("model", model)));
        }
        assertUntold(sent("ANTHROPIC", request.deepCopy().put("model", Gateway.MODEL)));
        assertUntold(sent("AZURE_DATABRICKS", request.deepCopy().put("model", Gateway.MODEL)));
        assertTrue(sent(spoken.backend, request).toString().contains("I look."), "and back again");
    }

    @ParameterizedTest
    @EnumSource(Spoken.class)
    @DisplayName("is forgotten with the next thing the user says")
    void isForgottenBehindTheLoop(Spoken spoken) {
        ObjectNode request = afterACall(spoken, false);
        request.withArray("messages").addObject().put("role", "assistant").put("content", "Found.");
        request.withArray("messages").addObject().put("role", "user").put("content", "And now?");
        assertUntold(sent(spoken.backend, request));
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    @DisplayName("without its text where the client asked for no thinking")
    void isRedactedWhereNoneWasAsked(boolean stream) {
        ObjectNode request = request(Spoken.REASONING_DETAILS, stream);
        request.remove("thinking");
        afterACall(Spoken.REASONING_DETAILS, request);
        String content = request.at("/messages/1/content").toString();
        assertTrue(content.contains("redacted_thinking") && !content.contains("I look."), content);
        assertEquals(json(DETAILS), sent("OPENROUTER_CHAT", request).at("/messages/1/reasoning_details"));
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    @DisplayName("a message that held nothing else is left out towards a Messages upstream")
    void nothingIsLeftOfAMessageOfThoughts(boolean stream) {
        ObjectNode request = afterACall(Spoken.REASONING_CONTENT, stream);
        request.withArray("messages").remove(2);
        ((ObjectNode) request.at("/messages/1")).withArray("content").remove(1);
        request.withArray("messages").addObject().put("role", "user").put("content", "again");
        JsonNode sent = sent("ANTHROPIC", request.put("model", Gateway.MODEL));
        assertEquals(List.of("user", "user"), sent.path("messages").findValuesAsText("role"), sent.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "OPENROUTER_CHAT|openai/gpt-5|true|false",
        "OPENROUTER_CHAT|anthropic/claude-sonnet-4.5|false|true",
        "ANTHROPIC|claude-sonnet-4-5|false|true"})
    @DisplayName("an OpenAI client's reasoning_details go to whom they are from")
    void ofAnOpenAiClient(String backend, String model, boolean gpt, boolean claude) {
        String claudes = "[{\"type\":\"reasoning.text\",\"text\":\"Hm.\",\"signature\":\"c2lnLTE=\","
                + "\"format\":\"anthropic-claude-v1\",\"index\":0}]";
        assertEquals(gpt, sentByChat(backend, model, DETAILS, "I look.").contains("gAAAAB/+="));
        assertEquals(claude, sentByChat(backend, model, claudes, "Hm.").contains("c2lnLTE="));
        assertEquals(claude, sentByChat(backend, model, claudes, "Hm.").contains("Hm."));
    }

    private static String sentByChat(String backend, String model, String details, String text) {
        ObjectNode request = (ObjectNode) json("{\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}");
        ObjectNode message = request.put("model", model).withArray("messages").addObject().put("role", "assistant");
        message.putNull("content").put("reasoning_content", text).set("reasoning_details", json(details));
        message.setAll((ObjectNode) json("{" + CALL.replace("\"index\":0,", "") + "}"));
        request.withArray("messages").addObject().put("role", "tool").put("tool_call_id", "call_1").put("content", "42");
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream(null);
        gateway.chat(request.toString());
        return new String(gateway.received().body());
    }

    private static void assertUntold(JsonNode sent) {
        assertFalse(sent.toString().contains("I look."), sent.toString());
        assertFalse(sent.toString().contains("gAAAAB"), sent.toString());
        assertFalse(sent.toString().contains("caravan-thinking"), sent.toString());
        assertTrue(sent.toString().contains("call_1"), sent.toString());
    }

    private static ObjectNode request(Spoken spoken, boolean stream) {
        ObjectNode request = (ObjectNode) json("{\"max_tokens\":4000,\"thinking\":{\"type\":\"adaptive\"},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"go\"}],"
                + "\"tools\":[{\"name\":\"look\",\"input_schema\":{\"type\":\"object\"}}]}");
        return request.put("model", spoken.model).put("stream", stream);
    }

    private static ObjectNode afterACall(Spoken spoken, boolean stream) {
        return afterACall(spoken, request(spoken, stream));
    }

    /** The request for the second turn: the answer to the first and the result of its call are added. */
    private static ObjectNode afterACall(Spoken spoken, ObjectNode request) {
        Gateway gateway = GATEWAYS.get(spoken.backend);
        boolean stream = request.path("stream").asBoolean();
        gateway.upstream((recorded, reply) -> {
            if (stream) {
                Wire.stream(reply, ChatWire.ROLE, ChatWire.chunk(spoken.said, null), ChatWire.chunk(CALL, null),
                        ChatWire.chunk("", "tool_calls"), ChatWire.USAGE, ChatWire.DONE);
            } else {
                reply.header("content-type", "application/json")
                        .send(Wire.utf8(ChatWire.completion("," + spoken.said + "," + CALL, "tool_calls")));
            }
            return true;
        });
        HttpResponse<String> answer = gateway.post(request.toString());
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode message = stream ? StreamedMessage.of(answer.body()) : json(answer.body());
        request.withArray("messages").addObject().put("role", "assistant").set("content", message.get("content"));
        request.withArray("messages").addObject().put("role", "user").putArray("content").addObject()
                .put("type", "tool_result").put("tool_use_id", "call_1").put("content", "42");
        return request;
    }

    private static JsonNode sent(String backend, ObjectNode request) {
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream(null);
        gateway.post(request.toString());
        return gateway.received().json();
    }
}
