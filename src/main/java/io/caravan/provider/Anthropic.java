/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Setting;
import java.util.List;

/** Anthropic itself: with a key of the gateway's, or with the client's own credential (ledger 5.14). */
final class Anthropic implements Provider {

    static final Backend BACKEND = new Backend("anthropic", "ANTHROPIC", "Anthropic");

    private static final Setting URL =
            Setting.of("ANTHROPIC_UPSTREAM_URL", "https://api.anthropic.com", "Anthropic's URL");
    private static final Setting KEY = Setting.secret("ANTHROPIC_UPSTREAM_KEY",
            "Anthropic's key; without it the client's own credential is passed on");
    private static final Setting SAFEGUARDS = Setting.of("ANTHROPIC_SAFEGUARDS", "pass",
            "as DATABRICKS_SAFEGUARDS, for Anthropic, which answers");
    private static final Setting STRIP = Setting.of("ANTHROPIC_STRIP", "what is never sent to Anthropic");

    @Override
    public List<Backend> backends() {
        return List.of(BACKEND);
    }

    @Override
    public List<Setting> settings() {
        return List.of(URL, KEY, STRIP, SAFEGUARDS);
    }

    @Override
    public BackendSettings read(Backend backend, UpstreamReader reader) {
        Auth auth = reader.sources().find(KEY).<Auth>map(key -> new Auth.ApiKey(key.toSecret()))
                .orElse(new Auth.PassThrough(KEY.name()));
        return reader.alone(reader.upstream(backend, Dialect.messages("messages"))
                .urls(reader.url(URL, "/v1", "/v1/messages"),
                        reader.url(URL, "/v1", "/v1/messages/count_tokens"),
                        reader.url(URL, "/v1", "/v1/models"))
                .auth(auth)
                .strip(reader.strip(STRIP))
                .safeguards(reader.safeguards(SAFEGUARDS))
                .longContext()
                .build());
    }
}
