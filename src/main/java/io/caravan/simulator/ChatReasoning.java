/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.util.List;
import java.util.stream.Collectors;

/** How each dialect spells thinking, as members of a message or of a delta. */
final class ChatReasoning {

    private final Dialect dialect;

    ChatReasoning(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Whether thinking is items of the content here, instead of members beside it. */
    boolean isContent() {
        return dialect == Dialect.DATABRICKS_CHAT || dialect == Dialect.MISTRAL_CHAT;
    }

    /** The items of the content for these blocks, joined by commas. */
    String items(List<Answer.Block> blocks) {
        return blocks.stream().map(block -> block instanceof Answer.Thinking thinking
                        ? reasoningItem(thinking.text(), thinking.signature())
                        : redactedItem((Answer.Redacted) block))
                .collect(Collectors.joining(","));
    }

    /** The members that stand beside the content for these blocks. */
    String members(List<Answer.Block> blocks) {
        StringBuilder text = new StringBuilder();
        StringBuilder details = new StringBuilder();
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i) instanceof Answer.Thinking thinking) {
                text.append(thinking.text());
            }
            details.append(i == 0 ? "" : ",").append(detail(blocks.get(i), i));
        }
        return beside(text.toString(), details.toString());
    }

    /** The members of a delta with a piece of thinking, its signature, or both. */
    String delta(String text, String signature, int index) {
        return isContent()
                ? "\"content\":[" + reasoningItem(text, signature) + "]"
                : beside(text, detail(new Answer.Thinking(text, signature), index));
    }

    String delta(Answer.Redacted redacted, int index) {
        return isContent() ? "\"content\":[" + redactedItem(redacted) + "]" : beside("", detail(redacted, index));
    }

    private String beside(String text, String details) {
        if (dialect == Dialect.OLLAMA_CHAT) {
            return "\"reasoning\":" + Json.quote(text);
        }
        if (dialect.isPlainOpenAi()) {
            return "\"reasoning_content\":" + Json.quote(text);
        }
        return dialect == Dialect.OPENROUTER_CHAT
                ? "\"reasoning\":" + Json.quote(text) + ",\"reasoning_details\":[" + details + "]"
                : "\"reasoning_content\":" + Json.quote(text) + ",\"thinking_blocks\":[" + details + "]";
    }

    private String detail(Answer.Block block, int index) {
        boolean openRouter = dialect == Dialect.OPENROUTER_CHAT;
        String end = ",\"format\":\"anthropic-claude-v1\",\"index\":" + index + "}";
        if (block instanceof Answer.Thinking thinking) {
            String text = Json.quote(thinking.text()) + signatureMember(thinking.signature());
            return openRouter
                    ? "{\"type\":\"reasoning.text\",\"text\":" + text + end
                    : "{\"type\":\"thinking\",\"thinking\":" + text + "}";
        }
        String data = Json.quote(((Answer.Redacted) block).data());
        return openRouter
                ? "{\"type\":\"reasoning.encrypted\",\"data\":" + data + end
                : "{\"type\":\"redacted_thinking\",\"data\":" + data + "}";
    }

    private String reasoningItem(String text, String signature) {
        if (dialect == Dialect.MISTRAL_CHAT) {
            return "{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":" + Json.quote(text) + "}]}";
        }
        return "{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":" + Json.quote(text)
                + signatureMember(signature) + "}]}";
    }

    private static String redactedItem(Answer.Redacted redacted) {
        return "{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_encrypted_text\",\"data\":"
                + Json.quote(redacted.data()) + "}]}";
    }

    private static String signatureMember(String signature) {
        return signature == null ? "" : ",\"signature\":" + Json.quote(signature);
    }
}
