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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A whole chat completion as a message. */
final class ChatAnswer {

    private ChatAnswer() {
    }

    static Answer message(byte[] answer, AnswerContext context) {
        JsonNode root = tree(answer);
        if (ErrorReader.isError(root)) {
            throw ErrorReader.inside(answer, context.model());
        }
        AnswerBlocks blocks = new AnswerBlocks(context);
        AnswerParts parts = new AnswerParts(blocks, context);
        StopReason reason = choices(root.path("choices"), parts, context)
                .orElseThrow(() -> Failure.of(Kind.BAD_ANSWER, "The upstream's answer is not a complete chat completion."));
        parts.finish();
        String word = reason.word(blocks.usesTool(), parts.refused());
        blocks.end(reason.isCutShort());
        ArrayNode content = blocks.whole();
        ChatUsage usage = ChatUsage.read(root.path("usage"));
        Usage told = usage.told(context.estimatedInput(), blocks.chars());
        ObjectNode message = empty(root.path("id").textValue(), context, MessageAnswer.usage(told, usage.thinking()));
        message.set("content", content);
        byte[] body = StopReason.put(message, word, context.stopSequences()).toString().getBytes(StandardCharsets.UTF_8);
        return new Answer(body, usage.usage());
    }

    /** Takes the choice with index 0, be it given in several parts; returns the last reason it gives. */
    private static Optional<StopReason> choices(JsonNode choices, AnswerParts parts, AnswerContext context) {
        Optional<StopReason> reason = Optional.empty();
        for (JsonNode choice : choices) {
            if (choice.path("index").asInt(0) == 0) {
                if (ErrorReader.isError(choice)) {
                    throw ErrorReader.inside(choice, context.model());
                }
                parts.add(choice.path("message"), "", true);
                Optional<StopReason> before = reason;
                reason = StopReason.read(choice).or(() -> before);
            }
        }
        return reason;
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

    private static JsonNode tree(byte[] answer) {
        try {
            return Json.MAPPER.readTree(answer);
        } catch (IOException e) {
            throw Failure.of(Kind.BAD_ANSWER, "The upstream's answer is not valid JSON.");
        }
    }
}
