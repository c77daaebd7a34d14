package io.caravan.convert.chattochat;

import io.caravan.convert.AnswerTranslation;
import io.caravan.convert.ChatStream;
import io.caravan.convert.ErrorInside;
import io.caravan.convert.StreamTranslator;
import io.caravan.convert.chattomessages.ChatChunks;
import io.caravan.format.Usage;
import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.format.sse.EventData;
import java.io.IOException;

/**
 * A chat upstream's answers for an OpenAI client: byte for byte, comments too, but for the value of the {@code model},
 * which is the client's name for it. Errors inside are {@link io.caravan.convert.UpstreamError}. Made with the request.
 */
public final class ChatToChat implements AnswerTranslation {

    private static final byte[] DATA = ChunkWriter.ascii("data: ");
    private static final byte[] END = ChunkWriter.ascii("\n\n");

    private final byte[] clientModel;
    private final boolean includeUsage;

    /**
     * @param clientModel  the model's name as the client gave it
     * @param includeUsage whether the client asked for token counts at the end of a stream
     */
    public ChatToChat(String clientModel, boolean includeUsage) {
        this.clientModel = Json.quoted(clientModel);
        this.includeUsage = includeUsage;
    }

    @Override
    public Message message(byte[] answer) {
        ChatAnswer read = read(answer, 0, answer.length);
        if (!read.hasChoices() || !read.isFinished()) {
            throw ErrorInside.unreadable();
        }
        return new Message(Edit.applied(answer, read.withModel(clientModel)), read.usage());
    }

    @Override
    public StreamTranslator stream() {
        return new Chunks();
    }

    @Override
    public byte[] asStream(byte[] message) {
        return ChatChunks.of(message, includeUsage);
    }

    private static ChatAnswer read(byte[] bytes, int start, int length) {
        ChatAnswer answer;
        try {
            answer = ChatAnswer.read(bytes, start, length);
        } catch (IOException e) {
            throw ErrorInside.unreadable();
        }
        if (answer.isError()) {
            throw ErrorInside.of(bytes, start, length);
        }
        return answer;
    }

    private final class Chunks extends ChatStream {

        private Usage usage = Usage.UNKNOWN;

        @Override
        public void event(byte[] bytes, int start, int end, Bytes out) {
            if (stopped()) {
                return;
            }
            EventData data = EventData.read(bytes, start, end);
            if (data.isDone()) {
                end(out);
                return;
            }
            if (data.isEmpty()) {
                out.write(bytes, start, end - start);
                return;
            }
            ChatAnswer chunk = read(data.bytes(), data.start(), data.length());
            usage = usage.updated(chunk.usage());
            content(chunk.hasContent());
            finished(chunk.isFinished());
            if (data.bytes() == bytes) {
                writeNamed(bytes, start, end, chunk, out);
            } else {
                out.write(DATA);
                writeNamed(data.bytes(), data.start(), data.start() + data.length(), chunk, out);
                out.write(END);
            }
        }

        private void writeNamed(byte[] bytes, int start, int end, ChatAnswer chunk, Bytes out) {
            if (chunk.modelStart() < 0) {
                out.write(bytes, start, end - start);
            } else {
                out.write(bytes, start, chunk.modelStart() - start);
                out.write(clientModel);
                out.write(bytes, chunk.modelEnd(), end - chunk.modelEnd());
            }
        }

        @Override
        protected void beforeDone(Bytes out) {
            // the upstream's own chunks have all there is
        }

        @Override
        public Usage usage() {
            return usage;
        }
    }
}
