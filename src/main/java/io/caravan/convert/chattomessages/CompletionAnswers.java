/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Translator;
import io.caravan.failure.ErrorReader;
import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.Json;
import io.caravan.format.messages.EventFrames;
import io.caravan.format.messages.MessageEvent;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;

/**
 * Messages answers for an OpenAI client: whole (case M80), as a stream (S38, S39), and errors inside either as a
 * {@link io.caravan.failure.Failure}.
 *
 * @param clientModel  the model's name as the client gave it
 * @param includeUsage whether a stream ends with a chunk of token counts
 * @param streamed     whether the client asked for a stream
 * @param clock        tells when a completion was made
 */
record CompletionAnswers(String clientModel, boolean includeUsage, boolean streamed, Clock clock)
        implements Translator.Answers {

    @Override
    public Translator.Answer answer(byte[] answer) {
        try {
            JsonNode message = message(answer);
            MessageEvent counts = new MessageEvent();
            counts.readUsage(message.path("usage"));
            byte[] completion = Json.MAPPER.writeValueAsBytes(completion(message, counts));
            if (streamed) {
                completion = ChunkWriter.ofCompletion(completion, includeUsage);
            }
            return new Translator.Answer(completion, counts.usage());
        } catch (IOException e) {
            throw ErrorReader.unreadable();
        }
    }

    private JsonNode message(byte[] answer) throws IOException {
        JsonNode message = Json.exact(answer);
        if (ErrorReader.isError(message) || Members.isOfType(message, "error")) {
            throw ErrorReader.insideUnworded(answer, clientModel);
        }
        boolean whole = message.path("content").isArray() && message.path("stop_reason").isTextual();
        if (!whole) {
            throw ErrorReader.unreadable();
        }
        return message;
    }

    private ObjectNode completion(JsonNode message, MessageEvent counts) {
        ObjectNode completion = Json.MAPPER.createObjectNode().put("id", id(Members.text(message.path("id"))))
                .put("object", "chat.completion").put("created", created()).put("model", clientModel);
        completion.putArray("choices").addObject().put("index", 0)
                .<ObjectNode>set("message", CompletionFromMessage.message(message.path("content")))
                .putNull("logprobs").put("finish_reason", StopReasons.toChat(message.path("stop_reason").textValue()));
        completion.set("usage", CompletionUsage.of(counts));
        return completion;
    }

    @Override
    public Translator.Answer joined(byte[] events) {
        return answer(EventFrames.toMessage(events));
    }

    @Override
    public Translator.Stream stream() {
        return new MessagesToChatStream(clientModel,
                messageId -> new ChunkWriter(id(messageId), clientModel, created(), includeUsage), includeUsage);
    }

    private long created() {
        return clock.instant().getEpochSecond();
    }

    /** @param messageId the upstream's; empty if it gave none */
    private static String id(String messageId) {
        String source = messageId;
        if (source.isEmpty()) {
            source = UUID.randomUUID().toString();
        }
        return "chatcmpl-" + PlainIds.stripped(source);
    }
}
