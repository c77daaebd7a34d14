/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.Parts;
import io.caravan.format.chat.ThinkingHistory;
import io.caravan.format.chat.ThinkingRequest;
import java.util.Optional;
import java.util.function.Consumer;

/** LiteLLM's {@code /chat/completions}: the Messages API's own words for thinking beside OpenAI's for the rest. */
final class LiteLlmChat implements ChatDialect {

    @Override
    public String word() {
        return "chat";
    }

    @Override
    public Optional<ObjectNode> webSearch(JsonNode tool, Consumer<String> dropped) {
        if (tool.path("allowed_domains").size() + tool.path("blocked_domains").size() > 0) {
            dropped.accept("tools.allowed_domains");
        }
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        members.putObject("web_search_options");
        return Optional.of(members);
    }

    @Override
    public boolean refusesCallsWithoutTools() {
        return true;
    }

    @Override
    public void giveBack(JsonNode block, Parts content, ObjectNode beside) {
        beside.withArray("thinking_blocks").add(ThinkingHistory.thinkingBlock(block));
    }

    @Override
    public void askForThinking(ThinkingRequest wish, ObjectNode body, Consumer<String> dropped) {
        if (wish.ask() != null) {
            ObjectNode thinking = wish.ask().json();
            if (wish.display() != null) {
                thinking.put("display", wish.display());
            }
            body.set("thinking", thinking);
        } else if (wish.disabled()) {
            body.putObject("thinking").put("type", "disabled");
        }
        if (wish.effort() != null && !wish.effortIsBudget()) {
            dropped.accept("output_config.effort");
        }
    }
}
