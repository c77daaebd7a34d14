/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.OpenAIException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import io.caravan.format.json.Json;
import io.caravan.it.Gateway;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** OpenAI's official Java SDK through the gateway's second front door (cases M80, S38, E48, E51). */
@Tag("clients")
class OpenAiJavaSdkTest {

    private static final Map<String, Object> CITY = Map.of("type", "object", "additionalProperties", false,
            "properties", Map.of("city", Map.of("type", "string")), "required", List.of("city"));

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    void chatsStreamsLoopsOverAToolAnswersInASchemaAndReportsErrors(String backend) throws IOException {
        try (Gateway gateway = Gateway.start(backend)) {
            OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(gateway.url() + "/v1").apiKey("client-key")
                    .maxRetries(0).build();
            chats(client);
            streams(client);
            loops(client);
            answersInASchema(client);
            reports(client, backend);
            client.close();
        }
    }

    private static void chats(OpenAIClient client) {
        ChatCompletion answer = client.chat().completions().create(
                question("say hi").addDeveloperMessage("Be brief.").build());
        assertEquals(Gateway.MODEL, answer.model());
        assertTrue(text(answer).contains("say hi"), text(answer));
        assertEquals(ChatCompletion.Choice.FinishReason.STOP, answer.choices().get(0).finishReason());
        assertTrue(answer.usage().orElseThrow().promptTokens() > 0);
        assertTrue(answer.usage().orElseThrow().completionTokens() > 0);
    }

    private static void streams(OpenAIClient client) {
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> chunks = client.chat().completions().createStreaming(question("stream this")
                .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build()).build())) {
            chunks.stream().forEach(chunk -> whole.accumulate(chunk.validate()));
        }
        ChatCompletion answer = whole.chatCompletion();
        assertEquals(Gateway.MODEL, answer.model());
        assertTrue(text(answer).contains("stream this"), text(answer));
        assertEquals(ChatCompletion.Choice.FinishReason.STOP, answer.choices().get(0).finishReason());
        assertTrue(answer.usage().orElseThrow().promptTokens() > 0);
        assertTrue(answer.usage().orElseThrow().completionTokens() > 0);
    }

    private static void loops(OpenAIClient client) throws IOException {
        ChatCompletionCreateParams.Builder conversation = question("the weather\n@call get_weather {\"city\":\"Ulm\"}")
                .addFunctionTool(FunctionDefinition.builder().name("get_weather").parameters(parameters()).build());
        ChatCompletion call = client.chat().completions().create(conversation.build());
        assertEquals(ChatCompletion.Choice.FinishReason.TOOL_CALLS, call.choices().get(0).finishReason());
        ChatCompletionMessageFunctionToolCall use =
                call.choices().get(0).message().toolCalls().orElseThrow().get(0).asFunction();
        assertEquals("get_weather", use.function().name());
        assertEquals("Ulm", Json.MAPPER.readTree(use.function().arguments()).path("city").asText());
        ChatCompletion answer = client.chat().completions().create(conversation.addMessage(call.choices().get(0).message())
                .addMessage(ChatCompletionToolMessageParam.builder().toolCallId(use.id()).content("sunny in Ulm").build())
                .build());
        assertTrue(text(answer).contains("Done: 1 tool results."), text(answer));
        assertTrue(text(answer).contains("sunny in Ulm"), text(answer));
    }

    private static void answersInASchema(OpenAIClient client) throws IOException {
        ResponseFormatJsonSchema.JsonSchema.Schema.Builder schema = ResponseFormatJsonSchema.JsonSchema.Schema.builder();
        CITY.forEach((name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
        ChatCompletion answer = client.chat().completions().create(question("a city")
                .responseFormat(ResponseFormatJsonSchema.builder().jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder()
                        .name("city").strict(true).schema(schema.build()).build()).build()).build());
        JsonNode city = Json.MAPPER.readTree(text(answer));
        assertTrue(city.path("city").isTextual() && city.size() == 1, text(answer));
    }

    private static void reports(OpenAIClient client, String backend) {
        BadRequestException refused = assertThrows(BadRequestException.class, () -> client.chat().completions().create(
                question("x").model(ClaudeCode.model(backend, "status=400;message=simulated refusal")).build()));
        assertTrue(refused.getMessage().contains("simulated refusal"), refused.getMessage());
        OpenAIException broken = assertThrows(OpenAIException.class, () -> {
            try (StreamResponse<ChatCompletionChunk> chunks = client.chat().completions().createStreaming(
                    question("x").model(ClaudeCode.model(backend, "error-mid=api_error")).build())) {
                chunks.stream().forEach(ChatCompletionChunk::validate);
            }
        });
        assertTrue(broken.getMessage().contains("The upstream failed: 500"), broken.getMessage());
    }

    private static ChatCompletionCreateParams.Builder question(String text) {
        return ChatCompletionCreateParams.builder().model(Gateway.MODEL).maxCompletionTokens(500).addUserMessage(text);
    }

    private static FunctionParameters parameters() {
        FunctionParameters.Builder parameters = FunctionParameters.builder();
        CITY.forEach((name, value) -> parameters.putAdditionalProperty(name, JsonValue.from(value)));
        return parameters.build();
    }

    private static String text(ChatCompletion answer) {
        return answer.choices().get(0).message().content().orElse("");
    }
}
