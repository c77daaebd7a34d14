/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattochat;

import io.caravan.convert.Translator;
import io.caravan.convert.UpstreamTerms;
import io.caravan.convert.chatrequest.ChatRequest;
import io.caravan.convert.chattomessages.ChatToMessages;
import io.caravan.convert.messagestochat.MessagesToChat;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;

/** An OpenAI chat client in front of an upstream of the chat format: the request made to fit its dialect. */
public final class ChatToChat implements Translator {

    private static final WireFormat.Pair PAIR = new WireFormat.Pair(WireFormat.CHAT, WireFormat.CHAT);

    private final String clientModel;
    private final Outgoing outgoing;
    private final Answers answers;

    /**
     * Rewrites {@code request} for the upstream of {@code terms}, whose dialect is one of chat.
     *
     * @throws io.caravan.format.json.MalformedBody if it is no chat request, or names an image the upstream must not have
     */
    public ChatToChat(ModelRequest request, UpstreamTerms terms) {
        ChatRequest.Rewrite rewritten = ChatRequest.Rewrite.of(request.body(), terms);
        this.clientModel = request.model();
        this.outgoing = new Outgoing(terms.refusals().cutFrom(rewritten.body()), rewritten.dropped());
        this.answers = answers(request, rewritten.answersInLists());
    }

    /** @param lists whether answers may come as lists of reasoning and text, which no OpenAI client reads */
    private static Answers answers(ModelRequest request, boolean lists) {
        boolean usage = request.isTrue("stream_options", "include_usage");
        if (!lists) {
            return new NamedAnswers(request.model(), usage, request.stream());
        }
        return MessagesToChat.answers(request.model())
                .then(ChatToMessages.answers(request.model(), usage, request.stream()));
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
