/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.convert.UpstreamTerms;
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
 */
public record ChatRequest(byte[] body, Set<String> dropped, Map<String, String> toolNames, boolean jsonTool,
        boolean thinkingAsked, boolean thinkingOmitted, List<String> stopSequences, Set<String> usedIds) {

    /** The tool that stands for structured output where {@link #jsonTool} says so. */
    public static final String JSON_TOOL = "json_output";

    /**
     * Converts a request; {@code messagesBody} must not change meanwhile. The tree it is read into is not kept. Blocks only
     * where an image is fetched.
     *
     * @throws io.caravan.format.json.MalformedBody on what is the client's fault (E35, E36), and on what would change the
     *         request's meaning if left out: {@code mcp_servers}, {@code container}, file sources, a server tool that
     *         the upstream has not
     */
    public static ChatRequest of(byte[] messagesBody, UpstreamTerms terms) {
        JsonNode request = RequestTree.read(messagesBody);
        return new MessagesRequest(request, new Conversion(terms)).converted(messagesBody.length);
    }
}
