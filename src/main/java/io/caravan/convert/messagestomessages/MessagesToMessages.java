/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestomessages;

import io.caravan.convert.Translator;
import io.caravan.convert.UpstreamTerms;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import io.caravan.format.chat.ThinkingHistory;
import java.util.Set;

/**
 * The byte lane: the client's own bytes with the upstream's name for the model spliced in and what it refuses cut out; the
 * upstream's own bytes with the client's name for the model.
 */
public final class MessagesToMessages implements Translator {

    private static final WireFormat.Pair PAIR = new WireFormat.Pair(WireFormat.MESSAGES, WireFormat.MESSAGES);

    private final String clientModel;
    private final Outgoing outgoing;
    private final Answers answers;

    public MessagesToMessages(ModelRequest request, UpstreamTerms terms) {
        this.clientModel = request.model();
        this.outgoing = new Outgoing(terms.refusals().apply(ThinkingHistory.withoutBound(request), terms.model()), Set.of());
        this.answers = new NamedMessages(request, request.hasItems("fallbacks"));
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
