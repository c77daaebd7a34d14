/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.messagestochat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of thinking, however a dialect spells it.
 *
 * @param index     the block it belongs to, or -1 if the dialect does not count them
 * @param text      its text, maybe empty
 * @param signature the signature that ends its block, or null
 * @param redacted  the data of a whole redacted block, or null
 */
record ReasoningPiece(int index, String text, @Nullable String signature, @Nullable String redacted) {

    /** Adds what {@code item} of a content list, {@code reasoning_details} or {@code thinking_blocks} holds. */
    static void read(JsonNode item, List<ReasoningPiece> pieces) {
        switch (item.path("type").asText()) {
            case "reasoning" -> item.path("summary").forEach(part -> read(part, pieces));
            case "summary_text", "reasoning.text" -> add(pieces, item, "text");
            case "reasoning.summary" -> add(pieces, item, "summary");
            case "thinking" -> thinking(item, pieces);
            case "summary_encrypted_text", "reasoning.encrypted", "redacted_thinking" -> {
                String data = item.path("data").asText("");
                if (!data.isEmpty()) {
                    pieces.add(new ReasoningPiece(-1, "", null, data));
                }
            }
            default -> { }
        }
    }

    /** Anthropic's is a text; Mistral's a list of parts of text. */
    private static void thinking(JsonNode item, List<ReasoningPiece> pieces) {
        if (item.path("thinking").isArray()) {
            item.path("thinking").forEach(part -> add(pieces, part, "text"));
        } else {
            add(pieces, item, "thinking");
        }
    }

    private static void add(List<ReasoningPiece> pieces, JsonNode item, String member) {
        String text = ToolPiece.words(item.path(member));
        String signature = ToolPiece.said(item.path("signature"));
        if (!text.isEmpty() || signature != null) {
            pieces.add(new ReasoningPiece(item.path("index").asInt(-1), text, signature, null));
        }
    }

    /** Adds to {@code pieces} the text that also came plainly, if they hold none themselves. */
    static void addPlain(List<ReasoningPiece> pieces, String text) {
        boolean untold = pieces.stream().allMatch(piece -> piece.text.isEmpty());
        if (untold && !text.isEmpty()) {
            pieces.add(0, new ReasoningPiece(-1, text, null, null));
        }
    }

    /** Whether it bears what the model needs back. */
    boolean isProven() {
        return signature != null || redacted != null;
    }

    /** Whether it says nothing but the signature that came last. */
    boolean repeats(@Nullable String lastSignature) {
        return text.isEmpty() && signature != null && signature.equals(lastSignature);
    }
}
