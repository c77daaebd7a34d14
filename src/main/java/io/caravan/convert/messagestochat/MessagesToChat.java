/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import io.caravan.convert.Translator;
import io.caravan.convert.UpstreamTerms;
import io.caravan.convert.chatrequest.ChatRequest;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;

/** A Messages client in front of an upstream of the chat format, in one of its dialects. */
public final class MessagesToChat implements Translator {

    private static final WireFormat.Pair PAIR = new WireFormat.Pair(WireFormat.MESSAGES, WireFormat.CHAT);

    private final String clientModel;
    private final Outgoing outgoing;
    private final Answers answers;

    /**
     * Converts {@code request} for the upstream of {@code terms}, whose dialect is one of chat.
     *
     * @throws io.caravan.format.json.MalformedBody if it cannot be a chat request without changing its meaning
     */
    public MessagesToChat(ModelRequest request, UpstreamTerms terms) {
        this(request, terms, request.model(), request.stream());
    }

    private MessagesToChat(ModelRequest request, UpstreamTerms terms, String clientModel, boolean streamed) {
        ChatRequest converted = ChatRequest.of(request.body(), terms);
        this.clientModel = clientModel;
        this.outgoing = new Outgoing(terms.refusals().cutFrom(converted.body()), converted.dropped());
        this.answers = new MessageAnswers(AnswerContext.of(converted, clientModel), streamed);
    }

    /**
     * The same for a request that was converted from another format, whose answers are converted on: a whole one stays one
     * message.
     *
     * @param clientModel the client's name of the model
     */
    public static Translator onTheWay(ModelRequest request, UpstreamTerms terms, String clientModel) {
        return new MessagesToChat(request, terms, clientModel, false);
    }

    /**
     * The way back alone, for answers to a request that was not converted: all they hold is brought back, thinking included,
     * and a whole answer stays one message.
     *
     * @param clientModel the name of the model that the answers bear
     */
    public static Answers answers(String clientModel) {
        return new MessageAnswers(AnswerContext.ofAll(clientModel), false);
    }

    @Override
    public Outgoing request() {
        return outgoing;
    }

    @Override
    public Answers answers() {
        return answers;
    }

    @Override
    public Failure error(int status, byte[] body) {
        return ErrorReader.answer(status, body, PAIR, clientModel);
    }
}
