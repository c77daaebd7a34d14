/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Translator.Answer;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.Usage;
import io.caravan.format.chat.ChatUsage;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessageAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A whole chat completion as a message. */
final class ChatAnswer {

    private ChatAnswer() {
    }

    static Answer message(byte[] answer, AnswerContext context) {
        JsonNode root = tree(answer);
        JsonNode choice = firstChoice(root.path("choices"));
        if (ErrorReader.isError(root)) {
            throw ErrorReader.inside(answer, context.model());
        }
        if (ErrorReader.isError(choice)) {
            throw ErrorReader.inside(choice, context.model());
        }
        String finish = ToolPiece.said(choice.path("finish_reason"));
        if (finish == null) {
            throw Failure.of(Kind.BAD_ANSWER, "The upstream's answer is not a complete chat completion.");
        }
        AnswerBlocks blocks = new AnswerBlocks(context);
        AnswerParts parts = new AnswerParts(blocks);
        parts.add(choice.path("message"), "", true);
        parts.finish();
        String reason = StopReason.of(finish, blocks.usesTool(), parts.refused());
        ArrayNode content = blocks.whole();
        ChatUsage usage = ChatUsage.read(root.path("usage"));
        Usage told = usage.told(context.estimatedInput(), blocks.chars());
        ObjectNode message = empty(root.path("id").textValue(), context, MessageAnswer.usage(told, usage.thinking()));
        message.set("content", content);
        return new Answer(StopReason.put(message, reason).toString().getBytes(StandardCharsets.UTF_8),
                usage.usage());
    }

    /** A message that holds nothing yet, as {@code message_start} bears it. */
    static ObjectNode empty(@Nullable String upstreamId, AnswerContext context, ObjectNode usage) {
        ObjectNode message = Json.MAPPER.createObjectNode().put("id", AnswerIds.message(upstreamId)).put("type", "message")
                .put("role", "assistant").put("model", context.model());
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence").putNull("stop_details").putNull("container");
        message.set("usage", usage);
        return message;
    }

    private static JsonNode firstChoice(JsonNode choices) {
        for (JsonNode choice : choices) {
            if (choice.path("index").asInt(0) == 0) {
                return choice;
            }
        }
        return Json.MAPPER.missingNode();
    }

    private static JsonNode tree(byte[] answer) {
        try {
            return Json.MAPPER.readTree(answer);
        } catch (IOException e) {
            throw Failure.of(Kind.BAD_ANSWER, "The upstream's answer is not valid JSON.");
        }
    }
}
