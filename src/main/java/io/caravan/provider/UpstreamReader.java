/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.provider.UpstreamSettings.Safeguards;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a provider reads its upstreams with: the sources of settings, and the settings that upstreams of several providers
 * share or have alike. Each method throws a {@link io.caravan.settings.value.SettingsException} where a value cannot be
 * used. One thread, at start.
 */
public final class UpstreamReader {

    /** How often a request is repeated: for every backend, though its name says one, for it is older than the others. */
    public static final Setting MAX_RETRIES = Setting.of("DATABRICKS_MAX_RETRIES", "3",
            "how often a request is repeated on the same upstream, whichever it is");
    /** The longest wait for a response head, where a provider has no setting of its own for it. */
    public static final Setting UPSTREAM_TIMEOUT = Setting.of("UPSTREAM_TIMEOUT", "120s",
            "as DATABRICKS_TIMEOUT, for the backends that have none of their own");
    /** When a breaker opens. */
    public static final Setting BREAKER_THRESHOLD = Setting.of("PROXY_BREAKER_THRESHOLD", "5",
            "the failures in a row that open a backend's breaker");
    /** When it tries again. */
    public static final Setting BREAKER_TIMEOUT = Setting.of("PROXY_BREAKER_TIMEOUT", "60s",
            "how long a breaker stays open");
    /** The longest wait for content. */
    public static final Setting API_TIMEOUT = Setting.of("API_TIMEOUT_MS", "600000",
            "the longest wait for an answer that is not streamed and for the first content of a stream");

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(300);
    private static final String BETA = "[A-Za-z0-9][A-Za-z0-9._-]*\\*?";
    private static final String FIELD = "\\w+(\\.\\w+)?";
    private static final Pattern STRIP_ENTRY = Pattern.compile(FIELD + "|beta:" + BETA);

    private static final String[] SAFEGUARDS = {"pass", "answer", "off"};

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
    public UpstreamSettings.Builder upstream(Backend backend, Dialect dialect) {
        return new UpstreamSettings.Builder(backend, dialect,
                new UpstreamSettings.Times(timeout(UPSTREAM_TIMEOUT), UPSTREAM_TIMEOUT.name(), answerTimeout()));
    }

    private Duration answerTimeout() {
        return Collections.min(List.of(timeout(API_TIMEOUT), LONGEST_ANSWER));
    }

    /** How requests are spread over equal upstreams of these names where nothing says otherwise. */
    BackendSettings.Balance balance(Set<String> names) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        names.forEach(name -> weights.put(name, 1));
        return new BackendSettings.Balance(BackendSettings.Balance.Strategy.LEAST_REQUESTS,
                sources.get(BREAKER_THRESHOLD).toInt(1, 1_000_000), timeout(BREAKER_TIMEOUT), weights);
    }

    /** A backend that has this upstream alone. */
    public BackendSettings alone(UpstreamSettings upstream) {
        return BackendSettings.of(upstream, balance(Set.of(upstream.id())));
    }

    /**
     * The URL of a setting that has a default, without slashes and without {@code suffix} at its end, followed by
     * {@code path}.
     */
    public URI url(Setting base, String suffix, String path) {
        return UpstreamUrl.base(sources.get(base), suffix, path);
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

    /** The rules of transformation a setting names; empty where it is not set. */
    public Optional<List<String>> rules(Setting setting) {
        return sources.find(setting).map(SettingValue::toList);
    }

    /** Who answers a client in auto mode by a setting that has a default. */
    public Safeguards safeguards(Setting setting) {
        String word = sources.get(setting).toOneOf(SAFEGUARDS);
        return Safeguards.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /**
     * What a setting says an upstream is never sent.
     *
     * @param safeguards who answers a client in auto mode: the list the setting has by default is not for an upstream that does
     */
    public List<String> strip(Setting setting, Safeguards safeguards) {
        List<String> entries = strip(setting);
        boolean usual = setting.defaultValue().filter(value -> entries.equals(List.of(value))).isPresent();
        if (usual && safeguards == Safeguards.PASS) {
            return List.of();
        }
        return entries;
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
