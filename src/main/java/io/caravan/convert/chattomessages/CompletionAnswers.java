/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.ChatStream;
import io.caravan.convert.StreamTranslator;
import io.caravan.convert.Translator;
import io.caravan.failure.ErrorReader;
import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;

/**
 * Messages answers for an OpenAI client (protocol 3.7): whole (M80), as a stream (S38, S39), and errors inside either as
 * a {@link io.caravan.failure.Failure}.
 */
public final class CompletionAnswers implements Translator.Answers {

    private final String clientModel;
    private final boolean includeUsage;
    private final boolean streamed;
    private final Clock clock;

    /**
     * @param clientModel  the model's name as the client gave it
     * @param includeUsage whether a stream ends with a chunk of token counts
     * @param streamed     whether the client asked for a stream
     */
    public CompletionAnswers(String clientModel, boolean includeUsage, boolean streamed) {
        this(clientModel, includeUsage, streamed, Clock.systemUTC());
    }

    CompletionAnswers(String clientModel, boolean includeUsage, boolean streamed, Clock clock) {
        this.clientModel = clientModel;
        this.includeUsage = includeUsage;
        this.streamed = streamed;
        this.clock = clock;
    }

    @Override
    public Translator.Answer answer(byte[] answer) {
        try {
            JsonNode message = Json.exact(answer);
            if (ErrorReader.isError(message) || message.path("type").asText().equals("error")) {
                throw ChatStream.inside(answer, clientModel);
            }
            if (!message.path("content").isArray() || !message.path("stop_reason").isTextual()) {
                throw ChatStream.unreadable();
            }
            ObjectNode completion = Json.MAPPER.createObjectNode().put("id", id(message.path("id").textValue()))
                    .put("object", "chat.completion").put("created", created()).put("model", clientModel);
            completion.putArray("choices").addObject().put("index", 0)
                    .<ObjectNode>set("message", CompletionFromMessage.message(message.path("content")))
                    .putNull("logprobs").put("finish_reason", StopReasons.toChat(message.path("stop_reason").textValue()));
            TokenCounts counts = new TokenCounts();
            if (message.path("usage").isObject()) {
                try (JsonParser usage = message.path("usage").traverse()) {
                    usage.nextToken();
                    counts.read(usage);
                }
            }
            completion.set("usage", counts.toChat());
            byte[] body = Json.MAPPER.writeValueAsBytes(completion);
            return new Translator.Answer(streamed ? ChatStream.ofCompletion(body, includeUsage) : body, counts.usage());
        } catch (IOException e) {
            throw ChatStream.unreadable();
        }
    }

    @Override
    public StreamTranslator stream() {
        return events();
    }

    MessagesToChatStream events() {
        return new MessagesToChatStream(clientModel,
                messageId -> new ChunkWriter(id(messageId), clientModel, created(), includeUsage), includeUsage);
    }

    private long created() {
        return clock.instant().getEpochSecond();
    }

    private static String id(String messageId) {
        StringBuilder id = new StringBuilder("chatcmpl-");
        String source = messageId == null || messageId.isEmpty() ? UUID.randomUUID().toString() : messageId;
        for (int i = 0; i < source.length(); i++) {
            char c = source.charAt(i);
            boolean fine = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
            if (fine) {
                id.append(c);
            }
        }
        return id.toString();
    }
}
