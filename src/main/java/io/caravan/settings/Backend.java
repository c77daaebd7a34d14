package io.caravan.settings;

import java.util.Arrays;
import java.util.List;

/** The upstreams that can be served, in the order in which they are listed everywhere. */
public enum Backend {
    DATABRICKS("databricks", "AZURE_DATABRICKS"),
    OPENROUTER("openrouter", "OPENROUTER"),
    LITELLM("litellm", "LITELLM_MESSAGES"),
    LITELLM_OPENROUTER("litellm-openrouter", "LITELLM_OPENROUTER"),
    ANTHROPIC("anthropic", "ANTHROPIC");

    private final String id;
    private final String setting;

    Backend(String id, String setting) {
        this.id = id;
        this.setting = setting;
    }

    /** The name used by routes, {@code models.yaml} and metrics. */
    public String id() {
        return id;
    }

    /** The value of {@code PROXY_BACKEND} that chooses it. */
    public String setting() {
        return setting;
    }

    /** The ids of all backends. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(Backend::id).toList();
    }
}
