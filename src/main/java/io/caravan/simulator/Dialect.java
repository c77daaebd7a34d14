/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.util.Locale;

/** What an upstream speaks, recognised by its path. */
enum Dialect {
    /** Anthropic Messages as Databricks serves them. */
    DATABRICKS_NATIVE,
    /** The same behind Databricks' own gateway. */
    DATABRICKS_GATEWAY,
    /** OpenAI chat as Databricks serves it, the endpoint in the path or as {@code model}. */
    DATABRICKS_CHAT,
    OPENROUTER_MESSAGES,
    OPENROUTER_CHAT,
    /** Anthropic Messages as Anthropic and LiteLLM serve them: their requests cannot be told apart. */
    MESSAGES,
    LITELLM_CHAT,
    /** OpenAI chat as vLLM serves it. */
    VLLM_CHAT,
    OLLAMA_CHAT,
    /** As Azure OpenAI serves it, the deployment in the path and the API's version in the query. */
    AZURE_CHAT,
    MISTRAL_CHAT,
    DEEPSEEK_CHAT;

    private static final String DEPLOYMENTS = "/openai/deployments/";
    private static final String COMPLETIONS = "/chat/completions";

    private static final String GATEWAY = "/ai-gateway/anthropic/";
    private static final String ENDPOINT_PREFIX = "/serving-endpoints/";
    private static final String ENDPOINT_SUFFIX = "/invocations";

    /** The dialect a request target belongs to, even where nothing is served there; null if to none. */
    static Dialect of(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        if (path.startsWith("/serving-endpoints/anthropic/")) {
            return DATABRICKS_NATIVE;
        }
        if (path.startsWith(GATEWAY)) {
            return DATABRICKS_GATEWAY;
        }
        if (path.startsWith("/serving-endpoints/") || path.startsWith("/api/2.0/")) {
            return DATABRICKS_CHAT;
        }
        if (path.startsWith("/api/v1/")) {
            return path.startsWith("/api/v1/messages") ? OPENROUTER_MESSAGES : OPENROUTER_CHAT;
        }
        Dialect server = server(path);
        if (server != null) {
            return server;
        }
        if (path.equals("/chat/completions") || path.equals("/v1/chat/completions")) {
            return LITELLM_CHAT;
        }
        return path.startsWith("/v1/") ? MESSAGES : null;
    }

    /** The dialect that is served at a path, or else the one that has such an end wherever it is. */
    static Dialect nearest(String path) {
        Dialect known = of(path);
        if (known != null && known.serves(path)) {
            return known;
        }
        return path.endsWith("/messages") ? MESSAGES : LITELLM_CHAT;
    }

    private static Dialect server(String path) {
        for (Dialect server : new Dialect[] {VLLM_CHAT, OLLAMA_CHAT, MISTRAL_CHAT, DEEPSEEK_CHAT}) {
            if (path.startsWith(server.home())) {
                return server;
            }
        }
        return path.startsWith("/openai/") ? AZURE_CHAT : null;
    }

    private boolean servesAsServer(String path) {
        if (this == AZURE_CHAT) {
            return endpoint(path) != null;
        }
        return path.equals(home() + (this == DEEPSEEK_CHAT ? "" : "v1/") + "chat/completions");
    }

    /** Whether an inference request is served at this path of the dialect. */
    boolean serves(String path) {
        return switch (this) {
            case DATABRICKS_NATIVE -> path.equals("/serving-endpoints/anthropic/v1/messages");
            case DATABRICKS_GATEWAY -> path.equals(GATEWAY + "v1/messages");
            case DATABRICKS_CHAT -> path.equals("/serving-endpoints/chat/completions") || endpoint(path) != null;
            case OPENROUTER_MESSAGES -> path.equals("/api/v1/messages");
            case OPENROUTER_CHAT -> path.equals("/api/v1/chat/completions");
            case MESSAGES -> path.equals("/v1/messages");
            case LITELLM_CHAT -> true;
            default -> servesAsServer(path);
        };
    }

    /** Where one of the servers of OpenAI's format is, so that one simulator can play them all: {@code /vllm/}. */
    private String home() {
        return "/" + id().replace("-chat", "") + "/";
    }

    /** Whether it is a server of OpenAI's format that nobody here was made for. */
    boolean isPlainOpenAi() {
        return ordinal() >= VLLM_CHAT.ordinal();
    }

    /** The endpoint that a path of Databricks names, or the deployment that one of Azure OpenAI does, undecoded, or null. */
    static String endpoint(String path) {
        if (path.startsWith(ENDPOINT_PREFIX)
                && path.endsWith(ENDPOINT_SUFFIX)
                && path.length() > ENDPOINT_PREFIX.length() + ENDPOINT_SUFFIX.length()) {
            return path.substring(ENDPOINT_PREFIX.length(), path.length() - ENDPOINT_SUFFIX.length());
        }
        if (path.startsWith(DEPLOYMENTS) && path.endsWith(COMPLETIONS)
                && path.length() > DEPLOYMENTS.length() + COMPLETIONS.length()) {
            return path.substring(DEPLOYMENTS.length(), path.length() - COMPLETIONS.length());
        }
        return null;
    }

    boolean speaksMessages() {
        return switch (this) {
            case DATABRICKS_NATIVE, DATABRICKS_GATEWAY, OPENROUTER_MESSAGES, MESSAGES -> true;
            default -> false;
        };
    }

    boolean isDatabricks() {
        return this == DATABRICKS_NATIVE || this == DATABRICKS_GATEWAY || this == DATABRICKS_CHAT;
    }

    /** Whether a token may come as Basic too; Databricks' own gateway is documented with Bearer alone. */
    boolean takesBasic() {
        return this == DATABRICKS_NATIVE || this == DATABRICKS_CHAT;
    }

    boolean isOpenRouter() {
        return this == OPENROUTER_MESSAGES || this == OPENROUTER_CHAT;
    }

    /** The name used in {@link RecordedRequest#dialect()}. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
