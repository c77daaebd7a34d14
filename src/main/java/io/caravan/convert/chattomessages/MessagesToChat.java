package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.AnswerTranslation;
import io.caravan.convert.ErrorInside;
import io.caravan.convert.StreamTranslator;
import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.ExactTree;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;

/**
 * Messages answers for an OpenAI client (protocol 3.7): whole (M80), as a stream (S38, S39), and errors inside either as
 * {@link io.caravan.convert.UpstreamError}. Made with the request.
 */
public final class MessagesToChat implements AnswerTranslation {

    private final String clientModel;
    private final boolean includeUsage;
    private final Clock clock;

    /**
     * @param clientModel  the model's name as the client gave it
     * @param includeUsage whether a stream ends with a chunk of token counts
     */
    public MessagesToChat(String clientModel, boolean includeUsage) {
        this(clientModel, includeUsage, Clock.systemUTC());
    }

    MessagesToChat(String clientModel, boolean includeUsage, Clock clock) {
        this.clientModel = clientModel;
        this.includeUsage = includeUsage;
        this.clock = clock;
    }

    @Override
    public Message message(byte[] answer) {
        try {
            JsonNode message = ExactTree.read(answer);
            if (message.path("error").isObject() || message.path("type").asText().equals("error")) {
                throw ErrorInside.of(answer, 0, answer.length);
            }
            if (!message.path("content").isArray() || !message.path("stop_reason").isTextual()) {
                throw ErrorInside.unreadable();
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
            return new Message(Json.MAPPER.writeValueAsBytes(completion), counts.usage());
        } catch (IOException e) {
            throw ErrorInside.unreadable();
        }
    }

    @Override
    public StreamTranslator stream() {
        return new MessagesToChatStream(
                messageId -> new ChunkWriter(id(messageId), clientModel, created(), includeUsage), includeUsage);
    }

    @Override
    public byte[] asStream(byte[] message) {
        return ChatChunks.of(message, includeUsage);
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
