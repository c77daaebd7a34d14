/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.simulator.RecordedRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers of OpenAI's format, each with what its documentation says of it, all by the dialect {@code openai}. */
@DisplayName("vLLM, Ollama, Azure OpenAI, Mistral, DeepSeek (5.11)")
class OpenAiServersTest {

    private static final String CONFIG = """
            backends:
              - {name: vllm, api: chat, url: "${SIMULATOR}/vllm/v1", token: "${KEY}"}
              - {name: ollama, api: chat, url: "${SIMULATOR}/ollama/v1/", token: "${KEY}"}
              - name: azure
                api: chat
                url: ${SIMULATOR}/openai/deployments/{model}
                auth: header
                header: api-key
                token: ${KEY}
                query: {api-version: 2024-10-21}
                headers: {x-team: "the platform team"}
                max_tokens: max_completion_tokens
              - name: mistral
                api: chat
                url: ${SIMULATOR}/mistral/v1
                token: ${KEY}
                rules: [image-urls, parallel-tool-calls]
              - {name: deepseek, dialect: openai, url: "${SIMULATOR}/deepseek/chat/completions", token: "${KEY}"}
              - name: two
                api: chat
                url: ${SIMULATOR}/vllm/v1
                strategy: round_robin
                upstreams:
                  - {name: two-a, token: "${KEY}"}
                  - {name: two-b, token: "${KEY}-b", weight: 2}
              - {name: claude, api: messages, url: "${SIMULATOR}", header: x-api-key, token: "${KEY}"}
            """;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("ANTHROPIC", "KEY=" + Gateway.UPSTREAM_KEY, "config.yaml=" + CONFIG);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static ObjectNode request(String model, String prompt, boolean stream) {
        ObjectNode body = (ObjectNode) json("{\"max_tokens\":4000,\"messages\":[],\"output_config\":{\"effort\":\"max\"},"
                + "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000},\"metadata\":{\"user_id\":\"u\"},"
                + "\"system\":[{\"type\":\"text\",\"text\":\"an agent\",\"cache_control\":{\"type\":\"ephemeral\"}}]}");
        body.put("model", model).put("stream", stream);
        body.withArray("messages").addObject().put("role", "user").put("content", prompt);
        body.withArray("tools").addObject().put("name", "Read").putObject("input_schema").put("type", "object");
        return body;
    }

    private static JsonNode ask(ObjectNode body) {
        gateway.upstream(null);
        HttpResponse<String> answer = gateway.post(body.toString());
        assertEquals(200, answer.statusCode(), answer.body());
        return body.path("stream").asBoolean() ? StreamedMessage.of(answer.body()) : json(answer.body());
    }

    private static List<String> types(JsonNode message) {
        List<String> types = new ArrayList<>();
        message.path("content").forEach(block -> types.add(block.path("type").asText()));
        return types;
    }

    @ParameterizedTest
    @CsvSource({"vllm,tool_use,/vllm/v1/chat/completions", "ollama,tool_use,/ollama/v1/chat/completions",
        "azure,thinking tool_use,/openai/deployments/o-1/chat/completions?api-version=2024-10-21",
        "mistral,thinking tool_use,/mistral/v1/chat/completions", "deepseek,thinking tool_use,/deepseek/chat/completions",
        "two,tool_use,/vllm/v1/chat/completions"})
    void aToolLoopGoesRound(String backend, String types, String target) {
        for (boolean stream : new boolean[] {false, true}) {
            ObjectNode body = request(backend + ",o-1", "@call Read {\"file_path\":\"/a\"}", stream);
            ArrayNode before = body.withArray("messages");
            // A turn that another upstream answered, with an id as that has them.
            before.insertObject(0).put("role", "user").put("content", "earlier");
            before.insertObject(1).put("role", "assistant").putArray("content").addObject().put("type", "tool_use")
                    .put("id", "toolu_01ABCdefGHIjklMNOpqrSTU").put("name", "Read").putObject("input");
            before.insertObject(2).put("role", "user").putArray("content").addObject().put("type", "tool_result")
                    .put("tool_use_id", "toolu_01ABCdefGHIjklMNOpqrSTU").put("content", "was there");
            before.insertObject(3).put("role", "assistant").put("content", "done");

            JsonNode first = ask(body);
            assertEquals(List.of(types.split(" ")), types(first), first.toString());
            RecordedRequest sent = gateway.received();
            assertEquals(target, sent.target());
            assertFalse(new String(sent.body()).contains("cache_control"), new String(sent.body()));
            JsonNode call = first.path("content").get(first.path("content").size() - 1);
            before.addObject().put("role", "assistant").set("content", first.get("content"));
            before.addObject().put("role", "user").putArray("content").addObject().put("type", "tool_result")
                    .put("content", "what is in it").set("tool_use_id", call.get("id"));
            JsonNode second = ask(body);
            assertEquals("end_turn", second.path("stop_reason").asText());
            assertTrue(second.toString().contains("what is in it"), second.toString());
            assertTrue(second.at("/usage/input_tokens").asInt() > 0, second.toString());
        }
    }

    @Test
    void azureHasItsKeyAndItsVersion() {
        ask(request("azure,o-1", "say hi", false));
        RecordedRequest sent = gateway.received();
        assertEquals(Gateway.UPSTREAM_KEY, sent.header("api-key"));
        assertNull(sent.header("authorization"));
        assertEquals("the platform team", sent.header("x-team"));
        assertEquals(4000, sent.json().path("max_completion_tokens").asInt());
        assertFalse(sent.json().has("max_tokens"));
        assertEquals("high", sent.json().path("reasoning_effort").asText());
    }

    @Test
    void requestsAreSpreadOverItsUpstreams() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ask(request("two,m", "say hi", false));
            keys.add(gateway.received().header("authorization"));
        }
        assertEquals(4, keys.stream().filter(("Bearer " + Gateway.UPSTREAM_KEY + "-b")::equals).count(), keys.toString());
    }

    @Test
    void aMessagesServerGetsTheClientsBytes() {
        ask(request("claude,claude-x", "say hi", true));
        RecordedRequest sent = gateway.received();
        assertEquals("/v1/messages", sent.target());
        assertEquals(Gateway.UPSTREAM_KEY, sent.header("x-api-key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "ollama", "azure", "mistral", "deepseek"})
    void anErrorIsToldAsWhatItIs(String backend) {
        for (String[] fault : new String[][] {{"!status=429", "429", "rate_limit_error"}, {"!status=401", "403", "permission_error"}}) {
            gateway.upstream(null);
            HttpResponse<String> answer = gateway.post(request(backend + ",m" + fault[0], "say hi", true).toString());
            assertFault(answer, Integer.parseInt(fault[1]), fault[2]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "mistral", "azure"})
    void anOpenAiClientIsServedToo(String backend) {
        gateway.upstream(null);
        HttpResponse<String> answer = gateway.chat("{\"model\":\"" + backend + ",o-1\",\"messages\":[{\"role\":\"user\","
                + "\"content\":\"say hi\"}]}");
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("Hi! You said: say hi"), answer.body());
    }
}
