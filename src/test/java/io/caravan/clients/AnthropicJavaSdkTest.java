/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.BadRequestException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import io.caravan.it.Gateway;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The official Java SDK through the gateway: a stream, a tool loop, an error. */
@Tag("clients")
class AnthropicJavaSdkTest {

    private static final Tool WEATHER = Tool.builder().name("get_weather")
            .inputSchema(Tool.InputSchema.builder()
                    .properties(JsonValue.from(Map.of("city", Map.of("type", "string")))).build())
            .build();

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#ALL")
    void streamsLoopsOverAToolAndReportsAnError(String backend) {
        try (Gateway gateway = Gateway.start(backend)) {
            AnthropicClient client = AnthropicOkHttpClient.builder().baseUrl(gateway.url().toString())
                    .authToken("client-key").maxRetries(0).build();
            streams(client);
            loops(client);
            reports(client, backend);
        }
    }

    private static void streams(AnthropicClient client) {
        MessageAccumulator accumulator = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events =
                client.messages().createStreaming(question("stream this").build())) {
            events.stream().forEach(accumulator::accumulate);
        }
        Message message = accumulator.message();
        assertEquals("claude-sonnet-4-5", message.model().asString());
        assertTrue(text(message).contains("stream this"), text(message));
    }

    private static void loops(AnthropicClient client) {
        MessageCreateParams.Builder conversation =
                question("the weather\n@call get_weather {\"city\":\"Ulm\"}").addTool(WEATHER);
        Message call = client.messages().create(conversation.build());
        assertEquals(StopReason.TOOL_USE, call.stopReason().orElseThrow());
        ToolUseBlock use = call.content().stream().flatMap(block -> block.toolUse().stream()).findFirst().orElseThrow();
        Message answer = client.messages().create(conversation.addMessage(call)
                .addUserMessageOfContentBlockParams(List.of(ContentBlockParam.ofToolResult(
                        ToolResultBlockParam.builder().toolUseId(use.id()).content("sunny in Ulm").build())))
                .build());
        assertTrue(text(answer).contains("Done: 1 tool results."), text(answer));
    }

    private static void reports(AnthropicClient client, String backend) {
        BadRequestException refused = assertThrows(BadRequestException.class, () -> client.messages().create(
                question("x").model(ClaudeCode.model(backend, "status=400;message=simulated refusal")).build()));
        assertTrue(refused.getMessage().contains("simulated refusal"), refused.getMessage());
    }

    private static MessageCreateParams.Builder question(String text) {
        return MessageCreateParams.builder().model("claude-sonnet-4-5").maxTokens(500)
                .addUserMessageOfContentBlockParams(List.of(ContentBlockParam.ofText(
                        com.anthropic.models.messages.TextBlockParam.builder().text(text).build())));
    }

    private static String text(Message message) {
        StringBuilder text = new StringBuilder();
        message.content().forEach(block -> block.text().ifPresent(part -> text.append(part.text())));
        return text.toString();
    }
}
