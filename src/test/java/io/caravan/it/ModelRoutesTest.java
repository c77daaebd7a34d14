/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.simulator.RecordedRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that go to another backend than {@code PROXY_BACKEND}, by their model or their tools. */
@DisplayName("provider,model, route by model, tools elsewhere (2.5, 2.6, 5.8)")
class ModelRoutesTest {

    private static final String TOOLS = ",\"tools\":[{\"name\":\"Read\",\"input_schema\":{\"type\":\"object\"}}]}";
    private static Gateway gateway;

    @TempDir
    static Path directory;

    @BeforeAll
    static void start() throws IOException {
        Path table = Files.writeString(directory.resolve("models.yaml"), """
                databricks:
                  "claude-*": "databricks-{model}"
                  "*": databricks-default
                openrouter:
                  "claude-*": "anthropic/{model}"
                litellm:
                  "*": "{model}"
                litellm-openrouter:
                  "*": "openrouter/{model}"
                anthropic:
                  "*": "{model}"
                route:
                  claude-haiku-4-5: litellm-openrouter
                  "claude-haiku-*": openrouter
                  "claude-opus-*": anthropic
                """);
        gateway = Gateway.start("AZURE_DATABRICKS", "MODELS_PATH=" + table, "DATABRICKS_TOOLS=openrouter");
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    @BeforeEach
    void clear() {
        gateway.upstream(null);
    }

    private static String plain(String model) {
        return Gateway.PLAIN.replace(Gateway.MODEL, model);
    }

    // 2.6: the first row wins; 2.5: a backend written before the name beats them
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "claude-sonnet-4-5; databricks-native; databricks-claude-sonnet-4-5",
        "claude-haiku-4-5; litellm-chat; openrouter/claude-haiku-4-5",
        "claude-haiku-5-5; openrouter-messages; anthropic/claude-haiku-5-5",
        "claude-opus-5-5; messages; claude-opus-5-5",
        "databricks,claude-opus-5-5; databricks-native; databricks-claude-opus-5-5",
        "databricks,databricks-claude-sonnet-4; databricks-native; databricks-claude-sonnet-4",
        "databricks,a-model-of-mine; databricks-native; a-model-of-mine",
        "openrouter,claude-sonnet-4-5; openrouter-messages; anthropic/claude-sonnet-4-5",
        "openrouter,anthropic/claude-sonnet-4.5; openrouter-messages; anthropic/claude-sonnet-4.5",
        "litellm-openrouter,m; litellm-chat; m",
        "' anthropic , claude-opus-5-5 '; messages; claude-opus-5-5",
        "Databricks,databricks-claude-sonnet-4; databricks-native; databricks-claude-sonnet-4",
        "AZURE_DATABRICKS,databricks-claude-sonnet-4; databricks-native; databricks-claude-sonnet-4",
        "OpenRouter,claude-sonnet-4-5; openrouter-messages; anthropic/claude-sonnet-4-5",
        "Litellm-Openrouter,m; litellm-chat; m",
        "nobody-known; databricks-native; databricks-default"})
    void aModelGoesToItsBackend(String model, String dialect, String sent) {
        HttpResponse<String> answer = gateway.post(plain(model));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(model, json(answer.body()).path("model").asText());
        RecordedRequest received = gateway.received();
        assertEquals(dialect, received.dialect());
        assertEquals(sent, received.json().path("model").asText());
        assertEquals(model, StreamedMessage.of(gateway.post(Gateway.STREAM.replace(Gateway.MODEL, model)).body())
                .path("model").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody,claude-sonnet-4-5", "gemini,gemini-2.5-pro", " ,claude-sonnet-4-5", ",claude-sonnet-4-5",
        "data bricks,m", "nobody,databricks,claude-sonnet-4-5"})
    void anUnknownBackendBeforeTheModelIsA404ThatListsThem(String model) {
        for (HttpResponse<String> answer : List.of(gateway.post(plain(model)), gateway.post(Gateway.STREAM.replace(Gateway.MODEL, model)))) {
            assertFault(answer, 404, "not_found_error", "model: \"" + model.substring(0, model.indexOf(',')).strip()
                    + "\" before the comma is no backend; there are databricks, openrouter, litellm, litellm-openrouter, anthropic");
        }
        HttpResponse<String> chat = gateway.chat(plain(model));
        assertEquals(404, chat.statusCode());
        assertTrue(chat.body().contains("litellm-openrouter, anthropic"), chat.body());
        assertEquals(List.of(), gateway.simulator().requests());
    }

    // they would lead out of the path in which an upstream has its models
    @ParameterizedTest
    @ValueSource(strings = {".", "..", "databricks,..", "databricks,.", "anthropic/..", "litellm,..", "openrouter,anthropic/.."})
    void aDotOrTwoAreNoModel(String model) {
        HttpResponse<String> answer = gateway.post(plain(model));
        gateway.simulator().requests().forEach(sent -> {
            assertFalse(List.of(".", "..").contains(sent.json().path("model").asText()), sent.json().toString());
            assertFalse(sent.target().contains("/../") || sent.target().contains("/./"), sent.target());
        });
        if (!model.contains("/")) {
            assertFault(answer, 404, "not_found_error");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"openrouter,", "databricks,", "anthropic,  "})
    void aBackendWithoutAModelIsA404(String model) {
        assertFault(gateway.post(plain(model)), 404, "not_found_error", "model: " + model);
        assertEquals(List.of(), gateway.simulator().requests());
    }

    @Test
    void anOpenAiClientsModelGoesThereToo() {
        HttpResponse<String> answer = gateway.chat(plain("claude-haiku-4-5"));
        assertEquals("claude-haiku-4-5", json(answer.body()).path("model").asText());
        assertEquals("litellm-chat", gateway.received().dialect());
        gateway.chat(plain("openrouter,claude-sonnet-4-5"));
        assertEquals("openrouter-messages", gateway.received().dialect());
    }

    @Test
    void tokensAreCountedWhereTheModelIs() {
        HttpResponse<String> anthropic = CountTokensTest.count(gateway, plain("claude-opus-5-5"));
        assertEquals("exact", header(anthropic, "x-caravan-token-count"));
        assertEquals("/v1/messages/count_tokens?beta=true", gateway.received().target());
        assertEquals("estimated", header(CountTokensTest.count(gateway, plain("claude-haiku-5-5")),
                "x-caravan-token-count"));
    }

    // a backend named that lacks its settings says which
    @Test
    void aBackendWithoutItsSettingsIsA503() {
        try (Gateway alone = Gateway.start("AZURE_DATABRICKS", "OPENROUTER_API_KEY=")) {
            HttpResponse<String> answer = alone.post(plain("openrouter,claude-sonnet-4-5"));
            assertFault(answer, 503, "api_error", "The backend OPENROUTER is not configured; missing: OPENROUTER_API_KEY");
            assertEquals("false", header(answer, "x-should-retry"));
        }
    }

    // 5.8: those with tools alone, and those for Databricks alone
    @Test
    void requestsWithToolsGoToOpenRouter() {
        String plain = Gateway.PLAIN.substring(0, Gateway.PLAIN.length() - 1);
        assertEquals(Gateway.MODEL, json(gateway.post(plain + TOOLS).body()).path("model").asText());
        RecordedRequest sent = gateway.received();
        assertEquals("openrouter-messages", sent.dialect());
        assertEquals("Read", sent.json().at("/tools/0/name").asText());
        gateway.post(plain + ",\"tools\":[]}");
        assertEquals("databricks-native", gateway.received().dialect());
        gateway.post(plain + ",\"tools\":null}");
        assertEquals("databricks-native", gateway.received().dialect());
        gateway.post(plain.replace(Gateway.MODEL, "claude-opus-5-5") + TOOLS);
        assertEquals("messages", gateway.received().dialect());
        gateway.post(plain.replace(Gateway.MODEL, "databricks,databricks-mine") + TOOLS);
        assertEquals("databricks-native", gateway.received().dialect());
    }

    @Test
    void anOpenAiClientsToolsGoThereToo() {
        String plain = Gateway.PLAIN.substring(0, Gateway.PLAIN.length() - 1);
        gateway.chat(plain + ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"Read\","
                + "\"parameters\":{\"type\":\"object\"}}}]}");
        assertEquals("openrouter-messages", gateway.received().dialect());
    }

    @Test
    void withoutTheSettingToolsStay() {
        try (Gateway alone = Gateway.start("AZURE_DATABRICKS")) {
            alone.post(Gateway.PLAIN.substring(0, Gateway.PLAIN.length() - 1) + TOOLS);
            RecordedRequest sent = alone.received();
            assertEquals("databricks-native", sent.dialect());
            assertNull(sent.header("x-title"));
        }
    }
}
