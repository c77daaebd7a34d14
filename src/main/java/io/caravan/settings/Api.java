package io.caravan.settings;

/** The format an upstream speaks, and how it spells it. */
public enum Api {
    /** Anthropic Messages. */
    MESSAGES("Messages"),
    /** OpenAI chat as Databricks serves it, the model's endpoint in the path. */
    DATABRICKS_CHAT("Chat"),
    OPENROUTER_CHAT("Chat"),
    LITELLM_CHAT("Chat");

    private final String format;

    Api(String format) {
        this.format = format;
    }

    /** As the route template of backends spells it. */
    public String format() {
        return format;
    }
}
