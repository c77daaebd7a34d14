/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of OpenAI's Responses API, through every backend. */
class ResponsesTest {

    private static final String ASK = "{\"model\":\"" + Gateway.MODEL + "\",\"store\":false,\"max_output_tokens\":3000,";
    private static final String HI = ASK + "\"input\":\"say hi\"}";
    private static final String LOOK = "{\"type\":\"function\",\"name\":\"look\",\"parameters\":{\"type\":\"object\"}}";
    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        Gateway.ALL.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend)));
    }

    @AfterAll
    static void close() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    private static Gateway gateway(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream(null);
        return gateway;
    }

    private static HttpResponse<String> send(Gateway gateway, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.url().resolve(path))
                .timeout(Gateway.PATIENCE).header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return gateway.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> ask(Gateway gateway, String body) {
        HttpResponse<String> answer = send(gateway, "/v1/responses", body);
        assertEquals(200, answer.statusCode(), answer.body());
        return answer;
    }

    private static String streamed(String body) {
        return body.replaceFirst("\\{", "{\"stream\":true,");
    }

    /** The events of a stream, whose numbers and names are looked at. */
    private static List<JsonNode> events(HttpResponse<String> answer) {
        assertTrue(header(answer, "content-type").startsWith("text/event-stream"));
        List<JsonNode> events = new ArrayList<>();
        for (String frame : answer.body().split("\n\n")) {
            if (!frame.startsWith(":")) {
                String[] lines = frame.split("\n");
                JsonNode event = json(lines[1].substring("data: ".length()));
                assertEquals("event: " + event.path("type").asText(), lines[0]);
                assertEquals(events.size(), event.path("sequence_number").asInt(), frame);
                events.add(event);
            }
        }
        return events;
    }

    private static String text(List<JsonNode> events, String type) {
        StringBuilder text = new StringBuilder();
        events.stream().filter(event -> event.path("type").asText().equals(type))
                .forEach(event -> text.append(event.path("delta").asText()));
        return text.toString();
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    @DisplayName("3.12: JSON and events, the last of which holds what JSON is")
    void jsonAndEvents(String backend) {
        Gateway gateway = gateway(backend);
        JsonNode response = json(ask(gateway, HI).body());
        assertEquals("response", response.path("object").asText());
        assertEquals("completed", response.path("status").asText());
        assertEquals(Gateway.MODEL, response.path("model").asText());
        assertEquals("Hi! You said: say hi", response.at("/output/0/content/0/text").asText(), response.toString());
        assertTrue(response.at("/usage/input_tokens").asInt() > 0 && response.at("/usage/output_tokens").asInt() > 0);

        List<JsonNode> events = events(ask(gateway, streamed(HI)));
        assertEquals("response.created", events.get(0).path("type").asText());
        assertEquals("response.in_progress", events.get(1).path("type").asText());
        assertEquals("Hi! You said: say hi", text(events, "response.output_text.delta"));
        JsonNode last = events.get(events.size() - 1);
        assertEquals("response.completed", last.path("type").asText());
        assertEquals(response.path("output").findValuesAsText("text"), last.at("/response/output").findValuesAsText("text"));
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    @DisplayName("3.12: a tool loop with thinking, whose signature comes back to the upstream")
    void aToolLoopWithThinking(String backend) {
        Gateway gateway = gateway(backend);
        String first = "{\"model\":\"claude-opus-5-5\",\"reasoning\":{\"effort\":\"high\"},\"max_output_tokens\":3000,\"tools\":["
                + LOOK + "],\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":"
                + "\"@call look {\\\"at\\\":\\\"it\\\"}\"},"
                + "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,iVBORw0KGgo=\"}]}]}";
        List<JsonNode> events = events(ask(gateway, streamed(first)));
        JsonNode response = events.get(events.size() - 1).path("response");
        assertEquals("{\"at\":\"it\"}", text(events, "response.function_call_arguments.delta"));
        assertTrue(new String(gateway.received().body(), StandardCharsets.UTF_8).contains("iVBORw0KGgo="));
        JsonNode call = response.at("/output").get(response.path("output").size() - 1);
        assertEquals("function_call", call.path("type").asText(), response.toString());
        assertEquals("look", call.path("name").asText());
        String sealed = response.at("/output/0/encrypted_content").asText();
        assertTrue(sealed.startsWith("caravan-reasoning-1."), response.toString());

        ObjectNode next = (ObjectNode) json(first);
        next.withArrayProperty("input").addAll((ArrayNode) response.path("output"))
                .addObject().put("type", "function_call_output").put("call_id", call.path("call_id").asText())
                .put("output", "a camel");
        JsonNode last = json(ask(gateway, next.toString()).body());
        assertTrue(last.path("output").findValuesAsText("text").toString().contains("1: a camel"), last.toString());
        String signature = sealed.substring(sealed.lastIndexOf('.') + 1);
        String sent = new String(gateway.received().body(), StandardCharsets.UTF_8);
        assertTrue(sent.contains(signature), sent);
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    @DisplayName("3.12: custom tools, tools in a namespace and the local shell are called in their own words")
    void toolsOfOtherShapes(String backend) {
        Gateway gateway = gateway(backend);
        String tools = ASK + "\"tools\":[{\"type\":\"custom\",\"name\":\"patch\",\"format\":{\"type\":\"grammar\",\"syntax\":\"lark\","
                + "\"definition\":\"start: PATCH\"}},{\"type\":\"namespace\",\"name\":\"crm\",\"description\":\"Customers.\","
                + "\"tools\":[" + LOOK + "]},{\"type\":\"local_shell\"}],\"input\":\"";
        JsonNode custom = json(ask(gateway, tools + "@call patch {\\\"input\\\":\\\"+ a\\\"}\"}").body()).at("/output");
        JsonNode patch = custom.get(custom.size() - 1);
        assertEquals("custom_tool_call patch + a", patch.path("type").asText() + " " + patch.path("name").asText() + " "
                + patch.path("input").asText());
        JsonNode grouped = json(ask(gateway, tools + "@call crm__look {\\\"at\\\":1}\"}").body()).at("/output");
        JsonNode look = grouped.get(grouped.size() - 1);
        assertEquals("function_call crm look {\"at\":1}", look.path("type").asText() + " " + look.path("namespace").asText() + " "
                + look.path("name").asText() + " " + look.path("arguments").asText());
        JsonNode shell = json(ask(gateway, tools + "@call local_shell {\\\"command\\\":[\\\"ls\\\"]}\"}").body()).at("/output");
        JsonNode run = shell.get(shell.size() - 1);
        assertEquals("local_shell_call [\"ls\"]", run.path("type").asText() + " " + run.at("/action/command"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"previous_response_id\":\"resp_1\"|previous_response_id",
        "\"conversation\":\"conv_1\"|conversation", "\"background\":true|background",
        "\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]|input.0.type"})
    @DisplayName("3.12: stored state is refused, and what to do instead is said")
    void storedStateIsRefused(String member, String param) {
        HttpResponse<String> answer = send(gateway("ANTHROPIC"), "/v1/responses",
                "{\"model\":\"" + Gateway.MODEL + "\",\"input\":\"hi\"," + member + "}");
        ChatCompletionsTest.assertOpenAiError(answer, 400, "invalid_request_error");
        JsonNode error = json(answer.body()).path("error");
        assertEquals(param, error.path("param").asText());
        assertTrue(error.path("message").asText().contains("set store to false and send the whole history"), answer.body());
    }

    @Test
    @DisplayName("3.12: what is stored elsewhere is a 404 in OpenAI's shape")
    void storedResponsesAreNotFound() {
        Gateway gateway = gateway("ANTHROPIC");
        HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(gateway.url().resolve("/v1/responses/resp_1")).GET()
                .build(), HttpResponse.BodyHandlers.ofString());
        ChatCompletionsTest.assertOpenAiError(answer, 404, "invalid_request_error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/responses", "/chat/completions", "/models"})
    @DisplayName("3.13: OpenAI's paths without /v1 serve the same")
    void pathsWithoutVersion(String path) {
        Gateway gateway = gateway("ANTHROPIC");
        HttpResponse<String> answer = switch (path) {
            case "/responses" -> send(gateway, path, HI);
            case "/chat/completions" -> send(gateway, path, Gateway.PLAIN);
            default -> gateway.send(HttpRequest.newBuilder(gateway.url().resolve(path)).GET().build(),
                    HttpResponse.BodyHandlers.ofString());
        };
        assertEquals(200, answer.statusCode(), answer.body());
        assertFalse(json(answer.body()).isEmpty());
        if (!path.equals("/models")) {
            ChatCompletionsTest.assertOpenAiError(send(gateway, path, "{}"), 400, "invalid_request_error");
        }
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    @DisplayName("3.12, R10: an error in the middle ends the stream as failed, and a cut one never as completed")
    void aFailureInTheMiddle(String backend) {
        Gateway gateway = gateway(backend);
        for (String fault : List.of("error-mid=api_error", "close-mid", "eof-mid", "reset-mid")) {
            HttpResponse<String> answer = ask(gateway, streamed(HI.replace(Gateway.MODEL, faulty(backend, fault))));
            List<JsonNode> events = events(answer);
            JsonNode last = events.get(events.size() - 1);
            assertEquals("response.failed", last.path("type").asText(), answer.body());
            assertEquals("server_error", last.at("/response/error/code").asText(), answer.body());
            assertEquals("failed", last.at("/response/status").asText());
        }
    }

    private static String faulty(String backend, String fault) {
        String prefix = backend.contains("DATABRICKS") ? "databricks-" : "";
        return prefix + Gateway.MODEL + "!" + fault;
    }
}
