/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.ThinkingHistory;
import io.caravan.provider.ChatDialect.Rule;
import java.util.Iterator;
import java.util.List;

/** The thinking that an OpenAI client sends back: Claude's goes to Claude alone, and that of others never to Claude. */
final class ClientThinking {

    private static final String DETAILS = "reasoning_details";
    private static final String BLOCKS = "thinking_blocks";
    private static final List<String> MEMBERS = List.of(DETAILS, "reasoning_content", BLOCKS);
    private static final List<String> TEXTS = List.of("reasoning_content", "reasoning");

    private final ObjectNode message;
    private final Conversion conversion;

    private ClientThinking(ObjectNode message, Conversion conversion) {
        this.message = message;
        this.conversion = conversion;
    }

    /** Leaves in {@code message} what the model that is asked may have. */
    static void fit(ObjectNode message, Conversion conversion) {
        ClientThinking thinking = new ClientThinking(message, conversion);
        if (!conversion.has(Rule.THINKING_HISTORY)) {
            thinking.remove(MEMBERS);
        } else if (conversion.isClaude()) {
            thinking.removeOthers();
        } else if (thinking.isClaudes()) {
            thinking.remove(MEMBERS);
            thinking.remove(TEXTS);
        }
    }

    private void remove(List<String> members) {
        for (String member : members) {
            if (message.remove(member) != null) {
                conversion.drop(member);
            }
        }
    }

    private void removeOthers() {
        if (!(message.path(DETAILS) instanceof ArrayNode details)) {
            return;
        }
        int given = details.size();
        for (Iterator<JsonNode> items = details.iterator(); items.hasNext();) {
            if (conversion.thinker().binds(items.next())) {
                items.remove();
            }
        }
        if (details.size() < given) {
            conversion.drop(DETAILS);
        }
        if (given > 0 && details.isEmpty()) {
            message.remove(DETAILS);
            remove(TEXTS);
        }
    }

    /** Whether any of it is signed by Claude, or says that it is Claude's. */
    private boolean isClaudes() {
        for (JsonNode detail : message.path(DETAILS)) {
            if (detail.path("format").asText().startsWith("anthropic")) {
                return true;
            }
        }
        for (JsonNode block : message.path(BLOCKS)) {
            if (ThinkingHistory.isSigned(block)) {
                return true;
            }
        }
        return false;
    }
}
