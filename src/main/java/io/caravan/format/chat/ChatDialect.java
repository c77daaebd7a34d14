package io.caravan.format.chat;

/** How an upstream spells what OpenAI's own chat format has no word for (protocol 3.2). */
public enum ChatDialect {
    /** Databricks {@code /serving-endpoints/{endpoint}/invocations}. */
    DATABRICKS,
    OPENROUTER,
    LITELLM
}
