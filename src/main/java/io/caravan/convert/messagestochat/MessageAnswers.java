/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import io.caravan.convert.Translator;
import io.caravan.format.messages.EventFrames;

/**
 * Chat answers for a Messages client, in any dialect: the forms of the dialects do not collide, so all
 * are read.
 */
final class MessageAnswers implements Translator.Answers {

    private final AnswerContext context;
    private final boolean streamed;

    /** @param streamed whether the client asked for a stream */
    MessageAnswers(AnswerContext context, boolean streamed) {
        this.context = context;
        this.streamed = streamed;
    }

    @Override
    public Translator.Answer answer(byte[] answer) {
        Translator.Answer message = ChatAnswer.message(answer, context);
        if (streamed) {
            return new Translator.Answer(EventFrames.ofMessage(message.body()), message.usage());
        }
        return message;
    }

    @Override
    public Translator.Answer joined(byte[] events) {
        Translator.Stream stream = stream();
        byte[] message = EventFrames.toMessage(stream.all(events));
        return new Translator.Answer(message, stream.usage());
    }

    @Override
    public Translator.Stream stream() {
        return new MessageEventMachine(context);
    }
}
