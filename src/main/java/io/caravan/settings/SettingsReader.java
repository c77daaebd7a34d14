/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import static io.caravan.settings.ProcessSettings.*;

import io.caravan.provider.Backends;
import io.caravan.provider.Providers;
import io.caravan.provider.UpstreamReader;
import io.caravan.settings.value.Secret;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import io.caravan.settings.value.SettingsException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns the sources into {@link GatewaySettings}; used once. */
final class SettingsReader {

    private static final Pattern LOOPBACK = Pattern.compile("(?i)127(\\.\\d{1,3}){3}|::1|\\[::1]|localhost");
    private static final String BETA = "[A-Za-z0-9][A-Za-z0-9._-]*\\*?";
    private static final Pattern PAIR = Pattern.compile("\\w+(\\.\\w+)?=" + BETA + "(\\|" + BETA + ")*");

    /** Levels as Python's logging names them, for those who come from a gateway written in it. */
    private static final Map<String, String> LEVELS_OF_PYTHON = Map.of("WARNING", "WARN", "CRITICAL", "ERROR");

    private final SettingSources sources;
    private final Providers providers;
    private final List<String> warnings = new ArrayList<>();

    SettingsReader(SettingSources sources, Providers providers) {
        this.sources = sources;
        this.providers = providers;
    }

    GatewaySettings read() {
        Backends.Reader reader = new Backends.Reader(providers, sources, warnings::add);
        GatewaySettings.ClientKeys keys = keys(reader.clientKey());
        Backends backends = reader.read(!keys.keys().isEmpty());
        GatewaySettings.Limits limits = limits();
        String host = host(keys);
        Path modelsFile = modelsFile();
        List<String> effective = effective(backends, limits, modelsFile);
        effective.addAll(reader.lines(backends));
        return new GatewaySettings(sources.environment(), host, sources.get(PORT).toInt(0, 65_535), log(), backends,
                sources.get(PROXY_FETCH_IMAGES).toBoolean(), keys, limits, stream(), outgoing(), modelsFile,
                toolReviewFile(), sources.get(TOOL_REVIEW_TIMEOUT).toDuration(), sources.directory(),
                Collections.unmodifiableMap(sources.camelProperties()), pairs(), transformers(backends),
                sources.get(PROXY_REHEARSE).toInt(0, 100), List.copyOf(warnings), List.copyOf(effective));
    }

    /** For a body field, the betas that travel with it. */
    private Map<String, List<String>> pairs() {
        SettingValue value = sources.get(PROXY_PAIRS);
        Map<String, List<String>> pairs = new LinkedHashMap<>();
        for (String pair : value.toList()) {
            if (!PAIR.matcher(pair).matches()) {
                throw value.invalid("a pair is field=beta or parent.field=beta|beta, where a beta may end in *");
            }
            String[] sides = pair.split("=", 2);
            pairs.put(sides[0], List.of(sides[1].split("\\|")));
        }
        return Collections.unmodifiableMap(pairs);
    }

    /** For a backend, by its id, the routes that see each event of its streams. */
    private Map<String, List<String>> transformers(Backends backends) {
        Map<String, List<String>> transformers = new LinkedHashMap<>();
        Optional<SettingValue> value = sources.find(PROXY_TRANSFORMERS);
        for (String entry : value.map(SettingValue::toList).orElse(List.of())) {
            String[] sides = entry.split("=", 2);
            boolean known = sides.length == 2 && backends.ids().contains(sides[0]) && !sides[1].isBlank();
            if (!known) {
                throw value.orElseThrow().invalid("an entry is backend=route or backend=route|route, where the backend is one of "
                        + String.join(", ", backends.ids()));
            }
            transformers.put(sides[0], List.of(sides[1].split("\\|")));
        }
        return Collections.unmodifiableMap(transformers);
    }

    private GatewaySettings.ClientKeys keys(Optional<Secret> ofFile) {
        Set<Secret> keys = new LinkedHashSet<>();
        sources.find(PROXY_API_KEYS).map(SettingValue::toSecrets).ifPresent(keys::addAll);
        ofFile.ifPresent(keys::add);
        return new GatewaySettings.ClientKeys(List.copyOf(keys),
                sources.find(PROXY_ADMIN_KEY).map(SettingValue::toSecret).orElse(null),
                sources.get(PROXY_ALLOW_ANONYMOUS).toBoolean());
    }

    private String host(GatewaySettings.ClientKeys keys) {
        SettingValue host = sources.get(HOST);
        if (!host.text().matches("[A-Za-z0-9._-]+|\\[?[0-9A-Fa-f:.]+(%\\w+)?]?")) {
            throw host.invalid("give a host name or an address such as 127.0.0.1, without scheme and port");
        }
        boolean openToAll = keys.keys().isEmpty() && !keys.allowAnonymous();
        if (openToAll) {
            requireLoopback(host);
        }
        return host.text();
    }

    private static void requireLoopback(SettingValue host) {
        if (!LOOPBACK.matcher(host.text()).matches()) {
            throw new SettingsException(host.place() + " would be open to everybody who reaches it: set PROXY_API_KEYS,"
                    + " or HOST=127.0.0.1, or PROXY_ALLOW_ANONYMOUS=true if that is meant");
        }
    }

    private GatewaySettings.Limits limits() {
        long body = sources.get(PROXY_MAX_BODY_BYTES).toLong(1, 2_000_000_000);
        long held = sources.find(PROXY_MAX_HELD_BYTES).map(value -> value.toLong(1, Long.MAX_VALUE))
                .orElse(Runtime.getRuntime().maxMemory() / 4);
        if (held < body) {
            warnings.add("PROXY_MAX_HELD_BYTES (" + held + ") is below PROXY_MAX_BODY_BYTES (" + body
                    + "): requests of a size between them are answered with 503");
        }
        return new GatewaySettings.Limits(body, held,
                sources.get(PROXY_BODY_TIMEOUT).toDuration(),
                sources.get(PROXY_WORKER_THREADS).toInt(1, 100_000),
                sources.get(PROXY_LEARNED_FOR).toDurationOrZero(),
                sources.get(UpstreamReader.MAX_RETRIES).toInt(0, 10),
                sources.get(PROXY_DRAIN_TIMEOUT).toDurationOrZero());
    }

    private GatewaySettings.Stream stream() {
        return new GatewaySettings.Stream(
                sources.get(PROXY_CONNECT_TIMEOUT).toDuration(),
                sources.get(PROXY_STREAM_SILENCE).toDuration(),
                sources.get(PROXY_PING_INTERVAL).toDuration(),
                sources.get(PROXY_COMMIT_AFTER).toDurationOrZero(),
                sources.get(PROXY_HEAD_AFTER).toDuration(),
                sources.get(UpstreamReader.API_TIMEOUT).toDuration(),
                sources.get(RETRY_ON_TIMEOUT).toBoolean());
    }

    private GatewaySettings.Outgoing outgoing() {
        URI proxyUrl = sources.find(PROXY_URL).map(ProxyUrl::of).orElse(null);
        URI httpsProxy = sources.find(HTTPS_PROXY).map(ProxyUrl::of).orElse(null);
        List<String> noProxy = sources.find(NO_PROXY).map(SettingValue::toList).orElse(List.of());
        Path caFile = sources.find(PROXY_CA_FILE).map(this::existingFile).orElse(null);
        return new GatewaySettings.Outgoing(proxyUrl, httpsProxy, noProxy, caFile);
    }

    private GatewaySettings.Log log() {
        return new GatewaySettings.Log(
                logLevel(), sources.get(LOG_LIBRARIES).toBoolean(),
                sources.get(LOG_FORMAT).toOneOf("json", "text"),
                sources.get(LOG_DIR).toPath(sources.directory()));
    }

    private String logLevel() {
        String word = sources.get(LOG_LEVEL).toOneOf("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF", "WARNING", "CRITICAL");
        return LEVELS_OF_PYTHON.getOrDefault(word, word);
    }

    private @Nullable Path modelsFile() {
        Path usual = sources.directory().resolve("models.yaml");
        return sources.find(MODELS_PATH).map(this::existingFile)
                .or(() -> Optional.of(usual).filter(Files::isRegularFile)).orElse(null);
    }

    /** Where the rules are, or would be: they may come while the gateway runs. */
    private Path toolReviewFile() {
        return sources.find(TOOL_REVIEW_PATH).map(this::existingFile)
                .orElseGet(() -> sources.directory().resolve("tool-review.yaml"));
    }

    private Path existingFile(SettingValue value) {
        Path file = value.toPath(sources.directory());
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw value.invalid("there is no file to read; give the path of one, or leave the setting out");
        }
        return file;
    }

    private List<String> effective(Backends backends, GatewaySettings.Limits limits, @Nullable Path modelsFile) {
        Map<Setting, String> decided = new HashMap<>(backends.decided());
        decided.put(PROXY_MAX_HELD_BYTES, String.valueOf(limits.maxHeldBytes()));
        decided.put(MODELS_PATH, Objects.toString(modelsFile, "built-in"));
        List<String> lines = new ArrayList<>();
        for (Setting setting : sources.settings().all()) {
            Optional<SettingValue> found = sources.find(setting);
            String source = found.map(SettingValue::source).orElse("default");
            Optional.ofNullable(decided.get(setting))
                    .map(text -> new SettingValue(setting, text, source))
                    .or(() -> found)
                    .ifPresent(value -> lines.add(setting.name() + " = " + value.shown() + " (" + source + ")"));
        }
        return lines;
    }
}
