/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which backend serves: {@code PROXY_BACKEND}'s, else that of {@code config.yaml}'s workspaces, else the legacy flags', else
 * OpenRouter where it has a key, else the first of {@code config.yaml}'s backends, else OpenRouter.
 */
final class BackendChoice {

    /** Chooses the backend. */
    static final Setting PROXY_BACKEND = Setting.of("PROXY_BACKEND",
            "the backend that serves, by the name it has in docs/backends.md");

    private static final Setting TO_DATABRICKS = Setting.of("DATABRICKS_ENABLED",
            "deprecated: true means PROXY_BACKEND=AZURE_DATABRICKS");
    private static final Setting PAST_LITELLM = Setting.of("BYPASS_LITELLM_ENABLED",
            "deprecated: true means PROXY_BACKEND=OPENROUTER, false LITELLM_OPENROUTER");

    /** The settings older than {@code PROXY_BACKEND}, in the order in which they are listed. */
    static final List<Setting> LEGACY = List.of(TO_DATABRICKS, PAST_LITELLM);

    /** What a proxy whose users move over calls Anthropic itself. */
    private static final String ANTHROPIC_ELSEWHERE = "ANTHROPIC_DIRECT";

    private BackendChoice() {
    }

    /**
     * Decides.
     *
     * @param backends all there are
     * @param own      those of them that {@code config.yaml} lists
     * @param warnings takes what should be said at start
     * @throws io.caravan.settings.value.SettingsException if a value is unknown
     */
    static Backend read(SettingSources sources, List<Backend> backends, List<Backend> own, boolean listsWorkspaces,
            Consumer<String> warnings) {
        Optional<SettingValue> asked = sources.find(PROXY_BACKEND);
        if (asked.isPresent()) {
            return named(asked.get(), backends, warnings);
        }
        if (listsWorkspaces) {
            return Databricks.BACKEND;
        }
        boolean open = !own.isEmpty() && sources.missing(TO_DATABRICKS, PAST_LITELLM, OpenRouter.KEY).size() == 3;
        return open ? own.get(0) : byLegacyFlags(sources, warnings);
    }

    private static Backend named(SettingValue asked, List<Backend> backends, Consumer<String> warnings) {
        String today = today(asked.text());
        if (!today.equals(asked.text())) {
            warnings.accept(asked.place() + " is understood as " + today + ": set PROXY_BACKEND=" + today + " instead");
        }
        Optional<Backend> named = Backends.named(today, backends);
        if (named.isEmpty()) {
            SettingValue meant = new SettingValue(asked.setting(), today, asked.source());
            meant.toOneOf(backends.stream().map(Backend::setting).toArray(String[]::new));
        }
        return named.orElseThrow();
    }

    /** What a backend's name of another gateway is here; any other name as it is. */
    static String today(String name) {
        if (name.equalsIgnoreCase(ANTHROPIC_ELSEWHERE)) {
            return Anthropic.BACKEND.setting();
        }
        return name;
    }

    private static Backend byLegacyFlags(SettingSources sources, Consumer<String> warnings) {
        Optional<SettingValue> databricks = sources.find(TO_DATABRICKS);
        Optional<SettingValue> bypass = sources.find(PAST_LITELLM);
        boolean toDatabricks = databricks.map(SettingValue::toBoolean).orElse(false);
        Backend other = bypass.map(SettingValue::toBoolean).orElse(true) ? OpenRouter.BACKEND : LiteLlm.CHAT;
        if (toDatabricks) {
            databricks.ifPresent(flag -> warnings.accept(instead(flag, Databricks.BACKEND)));
            bypass.ifPresent(flag -> warnings.accept(useless(flag)));
            return Databricks.BACKEND;
        }
        databricks.ifPresent(flag -> warnings.accept(useless(flag)));
        bypass.ifPresent(flag -> warnings.accept(instead(flag, other)));
        return other;
    }

    private static String instead(SettingValue flag, Backend backend) {
        return flag.place() + " is deprecated: set PROXY_BACKEND=" + backend.setting() + " instead";
    }

    private static String useless(SettingValue flag) {
        return flag.place() + " is deprecated and decides nothing: remove it";
    }
}
