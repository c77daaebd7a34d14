/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import io.caravan.convert.messagestochat.MessagesToChat;
import io.caravan.convert.responsestomessages.ResponsesToMessages;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import java.util.LinkedHashSet;
import java.util.Set;

/** Two translators, one behind the other, which meet in the Messages format. */
final class ByWayOfMessages implements Translator {

    private final Translator first;
    private final Translator second;
    private final WireFormat.Pair pair;
    private final String clientModel;

    private ByWayOfMessages(Translator first, Translator second, WireFormat.Pair pair, String clientModel) {
        this.first = first;
        this.second = second;
        this.pair = pair;
        this.clientModel = clientModel;
    }

    /** A client of the Responses API in front of the chat upstream of {@code terms}. */
    static Translator toChat(ModelRequest request, UpstreamTerms terms) {
        Translator first = ResponsesToMessages.onTheWay(request, terms);
        Translator second = MessagesToChat.onTheWay(ModelRequest.read(first.request().bytes()), terms, request.model());
        return new ByWayOfMessages(first, second, new WireFormat.Pair(WireFormat.RESPONSES, WireFormat.CHAT), request.model());
    }

    @Override
    public Outgoing request() {
        Set<String> dropped = new LinkedHashSet<>(first.request().dropped());
        dropped.addAll(second.request().dropped());
        return new Outgoing(second.request().body(), dropped);
    }

    @Override
    public Answers answers() {
        return second.answers().then(first.answers());
    }

    @Override
    public Failure error(int status, byte[] body) {
        return ErrorReader.answer(status, body, pair, clientModel);
    }
}
