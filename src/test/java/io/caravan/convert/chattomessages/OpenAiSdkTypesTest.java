/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.JsonValue;
import com.openai.core.ObjectMappers;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ReasoningEffort;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.caravan.convert.Translator;
import io.caravan.format.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The official SDK's types take what we write and write what we take (M80, S38). */
class OpenAiSdkTypesTest {

    private final Translator.Answers translation = ChatToMessages.answers("client-model", true, false);

    @Property(tries = 100)
    void completionsAndChunksAreValidForTheSdk(@ForAll long seed) throws Exception {
        RandomMessages messages = new RandomMessages(seed);
        ChatCompletion completion = ObjectMappers.jsonMapper()
                .readValue(translation.answer(messages.whole()).body(), ChatCompletion.class).validate();
        ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
        for (String event : MessagesStreams.translated(translation.stream(), messages.events(), 500).split("\n\n")) {
            if (event.startsWith("data: {")) {
                accumulator.accumulate(
                        ObjectMappers.jsonMapper().readValue(event.substring(6), ChatCompletionChunk.class).validate());
            }
        }
        ChatCompletion streamed = accumulator.chatCompletion();

        assertEquals(completion.id(), streamed.id());
        assertEquals(completion.usage(), streamed.usage());
        ChatCompletion.Choice whole = completion.choices().get(0);
        ChatCompletion.Choice pieces = streamed.choices().get(0);
        assertEquals(whole.finishReason(), pieces.finishReason());
        assertEquals(whole.message().content().orElse(""), pieces.message().content().orElse(""));
        assertEquals(whole.message().toolCalls().orElse(List.of()), pieces.message().toolCalls().orElse(List.of()));
    }

    @Test
    void aRequestOfTheSdkIsTaken() throws Exception {
        ChatCompletionCreateParams params = ChatCompletionCreateParams.builder().model("m")
                .addDeveloperMessage("D").addUserMessage("U").maxCompletionTokens(100).reasoningEffort(ReasoningEffort.LOW)
                .addFunctionTool(FunctionDefinition.builder().name("f").strict(true).parameters(FunctionParameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty("properties", JsonValue.from(Map.of())).build()).build())
                .build();
        MessagesBody body = MessagesBody.of(ChatToMessages.tree(ObjectMappers.jsonMapper().writeValueAsBytes(params._body())), "up",
                Traits.of("adaptive"));
        JsonNode expected = Json.MAPPER.readTree("""
                {"model":"up","messages":[{"role":"user","content":[{"type":"text","text":"U"}]}],
                 "tools":[{"name":"f","input_schema":{"type":"object","properties":{}},"strict":true}],"max_tokens":100,
                 "output_config":{"effort":"low"},"thinking":{"type":"adaptive"},"system":[{"type":"text","text":"D"}]}""");

        assertTrue(body.dropped().isEmpty());
        assertEquals(expected, Json.MAPPER.readTree(new String(body.body(), StandardCharsets.UTF_8)));
    }
}
