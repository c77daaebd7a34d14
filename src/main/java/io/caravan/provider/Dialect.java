package io.caravan.provider;

import io.caravan.format.WireFormat;
import io.caravan.format.chat.ChatDialect;

/** How an upstream spells the wire format it speaks. */
public enum Dialect {
    MESSAGES("messages", WireFormat.MESSAGES, null),
    DATABRICKS_NATIVE("native", WireFormat.MESSAGES, null),
    DATABRICKS_CHAT("invocations", WireFormat.CHAT, ChatDialect.DATABRICKS),
    OPENROUTER_CHAT("chat", WireFormat.CHAT, ChatDialect.OPENROUTER),
    LITELLM_CHAT("chat", WireFormat.CHAT, ChatDialect.LITELLM);

    private final String word;
    private final WireFormat format;
    private final ChatDialect chat;

    Dialect(String word, WireFormat format, ChatDialect chat) {
        this.word = word;
        this.format = format;
        this.chat = chat;
    }

    /** The word by which settings and pages call it. */
    public String word() {
        return word;
    }

    /** The format it is a dialect of. */
    public WireFormat format() {
        return format;
    }

    /** How the chat format is spelt. */
    public ChatDialect chat() {
        return chat;
    }
}
