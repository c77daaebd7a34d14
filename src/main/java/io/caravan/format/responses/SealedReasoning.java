/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;

/** What stands in the {@code encrypted_content} of a reasoning item: a signature, or thinking that nobody may read. */
final class SealedReasoning {

    private SealedReasoning() {
    }

    /** The block of the Messages format that an item brings back; empty if its seal is none of ours. */
    static ObjectNode opened(JsonNode item) {
        String sealed = item.path("encrypted_content").asText();
        ObjectNode block = Json.MAPPER.createObjectNode();
        if (sealed.startsWith(ResponsesRequest.SIGNATURE)) {
            block.put("type", "thinking").put("thinking", summary(item.path("summary")))
                    .put("signature", sealed.substring(ResponsesRequest.SIGNATURE.length()));
        } else if (sealed.startsWith(ResponsesRequest.REDACTED)) {
            block.put("type", "redacted_thinking").put("data", sealed.substring(ResponsesRequest.REDACTED.length()));
        }
        return block;
    }

    private static String summary(JsonNode parts) {
        StringBuilder text = new StringBuilder();
        for (JsonNode part : parts) {
            text.append(part.path("text").asText());
        }
        return text.toString();
    }
}
