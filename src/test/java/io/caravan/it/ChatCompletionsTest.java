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
import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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

/** An OpenAI client at {@code /v1/chat/completions}, in front of every backend. */
@DisplayName("OpenAI's clients (3.3; M67, M75, M76, M80, M81, E48)")
class ChatCompletionsTest {

    private static final String KEY = "sk-client-0123456789";
    private static final String OTHER = "sk-client-9876543210";
    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        Gateway.ALL.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend, "PROXY_API_KEYS=" + KEY + "," + OTHER)));
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

    private static HttpResponse<String> chat(Gateway gateway, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.url().resolve("/v1/chat/completions"))
                .timeout(Gateway.PATIENCE).header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> ask(Gateway gateway, String body) {
        HttpResponse<String> answer = chat(gateway, body, "authorization", "Bearer " + KEY);
        assertEquals(200, answer.statusCode(), answer.body());
        return answer;
    }

    static void assertOpenAiError(HttpResponse<String> answer, int status, String type) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals("application/json", header(answer, "content-type"));
        JsonNode error = json(answer.body()).path("error");
        assertTrue(error.path("message").isTextual() && error.has("param") && error.has("code"), answer.body());
        assertEquals(type, error.path("type").asText(), answer.body());
        assertFalse(json(answer.body()).has("type"), answer.body());
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    @DisplayName("M67: the completion's and the chunks' model is the client's")
    void theAnswersModelIsTheClients(String backend) {
        Gateway gateway = gateway(backend);
        for (String alias : new String[] {Gateway.MODEL, "claude-sonnet-4-5-20250929"}) {
            JsonNode completion = json(ask(gateway, Gateway.PLAIN.replace(Gateway.MODEL, alias)).body());
            assertEquals("chat.completion", completion.path("object").asText());
            assertEquals(alias, completion.path("model").asText());
            assertEquals("Hi! You said: say hi", completion.at("/choices/0/message/content").asText());
            HttpResponse<String> stream = ask(gateway, Gateway.STREAM.replace(Gateway.MODEL, alias));
            assertTrue(header(stream, "content-type").startsWith("text/event-stream"));
            List<JsonNode> chunks = stream.body().lines().filter(line -> line.startsWith("data: {"))
                    .map(line -> json(line.substring(6))).toList();
            assertTrue(chunks.size() > 2 && stream.body().endsWith("data: [DONE]\n\n"), stream.body());
            chunks.forEach(chunk -> assertEquals(alias, chunk.path("model").asText()));
        }
    }

    @ParameterizedTest
    @CsvSource({"authorization,Bearer " + KEY, "x-api-key," + OTHER})
    @DisplayName("M75, M76: a key in either header is taken and stays here")
    void aKeyIsTakenAndStaysHere(String name, String value) {
        for (String backend : Gateway.ALL) {
            Gateway gateway = gateway(backend);
            assertEquals(200, chat(gateway, Gateway.PLAIN, name, value).statusCode());
            RecordedRequest sent = gateway.received();
            assertFalse(sent.headers().toString().contains(KEY) || sent.headers().toString().contains(OTHER), backend);
            assertEquals(200, chat(gateway, Gateway.PLAIN, "x-api-key", KEY, "authorization",
                    "Bearer sk-foreign").statusCode());
            assertFalse(gateway.received().headers().toString().contains("sk-foreign"), backend);
        }
    }

    @Test
    @DisplayName("M75: anything else is a final 401 in OpenAI's shape, before the body is read")
    void anythingElseIsA401() throws Exception {
        Gateway gateway = gateway("ANTHROPIC");
        for (String[] headers : new String[][] {{}, {"authorization", "Bearer wrong"}, {"x-api-key", "wrong"}, {"api-key",
                KEY}}) {
            HttpResponse<String> answer = chat(gateway, Gateway.PLAIN, headers);
            assertOpenAiError(answer, 401, "invalid_request_error");
            assertEquals("invalid_api_key", json(answer.body()).at("/error/code").asText());
            assertEquals("false", header(answer, "x-should-retry"));
        }
        try (RawClient client = gateway.connect()) {
            client.sendHead("/v1/chat/completions", "x-api-key: wrong", "content-length: 30000000");
            assertEquals(401, client.readHead().status());
        }
        assertEquals(List.of(), gateway.simulator().requests());
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    @DisplayName("M80: tools, an image, a schema, a wish for reasoning")
    void aRichRequestIsTaken(String backend) {
        String body = "{\"model\":\"claude-opus-5-5\",\"max_completion_tokens\":3000,\"reasoning_effort\":\"medium\","
                + "\"messages\":["
                + "{\"role\":\"developer\",\"content\":\"be brief\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\","
                        + "\"text\":"
                + "\"@call look {\\\"at\\\":\\\"it\\\"}\"},{\"type\":\"image_url\","
                        + "\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0KGgo=\"}}]}],"
                + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\","
                        + "\"parameters\":{\"type\":\"object\"}}}]}";
        Gateway gateway = gateway(backend);
        JsonNode choice = json(ask(gateway, body).body()).at("/choices/0");
        assertEquals("tool_calls", choice.path("finish_reason").asText(), choice.toString());
        assertEquals("look", choice.at("/message/tool_calls/0/function/name").asText());
        assertEquals("{\"at\":\"it\"}", choice.at("/message/tool_calls/0/function/arguments").asText());
        assertTrue(new String(gateway.received().body()).contains("iVBORw0KGgo="));

        String next = body.replace("}],\"tools\"", "}," + choice.path("message") + ",{\"role\":\"tool\",\"tool_call_id\":"
                + choice.at("/message/tool_calls/0/id") + ",\"content\":\"a camel\"}],\"tools\"");
        JsonNode last = json(ask(gateway, next).body()).at("/choices/0");
        assertEquals("stop", last.path("finish_reason").asText());
        assertTrue(last.at("/message/content").asText().contains("1: a camel"), last.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"AZURE_DATABRICKS", "DATABRICKS_INVOCATIONS", "ANTHROPIC"})
    @DisplayName("M80, S38: reasoning comes beside the text, whose pieces are strings")
    void reasoningComesBesideTheText(String backend) {
        String body = "{\"model\":\"claude-opus-5-5\",\"max_completion_tokens\":3000,\"reasoning_effort\":\"high\",\"stream\":true,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"say hi\"}]}";
        StringBuilder text = new StringBuilder();
        StringBuilder reasoning = new StringBuilder();
        for (String event : ask(gateway(backend), body).body().split("\n\n")) {
            if (event.startsWith("data: {")) {
                JsonNode delta = json(event.substring(6)).at("/choices/0/delta");
                assertFalse(delta.path("content").isArray(), event);
                text.append(delta.path("content").asText(""));
                reasoning.append(delta.path("reasoning_content").asText(delta.path("reasoning").asText("")));
            }
        }
        assertEquals("Hi! You said: say hi", text.toString());
        assertFalse(reasoning.isEmpty());
    }

    @Test
    @DisplayName("M80: an answer by a schema, from Anthropic")
    void anAnswerByASchema() {
        Gateway gateway = gateway("ANTHROPIC");
        String schema = ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"t\",\"strict\":true,"
                + "\"schema\":{\"type\":"
                + "\"object\",\"properties\":{\"title\":{\"type\":\"string\"}},\"required\":[\"title\"],"
                        + "\"additionalProperties\":false}}}}";
        String body = Gateway.PLAIN.substring(0, Gateway.PLAIN.length() - 1) + schema;
        assertTrue(json(json(ask(gateway, body).body()).at("/choices/0/message/content").asText()).path("title").isTextual());
        RecordedRequest sent = gateway.received();
        assertEquals("/v1/messages", sent.target());
        assertEquals("2023-06-01", sent.header("anthropic-version"));
        assertEquals("json_schema", sent.json().at("/output_config/format/type").asText());
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    @DisplayName("M81, E48: two choices, or no messages, are a 400 in OpenAI's shape")
    void whatCannotBeIsA400(String backend) {
        Gateway gateway = gateway(backend);
        HttpResponse<String> none = chat(gateway, "{\"model\":\"claude-sonnet-4-5\"}", "x-api-key", KEY);
        assertOpenAiError(none, 400, "invalid_request_error");
        assertOpenAiError(chat(gateway, "{", "x-api-key", KEY), 400, "invalid_request_error");
        if (!Gateway.CHAT.contains(backend)) {
            for (String stream : new String[] {"false", "true"}) {
                String two = Gateway.PLAIN.replace("\"max_tokens\"", "\"n\":2,\"stream\":" + stream + ",\"max_tokens\"");
                assertOpenAiError(chat(gateway, two, "x-api-key", KEY), 400, "invalid_request_error");
            }
        }
        assertEquals(List.of(), gateway.simulator().requests());
    }
}
