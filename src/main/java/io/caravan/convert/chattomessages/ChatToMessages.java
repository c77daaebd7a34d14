/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.Translator;
import io.caravan.convert.UpstreamTerms;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.ModelRequest;
import io.caravan.format.ModelTraits;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.time.Clock;

/** An OpenAI chat client in front of an upstream of the Messages format. */
public final class ChatToMessages implements Translator {

    private static final WireFormat.Pair PAIR = new WireFormat.Pair(WireFormat.CHAT, WireFormat.MESSAGES);

    private final String clientModel;
    private final Outgoing outgoing;
    private final Answers answers;

    public ChatToMessages(ModelRequest request, UpstreamTerms terms) {
        MessagesBody converted = MessagesBody.of(tree(request.body()), terms.model(), terms.traits());
        this.clientModel = request.model();
        this.outgoing = new Outgoing(terms.refusals().cutFrom(converted.body()), converted.dropped());
        this.answers = answers(clientModel, converted.includeUsage(), request.stream());
    }

    /**
     * A request as the tree that {@link #converted} takes.
     *
     * @throws MalformedBody if it is no JSON object
     */
    public static ObjectNode tree(byte[] request) {
        try {
            if (Json.exact(request) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new MalformedBody("The request body is not valid JSON");
        }
        throw new MalformedBody("The request body is not a JSON object");
    }

    /**
     * A chat request as the Messages request for the upstream of {@code terms}.
     *
     * @param chat   is used up
     * @param traits what is known of the model, where that is not what the terms say
     * @throws MalformedBody if it asks for what Messages cannot give
     */
    public static Outgoing converted(ObjectNode chat, UpstreamTerms terms, ModelTraits traits) {
        MessagesBody converted = MessagesBody.of(chat, terms.model(), traits);
        return new Outgoing(terms.refusals().cutFrom(converted.body()), converted.dropped());
    }

    /**
     * What brings Messages answers into an OpenAI client's format.
     *
     * @param clientModel  the model's name as the client gave it
     * @param includeUsage whether a stream ends with a chunk of token counts
     * @param streamed     whether the client asked for a stream
     */
    public static Answers answers(String clientModel, boolean includeUsage, boolean streamed) {
        return new CompletionAnswers(clientModel, includeUsage, streamed, Clock.systemUTC());
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
