/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a provider reads its upstreams with: the sources of settings, and the readers of what the settings of several
 * providers have in common. Each throws a {@link io.caravan.settings.value.SettingsException} where a value cannot be
 * used. One thread, at start.
 */
public final class UpstreamReader {

    private static final String BETA = "[A-Za-z0-9][A-Za-z0-9._-]*\\*?";
    private static final String FIELD = "\\w+(\\.\\w+)?";
    private static final Pattern STRIP_ENTRY = Pattern.compile(FIELD + "|beta:" + BETA);

    private final SettingSources sources;
    private final WorkspaceFile file;

    UpstreamReader(SettingSources sources, WorkspaceFile file) {
        this.sources = sources;
        this.file = file;
    }

    /** Where values come from. */
    public SettingSources sources() {
        return sources;
    }

    /** What {@code config.yaml} says. */
    WorkspaceFile file() {
        return file;
    }

    /** An upstream to be described; it is called as its backend and waits as long as most, unless told otherwise. */
    public UpstreamBuilder upstream(Backend backend, Dialect dialect) {
        return new UpstreamBuilder(backend, dialect, timeout(SharedSettings.UPSTREAM_TIMEOUT),
                SharedSettings.answerTimeout(sources));
    }

    /** How requests are spread over equal upstreams of these names where nothing says otherwise. */
    public BalanceSettings balance(Set<String> names) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        names.forEach(name -> weights.put(name, 1));
        return new BalanceSettings(BalanceSettings.Strategy.LEAST_REQUESTS, SharedSettings.breakerThreshold(sources),
                SharedSettings.breakerTimeout(sources), weights);
    }

    /** A backend that has this upstream alone. */
    public BackendSettings alone(UpstreamSettings upstream) {
        return BackendSettings.of(upstream, balance(Set.of(upstream.id())));
    }

    /** The one of {@code dialects} that a setting, which has a default, names by its word. */
    public Dialect dialect(Setting setting, List<Dialect> dialects) {
        String word = sources.get(setting).toOneOf(dialects.stream().map(Dialect::word).toArray(String[]::new));
        return dialects.stream().filter(dialect -> dialect.word().equals(word)).findFirst().orElseThrow();
    }

    /** A key sent as Bearer, or no credential where it is not set. */
    public Auth bearer(Setting key) {
        return sources.find(key).<Auth>map(value -> new Auth.Bearer(value.toSecret())).orElse(new Auth.None());
    }

    /** A duration above zero, of a setting that has a default. */
    public Duration timeout(Setting setting) {
        return sources.get(setting).toDuration();
    }

    /** The rules of transformation a setting names; null where it is not set. */
    public List<String> rules(Setting setting) {
        return sources.find(setting).map(SettingValue::toList).orElse(null);
    }

    /** What a setting says an upstream is never sent. */
    public List<String> strip(Setting setting) {
        Optional<SettingValue> value = sources.find(setting);
        List<String> entries = value.map(SettingValue::toList).orElse(List.of());
        if (!entries.stream().allMatch(entry -> STRIP_ENTRY.matcher(entry).matches())) {
            throw value.orElseThrow().invalid("an entry is key, parent.key, beta:NAME or beta:prefix-*; none for no entry");
        }
        return entries;
    }
}
