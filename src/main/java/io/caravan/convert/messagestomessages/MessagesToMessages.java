/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestomessages;

import io.caravan.convert.StreamTranslator;
import io.caravan.convert.Translator;
import io.caravan.convert.UpstreamTerms;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Edit;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.messages.EventFrames;
import io.caravan.format.messages.MessageAnswer;
import java.util.Set;

/**
 * The byte lane: the client's own bytes with the upstream's name for the model spliced in and what it refuses cut out; the
 * upstream's own bytes with the client's name for the model.
 */
public final class MessagesToMessages implements Translator {

    private static final WireFormat.Pair PAIR = new WireFormat.Pair(WireFormat.MESSAGES, WireFormat.MESSAGES);

    private final ModelRequest request;
    private final Outgoing outgoing;

    public MessagesToMessages(ModelRequest request, UpstreamTerms terms) {
        this.request = request;
        this.outgoing = new Outgoing(terms.refusals().apply(request, terms.model()), Set.of());
    }

    @Override
    public Outgoing request() {
        return outgoing;
    }

    @Override
    public Answer answer(byte[] answer) {
        MessageAnswer facts = MessageAnswer.read(answer, 0, answer.length);
        if (facts.error()) {
            throw ErrorReader.inside(answer, request.model());
        }
        byte[] named = Edit.applied(answer, facts.withModel(request.model()));
        if (!request.stream()) {
            return new Answer(named, facts.usage());
        }
        if (!facts.content()) {
            throw new MalformedBody("none");
        }
        return new Answer(EventFrames.ofMessage(named), facts.usage());
    }

    @Override
    public StreamTranslator stream() {
        return new ByteLane(request.model());
    }

    @Override
    public Failure error(int status, byte[] body) {
        return ErrorReader.answer(status, body, PAIR, request.model());
    }
}
