/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.Usage;
import io.caravan.format.json.Json;

/** Token counts as a message carries them. */
final class UsageSchema {

    private UsageSchema() {
    }

    /** {@code usage} of a message or a {@code message_start}: every member, as clients insist on some of them. */
    static ObjectNode whole(Usage usage, long thinking) {
        ObjectNode node = delta(usage, thinking);
        node.putObject("cache_creation")
                .put("ephemeral_5m_input_tokens", usage.cacheWrite())
                .put("ephemeral_1h_input_tokens", 0);
        node.putObject("server_tool_use").put("web_search_requests", 0).put("web_fetch_requests", 0);
        return node.put("service_tier", "standard").putNull("inference_geo");
    }

    /** {@code usage} of a {@code message_delta}. */
    static ObjectNode delta(Usage usage, long thinking) {
        ObjectNode node = Json.MAPPER.createObjectNode()
                .put("input_tokens", usage.input())
                .put("output_tokens", usage.output())
                .put("cache_creation_input_tokens", usage.cacheWrite())
                .put("cache_read_input_tokens", usage.cacheRead());
        node.putObject("output_tokens_details").put("thinking_tokens", thinking);
        return node;
    }
}
