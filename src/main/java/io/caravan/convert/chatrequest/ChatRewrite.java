/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.UpstreamTerms;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RequestTree;
import java.util.Set;

/**
 * An OpenAI client's request made fit for a chat upstream: the model's name replaced and the backend's rules applied. For
 * one that refuses members it does not know, only those it takes are left.
 *
 * @param body           the exact bytes to send, JSON in UTF-8
 * @param dropped        the names of what was left out on purpose, in order: never words of the client's
 * @param answersInLists whether the answer may come as lists of reasoning and text, which no OpenAI client reads
 */
public record ChatRewrite(byte[] body, Set<String> dropped, boolean answersInLists) {

    private static final int MORE_BYTES = 512;

    /**
     * Rewrites a request; {@code chatBody} must not change meanwhile. Blocks only where an image is fetched.
     *
     * @throws MalformedBody if it is no chat request, or names an image the upstream must not be given: one at
     *         {@code http}, a private or loopback host, or any URL where the upstream takes none and none is fetched
     */
    public static ChatRewrite of(byte[] chatBody, UpstreamTerms terms) {
        if (!(RequestTree.read(chatBody) instanceof ObjectNode request)) {
            throw new MalformedBody("The request body must be a JSON object.");
        }
        if (!request.path("messages").isArray()) {
            throw Nodes.unfit("messages", request.has("messages"), "Input should be a valid list");
        }
        Conversion conversion = new Conversion(terms);
        ObjectNode sent;
        if (conversion.dialect().refusesUnknownMembers()) {
            sent = StrictChat.of(request, conversion);
        } else {
            sent = LenientChat.of(request, conversion);
        }
        boolean lists = conversion.dialect().answersInLists() && sent.has("thinking");
        return new ChatRewrite(RequestTree.write(sent, chatBody.length + MORE_BYTES), conversion.dropped(), lists);
    }
}
