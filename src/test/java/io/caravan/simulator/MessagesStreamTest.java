/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesStreamTest {

    private final Simulator simulator = Simulator.start();
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {Requests.NATIVE, Requests.OPENROUTER_MESSAGES, Requests.MESSAGES})
    void followsTheGrammar(String path) throws Exception {
        ObjectNode body = Requests.streamed("claude-opus-5-5", "@call Read {\"file\":\"a long enough name\"}\n@text 3");
        Requests.addTool(body, "Read");
        body.putObject("thinking").put("type", "adaptive");

        HttpResponse<String> response = requests.post(path + "?beta=true", body);

        assertEquals(200, response.statusCode());
        assertEquals("text/event-stream; charset=utf-8", response.headers().firstValue("content-type").orElseThrow());
        List<Requests.Event> events = Requests.events(response.body());
        assertGrammar(events);
        List<String> blocks = events.stream()
                .filter(event -> event.name().equals("content_block_start"))
                .map(event -> event.json().path("content_block").path("type").asText())
                .toList();
        assertEquals(List.of("thinking", "text", "tool_use"), blocks);
    }

    private static void assertGrammar(List<Requests.Event> events) {
        int open = -1;
        int next = 0;
        for (Requests.Event event : events) {
            JsonNode data = event.json();
            assertEquals(event.name(), data.path("type").asText());
            switch (event.name()) {
                case "content_block_start" -> {
                    assertEquals(-1, open);
                    open = next++;
                    assertEquals(open, data.path("index").asInt());
                }
                case "content_block_delta" -> assertEquals(open, data.path("index").asInt());
                case "content_block_stop" -> {
                    assertEquals(open, data.path("index").asInt());
                    open = -1;
                }
                default -> { }
            }
        }
        assertEquals("message_start", events.get(0).name());
        assertEquals("message_delta", events.get(events.size() - 2).name());
        assertEquals("message_stop", events.get(events.size() - 1).name());
        JsonNode usage = events.get(0).json().path("message").path("usage");
        assertTrue(usage.path("cache_creation").has("ephemeral_5m_input_tokens"));
        assertTrue(events.get(events.size() - 2).json().path("usage").path("output_tokens").asInt() > 0);
    }

    @Test
    void streamAndJsonSayTheSame() throws Exception {
        String streamed = Requests.text(
                Requests.events(requests.post(Requests.MESSAGES, Requests.streamed("m", "hello there")).body()));
        JsonNode json = Requests.json(requests.post(Requests.MESSAGES, Requests.body("m", "hello there")).body());

        assertEquals("Hi! You said: hello there", streamed);
        assertEquals(streamed, json.path("content").path(0).path("text").asText());
        assertEquals("end_turn", json.path("stop_reason").asText());
        assertEquals("m", json.path("model").asText());
    }

    @Test
    void signatureComesLastInAThinkingBlockAndTextCanBeOmitted() throws Exception {
        ObjectNode body = Requests.streamed("m", "hi");
        body.putObject("thinking").put("type", "adaptive").put("display", "omitted");

        List<Requests.Event> events = Requests.events(requests.post(Requests.MESSAGES, body).body());

        List<String> deltas = events.stream()
                .filter(event -> event.name().equals("content_block_delta") && event.json().path("index").asInt() == 0)
                .map(event -> event.json().path("delta").path("type").asText())
                .toList();
        assertEquals(List.of("signature_delta"), deltas);
    }

    @Test
    void runsTheToolLoop() throws Exception {
        ObjectNode body = Requests.body("m", "<system-reminder>@call Nope {}</system-reminder>\n"
                + "please\n@call Read {\"f\":1}\n@call Bash {\"c\":\"ls\"}");
        Requests.addTool(body, "Read");
        Requests.addTool(body, "Bash");

        JsonNode first = requests.answer(Requests.MESSAGES, body);
        assertEquals("tool_use", first.path("stop_reason").asText());
        assertEquals("Read", first.path("content").path(0).path("name").asText());
        assertEquals(1, first.path("content").path(0).path("input").path("f").asInt());

        answerTool(body, first, "[{\"type\":\"text\",\"text\":\"file text\"}]", false);
        JsonNode second = requests.answer(Requests.MESSAGES, body);
        assertEquals("Bash", second.path("content").path(0).path("name").asText());
        assertFalse(second.path("content").path(0).path("id").equals(first.path("content").path(0).path("id")));

        answerTool(body, second, "[{\"type\":\"image\",\"source\":{}}]", true);
        JsonNode last = requests.answer(Requests.MESSAGES, body);
        assertEquals("end_turn", last.path("stop_reason").asText());
        assertEquals("Done: 2 tool results.\n1: file text\n2: [error] [image]",
                last.path("content").path(0).path("text").asText());
    }

    @Test
    void aToolThatIsNotOfferedIsNamed() throws Exception {
        JsonNode answer = requests.answer(Requests.MESSAGES, Requests.body("m", "@call Read {}"));

        assertEquals("There is no tool called Read.", answer.path("content").path(0).path("text").asText());
    }

    @Test
    void twoCallsInOneAnswer() throws Exception {
        ObjectNode body = Requests.body("m", "@call Read {}\n@and Read {\"b\":2}");
        Requests.addTool(body, "Read");

        JsonNode answer = requests.answer(Requests.MESSAGES, body);

        assertEquals(2, answer.path("content").size());
        assertEquals(2, answer.path("content").path(1).path("input").path("b").asInt());
    }

    @Test
    void sizesAreAsAsked() throws Exception {
        assertEquals(200, contentDeltas("@events 200").size());
        assertEquals(5, contentDeltas("@text 5").size());
        assertEquals("abcdefg", String.join("", contentDeltas("@chars 7\n@delay 1\n@silence 5")));
    }

    private List<String> contentDeltas(String prompt) throws Exception {
        return Requests.events(requests.post(Requests.MESSAGES, Requests.streamed("m", prompt)).body()).stream()
                .filter(event -> event.name().equals("content_block_delta"))
                .map(event -> event.json().path("delta").path("text").asText())
                .toList();
    }

    @Test
    void fillsASchema() throws Exception {
        ObjectNode body = Requests.body("m", "@call Read {}");
        ObjectNode format = body.putObject("output_config").putObject("format").put("type", "json_schema");
        format.set("schema", Requests.json("{\"type\":\"object\",\"required\":[\"title\"],\"properties\":"
                + "{\"title\":{\"type\":\"string\"},\"other\":{\"type\":\"string\"}}}"));

        JsonNode answer = requests.answer(Requests.MESSAGES, body);

        assertEquals("{\"title\":\"demo\"}", answer.path("content").path(0).path("text").asText());
    }

    @Test
    void countsImagesAndDocuments() throws Exception {
        ObjectNode body = Requests.body("m", "x");
        ((ObjectNode) body.path("messages").path(0)).set("content", Requests.json("[{\"type\":\"image\",\"source\":{}},"
                + "{\"type\":\"document\",\"source\":{}},{\"type\":\"text\",\"text\":\"look\"}]"));

        JsonNode answer = requests.answer(Requests.MESSAGES, body);

        assertEquals("Hi! You said: look (images: 1, documents: 1)",
                answer.path("content").path(0).path("text").asText());
    }

    private static void answerTool(ObjectNode body, JsonNode answer, String content, boolean error) {
        body.withArray("messages").addObject().put("role", "assistant").set("content", answer.path("content"));
        ObjectNode result = body.withArray("messages").addObject().put("role", "user").putArray("content").addObject();
        result.put("type", "tool_result").put("tool_use_id", answer.path("content").path(0).path("id").asText());
        result.put("is_error", error).set("content", Requests.json(content));
    }
}
