/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.RawText;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thinking of earlier turns in the forms in which upstreams take it back (cases M29-M32). Signatures are not touched. */
public final class ThinkingHistory {

    private static final String FORMAT = "anthropic-claude-v1";

    /** The member beside which LiteLLM has what its own members do not hold. */
    public static final String BESIDE = "provider_specific_fields";
    /** The members of a message that are thinking as one text, the one that counts first. */
    public static final List<String> TEXTS = List.of("reasoning_content", "reasoning");
    /** The members of a message that are a list of thoughts, the one that counts first. */
    public static final List<String> LISTS = List.of("thinking_blocks", "reasoning_details");

    private ThinkingHistory() {
    }

    /**
     * The model that thinks. What is not in Claude's own words goes back to that model alone, in the form it came in, and
     * is bound to it while a client has it: the signature of a block of thinking, or the data of a redacted one.
     *
     * @param name   the model, as its upstream calls it, and how that is spoken to; empty if nothing is bound
     * @param claude whether it is a Claude model
     */
    public record Thinker(String name, boolean claude) {

        /** Whoever it is, nothing is bound to it. */
        public static final Thinker ANYONE = new Thinker("", true);

        /** Whether thinking is bound that says no more of itself than this model's. */
        public boolean binds() {
            return !claude && !name.isEmpty();
        }

        /** Whether {@code item} of a list of thoughts is bound. */
        public boolean binds(JsonNode item) {
            String format = item.path("format").asText("");
            if (format.isEmpty() || format.equals("unknown")) {
                return binds();
            }
            return !format.startsWith("anthropic") && !name.isEmpty();
        }

        /** Members of an assistant message as the text that a block of thinking bears. */
        public String bound(ObjectNode members) {
            return BoundThinking.write(name, members);
        }

        /** The members that {@code block} bears, if they are this model's. */
        public Optional<ObjectNode> members(JsonNode block) {
            String text = isBound(block) ? RawText.text(proof(block)) : null;
            return Optional.ofNullable(text).flatMap(bound -> BoundThinking.read(bound, name));
        }
    }

    /** Whether a block bears Claude's proof, without which no upstream of Claude takes it back. */
    public static boolean isSigned(JsonNode block) {
        String value = RawText.text(proof(block));
        return value != null && !value.isEmpty() && !BoundThinking.is(proof(block));
    }

    /** Whether a block bears thinking that is bound to a model: no upstream may see it as it is. */
    public static boolean isBound(JsonNode block) {
        return BoundThinking.is(proof(block));
    }

    private static @Nullable JsonNode proof(JsonNode block) {
        if (block.path("type").asText().equals("redacted_thinking")) {
            return block.get("data");
        }
        return block.get("signature");
    }

    /** {@code request}, of the Messages format, without the blocks that are bound to a model of a chat upstream. */
    public static ModelRequest withoutBound(ModelRequest request) {
        return BoundBlocks.cutFrom(request);
    }

    /** A part of the content's list, with a summary. */
    public static ObjectNode reasoningPart(JsonNode block) {
        ObjectNode item = JsonNodeFactory.instance.objectNode().put("type", "reasoning");
        ObjectNode summary = item.putArray("summary").addObject();
        if (block.has("data")) {
            summary.put("type", "summary_encrypted_text").set("data", block.get("data"));
        } else {
            summary.put("type", "summary_text").put("text", thought(block)).set("signature", block.get("signature"));
        }
        return item;
    }

    /** Adds an item of {@code reasoning_details} to {@code details}. */
    public static void addDetail(JsonNode block, ArrayNode details) {
        int index = details.size();
        ObjectNode detail = details.addObject();
        if (block.has("data")) {
            detail.put("type", "reasoning.encrypted").set("data", block.get("data"));
        } else {
            detail.put("type", "reasoning.text").put("text", thought(block)).set("signature", block.get("signature"));
        }
        detail.put("format", FORMAT).put("index", index);
    }

    /** An item of {@code thinking_blocks}: the block itself. */
    public static ObjectNode thinkingBlock(JsonNode block) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        if (block.has("data")) {
            copy.put("type", "redacted_thinking").set("data", block.get("data"));
        } else {
            copy.put("type", "thinking").put("thinking", thought(block)).set("signature", block.get("signature"));
        }
        return copy;
    }

    private static String thought(JsonNode block) {
        return block.path("thinking").asText();
    }
}
