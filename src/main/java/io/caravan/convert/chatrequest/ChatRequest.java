/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.UpstreamTerms;
import io.caravan.format.chat.ThinkingHistory;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RequestTree;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Messages request turned into a chat upstream's, and what its answer needs to know of it.
 *
 * @param body            the exact bytes to send, JSON in UTF-8
 * @param dropped         the names of what was left out on purpose, in order: never words of the client's
 * @param toolNames       the client's names of those tools that the upstream was given another name for, by that name
 * @param jsonTool        whether structured output became the forced tool {@link #JSON_TOOL}, whose input is the answer's
 *                        text (M38)
 * @param thinkingAsked   whether the client asked for thinking
 * @param thinkingOmitted whether the client wants thinking without its text, signature only (M35)
 * @param stopSequences   those the client named
 * @param usedIds         the ids of all calls in the conversation so far (R11)
 * @param thinker         the model that is asked
 */
public record ChatRequest(byte[] body, Set<String> dropped, Map<String, String> toolNames, boolean jsonTool,
        boolean thinkingAsked, boolean thinkingOmitted, List<String> stopSequences, Set<String> usedIds,
        ThinkingHistory.Thinker thinker) {

    /** The tool that stands for structured output where {@link #jsonTool} says so. */
    public static final String JSON_TOOL = "json_output";

    /**
     * Converts a request; {@code messagesBody} must not change meanwhile. The tree it is read into is not kept. Blocks only
     * where an image is fetched.
     *
     * @throws MalformedBody on what is the client's fault (E35, E36), and on what would change the
     *         request's meaning if left out: {@code mcp_servers}, {@code container}, file sources, a server tool that
     *         the upstream has not
     */
    public static ChatRequest of(byte[] messagesBody, UpstreamTerms terms) {
        JsonNode request = RequestTree.read(messagesBody);
        return new MessagesRequest(request, new Conversion(terms)).converted(messagesBody.length);
    }

    /**
     * An OpenAI client's request made fit for a chat upstream: the model's name replaced and the backend's rules applied. For
     * one that refuses members it does not know, only those it takes are left.
     *
     * @param body           the exact bytes to send, JSON in UTF-8
     * @param dropped        the names of what was left out on purpose, in order: never words of the client's
     * @param answersInLists whether the answer may come as lists of reasoning and text, which no OpenAI client reads
     */
    public record Rewrite(byte[] body, Set<String> dropped, boolean answersInLists) {

        private static final int MORE_BYTES = 512;

        /**
         * Rewrites a request; {@code chatBody} must not change meanwhile. Blocks only where an image is fetched.
         *
         * @throws MalformedBody if it is no chat request, or names an image the upstream must not be given: one at
         *         {@code http}, a private or loopback host, or any URL where the upstream takes none and none is fetched
         */
        public static Rewrite of(byte[] chatBody, UpstreamTerms terms) {
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
            return new Rewrite(RequestTree.write(sent, chatBody.length + MORE_BYTES), conversion.dropped(), lists);
        }
    }
}
