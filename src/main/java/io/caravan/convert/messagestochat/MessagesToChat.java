/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import io.caravan.convert.Translator;
import io.caravan.convert.UpstreamTerms;
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

    public MessagesToChat(ModelRequest request, UpstreamTerms terms) {
        ChatRequest converted = ChatRequest.of(request.body(), terms.chat());
        this.clientModel = request.model();
        this.outgoing = new Outgoing(terms.refusals().cutFrom(converted.body()), converted.dropped());
        this.answers = new MessageAnswers(new AnswerContext(clientModel, converted.toolNames(), converted.thinkingAsked(),
                converted.thinkingOmitted(), converted.jsonTool(), 0), request.stream());
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
