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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    public Builder upstream(Backend backend, Dialect dialect) {
        return new Builder(backend, dialect,
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
        if (!entries.stream().allMatch(StripList::isEntry)) {
            throw value.orElseThrow().invalid(StripList.FORM);
        }
        return entries;
    }

    /**
     * Makes an upstream's settings. What is not said is not there: no URL, no credential, nothing stripped, nothing
     * learned, the rules of the dialect. Used once, by one thread.
     */
    public static final class Builder {

        private final Backend backend;
        private final Dialect dialect;
        private UpstreamSettings.Times times;
        private String id;
        private UpstreamSettings.Urls urls = UpstreamSettings.Urls.NONE;
        private Auth auth = new Auth.None();
        private String usualScheme = auth.scheme();
        private List<String> strip = List.of();
        private Safeguards safeguards = Safeguards.ANSWER;
        private Optional<List<String>> rules = Optional.empty();
        private boolean learns;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private List<String> clientHeaders = List.of();
        private String longContextBeta = "";
        private List<String> missing = List.of();
        private @Nullable String unconfigured;

        Builder(Backend backend, Dialect dialect, UpstreamSettings.Times usual) {
            this.backend = backend;
            this.dialect = dialect;
            this.id = backend.id();
            this.times = usual;
        }

        /** Its name, where it is one of several; else it has its backend's. */
        public Builder id(String own) {
            id = own;
            return this;
        }

        /** Where requests go and where models are listed; nobody counts tokens there. */
        public Builder urls(URI requests, URI lists) {
            return urls(new UpstreamSettings.Urls(requests, Optional.empty(), lists, ""));
        }

        /** Where requests go, where tokens are counted and where models are listed. */
        public Builder urls(URI requests, URI counts, URI lists) {
            return urls(new UpstreamSettings.Urls(requests, Optional.of(counts), lists, ""));
        }

        private Builder urls(UpstreamSettings.Urls known) {
            urls = known;
            return this;
        }

        /** What every URL of it has behind its {@code ?}, encoded. */
        Builder query(String encoded) {
            return urls(new UpstreamSettings.Urls(urls.requests(), urls.counts(), urls.lists(), encoded));
        }

        /** The credential it is sent. */
        public Builder auth(Auth credential) {
            auth = credential;
            return this;
        }

        /** What its credential's scheme would be where there is none yet. */
        public Builder usualScheme(String usual) {
            usualScheme = usual;
            return this;
        }

        /** The longest wait for the response head of a stream, where it is not {@code UPSTREAM_TIMEOUT}. */
        public Builder headTimeout(UpstreamReader reader, Setting setting) {
            return headTimeout(reader.timeout(setting), setting.name());
        }

        Builder headTimeout(Duration head, String setting) {
            times = new UpstreamSettings.Times(head, setting, times.answer());
            return this;
        }

        /** What it must not be sent, as {@link UpstreamReader#strip} reads it. */
        public Builder strip(List<String> entries) {
            strip = entries;
            return this;
        }

        /** Who answers a client in auto mode, where it is not the gateway. */
        public Builder safeguards(Safeguards who) {
            safeguards = who;
            return this;
        }

        /** The rules it has switched on, as {@link UpstreamReader#rules} reads them; empty for those of its dialect. */
        public Builder rules(Optional<List<String>> names) {
            rules = names;
            return this;
        }

        /** Whether a field it refuses is removed and the request sent once more. */
        public Builder learns(boolean does) {
            learns = does;
            return this;
        }

        /** Adds a header that every request to it carries. */
        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** How the names of the client's headers begin, in lower case, that it takes beside those of its format. */
        public Builder clientHeaders(String... families) {
            clientHeaders = List.of(families);
            return this;
        }

        /** That it takes the beta for the long context. */
        public Builder longContext() {
            longContextBeta = "context-1m-2025-08-07";
            return this;
        }

        /** The names of the settings it still needs. */
        public Builder missing(List<String> names) {
            missing = names;
            return this;
        }

        /** What a client is told while settings are missing, where the usual words do not do. */
        public Builder unconfigured(String words) {
            unconfigured = words;
            return this;
        }

        /** The upstream as it was described. */
        public UpstreamSettings build() {
            String scheme = auth.scheme();
            if (auth instanceof Auth.None) {
                scheme = usualScheme;
            }
            String words = Objects.requireNonNullElse(unconfigured, "The backend " + backend.setting()
                    + " is not configured; missing: " + String.join(", ", missing));
            return new UpstreamSettings(id, backend, dialect, urls, auth, scheme, times, strip, safeguards, rules, List.of(), learns,
                    Collections.unmodifiableMap(headers), clientHeaders, longContextBeta, missing, words);
        }
    }
}
