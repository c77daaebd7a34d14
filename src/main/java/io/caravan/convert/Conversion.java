/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.ChatRule;
import io.caravan.format.chat.ThinkingHistory;
import io.caravan.format.chat.ToolNames;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.RawText;
import io.caravan.provider.ChatDialect;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the conversion of one request goes by, and what it notes on the way. */
public final class Conversion {

    private final ChatOptions options;
    private final ToolNames toolNames = new ToolNames();
    private final Set<String> dropped = new LinkedHashSet<>();

    public Conversion(ChatOptions options) {
        this.options = options;
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    public ChatOptions options() {
        return options;
    }

    public ToolNames toolNames() {
        return toolNames;
    }

    public Set<String> dropped() {
        return dropped;
    }

    /** How the upstream spells what it is sent. */
    public ChatDialect dialect() {
        return options.dialect();
    }

    public boolean has(ChatRule rule) {
        return options.rules().contains(rule);
    }

    public boolean keepsThinking() {
        return options.traits().claude() && has(ChatRule.THINKING_HISTORY);
    }

    /** Whether a block of thinking may go to the upstream: a signed one, to Claude. */
    public boolean goesBack(JsonNode thinking) {
        return keepsThinking() && ThinkingHistory.isSigned(thinking);
    }

    /** Notes that something was left out; {@code name} never comes from the client. */
    public void drop(String name) {
        dropped.add(name);
    }

    /** The cache marker of a block or tool as the upstream takes it, or null. */
    public @Nullable JsonNode mark(JsonNode marked) {
        JsonNode cache = marked.path("cache_control");
        if (!options.traits().claude() || !has(ChatRule.CACHE_CONTROL)
                || !cache.path("type").asText().equals("ephemeral")) {
            return null;
        }
        ObjectNode mark = object().put("type", "ephemeral");
        if (cache.path("ttl").isTextual()) {
            mark.set("ttl", cache.get("ttl"));
        }
        return mark;
    }

    /** A text the block must have. */
    public static String required(JsonNode block, String field, String path) {
        String text = RawText.text(block.get(field));
        if (text == null) {
            throw new MalformedBody(path + "." + field + (given(block.get(field)) ? ": Input should be a valid string"
                    : ": Field required"));
        }
        return text;
    }

    /** Whether a member is there and not null. */
    public static boolean given(@Nullable JsonNode value) {
        return value != null && !value.isNull() && !value.isMissingNode();
    }
}
