package io.caravan.convert.messagestochat;

import io.caravan.convert.AnswerTranslation;
import io.caravan.convert.StreamTranslator;
import io.caravan.format.messages.MessageEvents;

/**
 * Chat answers for a Messages client, in any dialect (protocol 3.5, 3.6): the forms of the dialects do not collide, so all
 * are read. One answer each; one thread at a time.
 */
public final class ChatToMessages implements AnswerTranslation {

    private final AnswerContext context;

    public ChatToMessages(AnswerContext context) {
        this.context = context;
    }

    @Override
    public Message message(byte[] answer) {
        return ChatAnswer.message(answer, context);
    }

    @Override
    public StreamTranslator stream() {
        return new MessageEventMachine(context);
    }

    @Override
    public byte[] asStream(byte[] message) {
        return MessageEvents.of(message);
    }
}
