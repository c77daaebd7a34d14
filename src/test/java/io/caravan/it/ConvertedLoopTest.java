/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.ConvertingLaneTest.faulty;
import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream of the chat format answers comes back to it in the next turn, and it knows its own signatures. */
@DisplayName("turns over the converting lane (M29, M31, M35, M38, M42, M58–M64)")
class ConvertedLoopTest {

    private static final String LONG_NAME = "mcp__a_server_with_a_long_name__a_tool_whose_name_has_seventy_seven_characters";
    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        Gateway.CHAT.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend)));
    }

    @AfterAll
    static void close() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    private static ObjectNode request(String model, String prompt, boolean stream) {
        ObjectNode body = (ObjectNode) json("{\"max_tokens\":4000,\"messages\":[]}");
        body.put("model", model).put("stream", stream);
        body.withArray("messages").addObject().put("role", "user").put("content", prompt);
        return body;
    }

    private static void addTools(ObjectNode body) {
        for (String name : new String[] {"Read", LONG_NAME}) {
            body.withArray("tools").addObject().put("name", name).putObject("input_schema").put("type", "object");
        }
    }

    private static JsonNode ask(String backend, ObjectNode body) {
        HttpResponse<String> answer = GATEWAYS.get(backend).post(body.toString());
        assertEquals(200, answer.statusCode(), answer.body());
        return body.path("stream").asBoolean() ? StreamedMessage.of(answer.body()) : json(answer.body());
    }

    private static List<String> types(JsonNode message) {
        List<String> types = new ArrayList<>();
        message.path("content").forEach(block -> types.add(block.path("type").asText()));
        return types;
    }

    static List<Object[]> backendsStreamedOrNot() {
        return Gateway.CHAT.stream().flatMap(backend -> Stream.of(new Object[] {backend, false},
                new Object[] {backend, true})).toList();
    }

    @ParameterizedTest
    @MethodSource("backendsStreamedOrNot")
    @DisplayName("M29, M31, M42, M58, M59: thinking and two calls, and their results, go round")
    void thinkingAndCallsGoRound(String backend, boolean stream) {
        ObjectNode body = request(faulty(backend, "redacted-thinking"), "@text 3\n@call Read {\"file_path\":\"/a\"}\n@and "
                + LONG_NAME + " {}", stream);
        body.putObject("thinking").put("type", "enabled").put("budget_tokens", 2000);
        addTools(body);

        JsonNode first = ask(backend, body);

        assertEquals(List.of("redacted_thinking", "thinking", "text", "tool_use", "tool_use"), types(first),
                first.toString());
        assertEquals("tool_use", first.path("stop_reason").asText());
        assertFalse(first.at("/content/1/signature").asText().isEmpty());
        assertEquals("/a", first.at("/content/3/input/file_path").asText());
        assertEquals(LONG_NAME, first.at("/content/4/name").asText());
        assertTrue(first.at("/content/4/input").isObject(), first.toString());
        assertTrue(first.at("/usage/output_tokens_details/thinking_tokens").asInt() > 0, first.toString());

        body.withArray("messages").addObject().put("role", "assistant").set("content", first.get("content"));
        ArrayNode results = body.withArray("messages").addObject().put("role", "user").putArray("content");
        for (int call : new int[] {4, 3}) {
            results.addObject().put("type", "tool_result").put("content", "result " + call)
                    .set("tool_use_id", first.at("/content/" + call + "/id"));
        }
        GATEWAYS.get(backend).upstream(null);
        JsonNode second = ask(backend, body);
        String sent = new String(GATEWAYS.get(backend).received().body());
        assertTrue(sent.indexOf("result 3") > 0 && sent.indexOf("result 3") < sent.indexOf("result 4"), sent);
        assertFalse(sent.contains("\"name\":\"" + LONG_NAME), sent);
        assertEquals("end_turn", second.path("stop_reason").asText());
    }

    @ParameterizedTest
    @MethodSource("backendsStreamedOrNot")
    @DisplayName("M60: calls alone are no empty text")
    void callsAloneHaveNoText(String backend, boolean stream) {
        ObjectNode body = request(Gateway.MODEL, "@call Read {}", stream);
        addTools(body);
        assertEquals(List.of("tool_use"), types(ask(backend, body)));
    }

    @ParameterizedTest
    @MethodSource("backendsStreamedOrNot")
    @DisplayName("M61: a call is a stop for tools, whatever the upstream calls it")
    void aCallIsAStopForTools(String backend, boolean stream) {
        ObjectNode body = request(faulty(backend, "stop=end_turn"), "@call Read {}", stream);
        addTools(body);
        assertEquals("tool_use", ask(backend, body).path("stop_reason").asText());
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("M62: broken arguments are an error that says so, no call that runs")
    void brokenArgumentsAreAnError(String backend) {
        ObjectNode body = request(faulty(backend, "bad-tool-json"), "@call Read {}", false);
        addTools(body);
        HttpResponse<String> answer = GATEWAYS.get(backend).post(body.toString());
        assertEquals(500, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("arguments"), answer.body());
    }

    @ParameterizedTest
    @CsvSource({"max_tokens,max_tokens", "refusal,refusal", "stop_sequence,end_turn"})
    @DisplayName("M51, M64: finish reasons")
    void finishReasonsAreTranslated(String reason, String expected) {
        for (String backend : Gateway.CHAT) {
            for (boolean stream : new boolean[] {false, true}) {
                ObjectNode body = request(faulty(backend, "stop=" + reason), "say hi", stream);
                assertEquals(expected, ask(backend, body).path("stop_reason").asText());
            }
        }
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("M64, G074: a JSON answer that never says why it ends is none; of a stream [DONE] is the end")
    void withoutAReasonToStopOnlyDoneIsAnEnd(String backend) {
        ObjectNode body = request(faulty(backend, "stop=null"), "say hi", false);
        assertFault(GATEWAYS.get(backend).post(body.toString()), 500, "api_error");
        String stream = GATEWAYS.get(backend).post(body.put("stream", true).toString()).body();
        assertTrue(stream.contains("\"stop_reason\":\"end_turn\"") && !stream.contains("event: error"), stream);
    }

    @ParameterizedTest
    @MethodSource("backendsStreamedOrNot")
    @DisplayName("M35: thinking whose text is omitted keeps its signature")
    void omittedThinkingKeepsItsSignature(String backend, boolean stream) {
        ObjectNode body = request("claude-opus-5-5", "say hi", stream);
        body.putObject("thinking").put("type", "adaptive").put("display", "omitted");
        JsonNode answer = ask(backend, body);
        assertEquals(List.of("thinking", "text"), types(answer), answer.toString());
        assertEquals("", answer.at("/content/0/thinking").asText());
        assertFalse(answer.at("/content/0/signature").asText().isEmpty(), answer.toString());
        body.withArray("messages").addObject().put("role", "assistant").set("content", answer.get("content"));
        body.withArray("messages").addObject().put("role", "user").put("content", "and again");
        ask(backend, body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-opus-5-5", "claude-sonnet-4-5"})
    @DisplayName("M37, M38: an answer by a schema is its JSON, also where a forced tool stands in for it")
    void anAnswerByASchemaIsItsJson(String model) {
        for (String backend : Gateway.CHAT) {
            for (boolean stream : new boolean[] {false, true}) {
                ObjectNode body = request(model, "a title", stream);
                body.putObject("output_config").set("format",
                        json("{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\","
                        + "\"properties\":{\"title\":{\"type\":\"string\"}},\"required\":[\"title\"],"
                                + "\"additionalProperties\":false}}"));
                JsonNode answer = ask(backend, body);
                assertEquals(List.of("text"), types(answer), answer.toString());
                assertTrue(json(answer.at("/content/0/text").asText()).path("title").isTextual(), answer.toString());
                assertEquals("end_turn", answer.path("stop_reason").asText());
            }
        }
    }
}
