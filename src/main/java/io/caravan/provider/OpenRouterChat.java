/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.format.chat.Parts;
import io.caravan.format.chat.ThinkingHistory;
import io.caravan.format.chat.ThinkingRequest;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** OpenRouter's {@code /chat/completions}: sessions, file parts, plugins, {@code reasoning} and {@code verbosity}. */
final class OpenRouterChat implements ChatDialect {

    @Override
    public String word() {
        return "chat";
    }

    @Override
    public boolean takesSession() {
        return true;
    }

    @Override
    public boolean takesRequestMark() {
        return true;
    }

    @Override
    public ObjectNode document(JsonNode url, String name) {
        ObjectNode part = JsonNodeFactory.instance.objectNode().put("type", "file");
        part.putObject("file").<ObjectNode>set("filename", TextNode.valueOf(name)).set("file_data", url);
        return part;
    }

    @Override
    public Optional<ObjectNode> webSearch(JsonNode tool, Consumer<String> dropped) {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        ObjectNode plugin = members.putArray("plugins").addObject().put("id", "web");
        copyList(tool.path("allowed_domains"), plugin, "include_domains");
        copyList(tool.path("blocked_domains"), plugin, "exclude_domains");
        return Optional.of(members);
    }

    private static void copyList(JsonNode domains, ObjectNode plugin, String name) {
        if (domains.isArray() && !domains.isEmpty()) {
            plugin.set(name, domains);
        }
    }

    @Override
    public void giveBack(JsonNode block, Parts content, ObjectNode beside) {
        ThinkingHistory.addDetail(block, beside.withArray("reasoning_details"));
    }

    @Override
    public void askForThinking(ThinkingRequest wish, ObjectNode body, Consumer<String> dropped) {
        ObjectNode reasoning = reasoning(wish);
        if (!reasoning.isEmpty()) {
            body.set("reasoning", reasoning);
        }
        boolean spoken = reasoning.path("effort").asText().equals(wish.effort());
        if (wish.effort() != null && !spoken) {
            body.put("verbosity", wish.effort());
        }
    }

    private static ObjectNode reasoning(ThinkingRequest wish) {
        ObjectNode reasoning = JsonNodeFactory.instance.objectNode();
        if (wish.namedBudget().isPresent()) {
            return reasoning.put("max_tokens", wish.namedBudget().getAsLong());
        }
        if (wish.ask() != null) {
            return asked(wish.effort(), reasoning);
        }
        if (wish.disabled()) {
            return reasoning.put("effort", "none");
        }
        if (thinksByEffortAlone(wish)) {
            reasoning.put("effort", wish.effort()).put("exclude", true);
        }
        return reasoning;
    }

    private static ObjectNode asked(@Nullable String effort, ObjectNode reasoning) {
        if (effort == null) {
            return reasoning.put("enabled", true);
        }
        return reasoning.put("effort", effort);
    }

    /** Whether the client names an effort and says nothing of thinking, to a model that may think by the effort. */
    private static boolean thinksByEffortAlone(ThinkingRequest wish) {
        if (wish.effort() == null || wish.asked()) {
            return false;
        }
        return !wish.refused() && wish.takes().takesAdaptive();
    }
}
