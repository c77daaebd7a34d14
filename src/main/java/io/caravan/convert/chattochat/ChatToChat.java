/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattochat;

import io.caravan.convert.ChatOptions;
import io.caravan.convert.Translator;
import io.caravan.convert.UpstreamTerms;
import io.caravan.convert.chattomessages.ChatToMessages;
import io.caravan.convert.messagestochat.AnswerContext;
import io.caravan.convert.messagestochat.MessageAnswers;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import io.caravan.format.chat.ToolNames;

/** An OpenAI chat client in front of an upstream of the chat format: the request made to fit its dialect. */
public final class ChatToChat implements Translator {

    private static final WireFormat.Pair PAIR = new WireFormat.Pair(WireFormat.CHAT, WireFormat.CHAT);

    private final String clientModel;
    private final Outgoing outgoing;
    private final Answers answers;

    public ChatToChat(ModelRequest request, UpstreamTerms terms) {
        ChatOptions options = terms.chat();
        ChatRewrite.Result rewritten = ChatRewrite.of(request.body(), options);
        boolean lists = options.dialect().answersInLists() && ModelRequest.scan(rewritten.body()).has("thinking");
        this.clientModel = request.model();
        this.outgoing = new Outgoing(terms.refusals().cutFrom(rewritten.body()), rewritten.dropped());
        this.answers = answers(request, lists);
    }

    /** @param lists whether answers may come as lists of reasoning and text, which no OpenAI client reads */
    private static Answers answers(ModelRequest request, boolean lists) {
        boolean usage = request.isTrue("stream_options", "include_usage");
        if (!lists) {
            return new NamedAnswers(request.model(), usage, request.stream());
        }
        AnswerContext context = new AnswerContext(request.model(), new ToolNames(), true, false, false, 0);
        return new ChainedAnswers(new MessageAnswers(context, false),
                ChatToMessages.answers(request.model(), usage, request.stream()));
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
