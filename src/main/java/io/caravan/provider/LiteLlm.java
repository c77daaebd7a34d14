/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.provider.UpstreamSettings.Safeguards;
import io.caravan.settings.value.Setting;
import java.util.List;

/** The proxy of LiteLLM, by its Messages endpoint, or by its chat completions as a way to OpenRouter (ledger 5.7). */
final class LiteLlm implements Provider {

    static final Backend MESSAGES = new Backend("litellm", "LITELLM_MESSAGES", "LiteLLM");
    static final Backend CHAT = new Backend("litellm-openrouter", "LITELLM_OPENROUTER", "LiteLLM for OpenRouter");

    private static final Setting BASE = Setting.of("LITELLM_BASE_URL", "http://localhost:4001", "the LiteLLM proxy");
    private static final Setting KEY = Setting.secret("LITELLM_API_KEY", "the LiteLLM proxy's key, if it asks for one");
    private static final Setting TIMEOUT = Setting.of("LITELLM_TIMEOUT", "120s", "as DATABRICKS_TIMEOUT, for LiteLLM");
    private static final Setting STRIP = Setting.of("LITELLM_STRIP", "safeguards", "what is never sent to LiteLLM");
    private static final Setting SAFEGUARDS = Setting.of("LITELLM_SAFEGUARDS", "answer",
            "as DATABRICKS_SAFEGUARDS, for LiteLLM");
    private static final Setting RULES = Setting.of("LITELLM_RULES",
            "the rules of transformation for LiteLLM's chat format");

    @Override
    public List<Backend> backends() {
        return List.of(MESSAGES, CHAT);
    }

    @Override
    public List<Setting> settings() {
        return List.of(BASE, KEY, TIMEOUT, STRIP, SAFEGUARDS, RULES);
    }

    @Override
    public BackendSettings read(Backend backend, UpstreamReader reader) {
        if (backend.equals(CHAT)) {
            return reader.alone(chat(reader));
        }
        return reader.alone(messages(reader));
    }

    private static UpstreamSettings messages(UpstreamReader reader) {
        return usual(MESSAGES, Dialect.messages("messages"), reader)
                .urls(reader.url(BASE, "/v1", "/v1/messages"),
                        reader.url(BASE, "/v1", "/v1/messages/count_tokens"),
                        reader.url(BASE, "/v1", "/v1/models"))
                .build();
    }

    private static UpstreamSettings chat(UpstreamReader reader) {
        return usual(CHAT, new LiteLlmChat(), reader)
                .urls(reader.url(BASE, "", "/chat/completions"), reader.url(BASE, "/v1", "/v1/models"))
                .rules(reader.rules(RULES))
                .learns(true)
                .build();
    }

    private static UpstreamReader.Builder usual(Backend backend, Dialect dialect, UpstreamReader reader) {
        Safeguards safeguards = reader.safeguards(SAFEGUARDS);
        return reader.upstream(backend, dialect)
                .auth(reader.bearer(KEY))
                .headTimeout(reader, TIMEOUT)
                .strip(reader.strip(STRIP, safeguards))
                .safeguards(safeguards);
    }
}
