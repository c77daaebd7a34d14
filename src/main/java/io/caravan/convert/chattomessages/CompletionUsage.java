/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.Usage;
import io.caravan.format.json.Json;
import io.caravan.format.messages.MessageEvent;

/** The token counts of a Messages answer as a chat client reads them. */
final class CompletionUsage {

    private CompletionUsage() {
    }

    static ObjectNode of(MessageEvent event) {
        Usage usage = event.usage();
        long prompt = usage.input() + usage.cacheRead() + usage.cacheWrite();
        ObjectNode chat = Json.MAPPER.createObjectNode().put("prompt_tokens", prompt)
                .put("completion_tokens", usage.output()).put("total_tokens", prompt + usage.output());
        chat.putObject("prompt_tokens_details").put("cached_tokens", usage.cacheRead())
                .put("cache_write_tokens", usage.cacheWrite());
        chat.putObject("completion_tokens_details").put("reasoning_tokens", event.thinkingTokens());
        return chat;
    }
}
