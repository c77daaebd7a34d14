/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.format.WireFormat;
import io.caravan.provider.UpstreamSettings.Safeguards;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import java.util.List;

/** OpenRouter, by its Messages endpoint or its chat completions (ledger 5.6). */
final class OpenRouter implements Provider {

    static final Backend BACKEND = new Backend("openrouter", "OPENROUTER", "OpenRouter");
    static final Setting KEY = Setting.secret("OPENROUTER_API_KEY", "OpenRouter's key");

    private static final Setting BASE = Setting.of("OPENROUTER_API_BASE", "https://openrouter.ai/api/v1",
            "OpenRouter's URL up to /messages");
    private static final Setting API = Setting.of("OPENROUTER_API", "messages",
            "messages or chat: which of OpenRouter's formats is spoken");
    private static final Setting REFERER = Setting.of("OPENROUTER_REFERER", "http://localhost",
            "the HTTP-Referer header sent to OpenRouter");
    private static final Setting TITLE = Setting.of("OPENROUTER_TITLE", "caravan", "the X-Title header sent to OpenRouter");
    private static final Setting STRIP = Setting.of("OPENROUTER_STRIP", "safeguards", "what is never sent to OpenRouter");
    private static final Setting SAFEGUARDS = Setting.of("OPENROUTER_SAFEGUARDS", "answer",
            "as DATABRICKS_SAFEGUARDS, for OpenRouter");
    private static final Setting RULES = Setting.of("OPENROUTER_RULES",
            "the rules of transformation for OpenRouter's chat format");

    @Override
    public List<Backend> backends() {
        return List.of(BACKEND);
    }

    @Override
    public List<Setting> settings() {
        return List.of(KEY, BASE, API, REFERER, TITLE, STRIP, SAFEGUARDS, RULES);
    }

    @Override
    public BackendSettings read(Backend backend, UpstreamReader reader) {
        SettingSources sources = reader.sources();
        Dialect dialect = reader.dialect(API, List.of(Dialect.messages("messages"), new OpenRouterChat()));
        boolean chat = dialect.format() == WireFormat.CHAT;
        Safeguards safeguards = reader.safeguards(SAFEGUARDS);
        return reader.alone(reader.upstream(backend, dialect)
                .urls(reader.url(BASE, "", chat ? "/chat/completions" : "/messages"), reader.url(BASE, "", "/models"))
                .auth(reader.bearer(KEY))
                .strip(reader.strip(STRIP, safeguards))
                .safeguards(safeguards)
                .rules(reader.rules(RULES))
                .learns(chat)
                .header("HTTP-Referer", sources.get(REFERER).toHeader())
                .header("X-Title", sources.get(TITLE).toHeader())
                .missing(sources.missing(KEY))
                .build());
    }
}
