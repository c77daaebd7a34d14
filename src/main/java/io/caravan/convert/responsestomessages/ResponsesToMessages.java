/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Translator;
import io.caravan.convert.UpstreamTerms;
import io.caravan.convert.chattomessages.ChatToMessages;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.ModelTraits;
import io.caravan.format.WireFormat;
import io.caravan.format.responses.ResponsesRequest;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A client of OpenAI's Responses API in front of an upstream of the Messages format. The request is read as a chat request
 * first, so that what holds for chat clients holds here.
 */
public final class ResponsesToMessages implements Translator {

    private static final WireFormat.Pair PAIR = new WireFormat.Pair(WireFormat.RESPONSES, WireFormat.MESSAGES);

    private final String clientModel;
    private final Outgoing outgoing;
    private final Answers answers;

    /**
     * Converts {@code request} for the upstream of {@code terms}.
     *
     * @throws io.caravan.format.json.MalformedBody if it is no Responses request, or asks for what Messages cannot give
     */
    public ResponsesToMessages(ModelRequest request, UpstreamTerms terms) {
        this(request, terms, terms.traits());
    }

    private ResponsesToMessages(ModelRequest request, UpstreamTerms terms, ModelTraits traits) {
        ObjectNode body = ChatToMessages.tree(request.body());
        ObjectNode echo = ResponseEcho.of(body);
        ResponsesRequest read = ResponsesRequest.of(body);
        Outgoing converted = ChatToMessages.converted(read.chat(), terms, traits);
        Set<String> dropped = new LinkedHashSet<>(read.dropped());
        dropped.addAll(converted.dropped());
        this.clientModel = request.model();
        this.outgoing = new Outgoing(converted.body(), dropped);
        this.answers = new ResponseAnswers(new ResponseAnswers.Asked(clientModel, echo, read.called()), request.stream(),
                Clock.systemUTC());
    }

    /**
     * The same on the way to an upstream of another format, which judges itself what of the thinking its model takes.
     *
     * @param terms of that upstream
     */
    public static Translator onTheWay(ModelRequest request, UpstreamTerms terms) {
        ModelTraits traits = terms.traits();
        if (!traits.claude()) {
            traits = new ModelTraits(true, traits.maxOutput(), traits.sampling(), ModelTraits.Thinking.ADAPTIVE,
                    traits.jsonSchema(), traits.systemTurns(), traits.newTokenizer());
        }
        return new ResponsesToMessages(request, terms, traits);
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
