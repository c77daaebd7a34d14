/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattochat;

import io.caravan.convert.EventTranslator;
import io.caravan.convert.Translator;
import io.caravan.convert.chattomessages.ChatToMessages;
import io.caravan.convert.messagestochat.MessagesToChat;
import io.caravan.failure.ErrorReader;
import io.caravan.format.Usage;
import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.format.sse.EventData;
import java.io.IOException;
import java.util.Arrays;

/**
 * A chat upstream's answers for an OpenAI client: byte for byte, comments too, but for the value of the {@code model},
 * which is the client's name for it. Errors inside are a {@link io.caravan.failure.Failure}.
 */
final class NamedAnswers implements Translator.Answers {

    private static final byte[] DATA = ChunkWriter.ascii("data: ");
    private static final byte[] END = ChunkWriter.ascii("\n\n");

    private final String model;
    private final byte[] clientModel;
    private final boolean includeUsage;
    private final boolean streamed;

    /**
     * @param clientModel  the model's name as the client gave it
     * @param includeUsage whether the client asked for token counts at the end of a stream
     * @param streamed     whether it asked for a stream
     */
    NamedAnswers(String clientModel, boolean includeUsage, boolean streamed) {
        this.model = clientModel;
        this.clientModel = Json.quoted(clientModel);
        this.includeUsage = includeUsage;
        this.streamed = streamed;
    }

    @Override
    public Translator.Answer answer(byte[] answer) {
        ChatFacts read = read(answer, 0, answer.length);
        if (!read.hasChoices() || !read.isFinished()) {
            throw ErrorReader.unreadable();
        }
        byte[] named = Edit.applied(answer, read.withModel(clientModel));
        if (streamed) {
            named = ChunkWriter.ofCompletion(named, includeUsage);
        }
        return new Translator.Answer(named, read.usage());
    }

    /** By way of a message, which is one answer already. */
    @Override
    public Translator.Answer joined(byte[] events) {
        return MessagesToChat.answers(model).then(ChatToMessages.answers(model, includeUsage, streamed)).joined(events);
    }

    @Override
    public Translator.Stream stream() {
        return new Chunks();
    }

    private ChatFacts read(byte[] bytes, int start, int length) {
        ChatFacts answer;
        try {
            answer = ChatFacts.read(bytes, start, length);
        } catch (IOException e) {
            throw ErrorReader.unreadable();
        }
        if (answer.isError()) {
            throw ErrorReader.insideUnworded(Arrays.copyOfRange(bytes, start, start + length), model);
        }
        return answer;
    }

    private final class Chunks extends EventTranslator {

        private Usage usage = Usage.UNKNOWN;

        @Override
        protected void event(byte[] bytes, int start, int end, Bytes out) {
            EventData data = EventData.read(bytes, start, end);
            if (data.isDone()) {
                end(out);
                return;
            }
            if (data.isEmpty()) {
                out.write(bytes, start, end - start);
                return;
            }
            ChatFacts chunk = read(data.bytes(), data.start(), data.length());
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

        private void writeNamed(byte[] bytes, int start, int end, ChatFacts chunk, Bytes out) {
            if (chunk.modelStart() < 0) {
                out.write(bytes, start, end - start);
            } else {
                out.write(bytes, start, chunk.modelStart() - start);
                out.write(clientModel);
                out.write(bytes, chunk.modelEnd(), end - chunk.modelEnd());
            }
        }

        @Override
        protected void last(Bytes out) {
            out.write(ChunkWriter.DONE);
        }

        @Override
        public Usage usage() {
            return usage;
        }
    }
}
