package io.caravan.settings;

import static io.caravan.settings.Setting.*;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns the sources into {@link GatewaySettings}; used once. */
final class SettingsReader {

    private static final Pattern LOOPBACK = Pattern.compile("(?i)127(\\.\\d{1,3}){3}|::1|\\[::1]|localhost");

    private final SettingSources sources;
    private final List<String> warnings = new ArrayList<>();

    SettingsReader(SettingSources sources) {
        this.sources = sources;
    }

    GatewaySettings read() {
        Path configFile = sources.get(CONFIG_PATH).toPath(sources.directory());
        boolean workspacesMatter = sources.find(PROXY_BACKEND)
                .map(value -> value.text().equalsIgnoreCase(Backend.DATABRICKS.setting())).orElse(true);
        boolean listsWorkspaces = workspacesMatter && WorkspaceFile.listsWorkspaces(configFile);
        BackendChoice choice = BackendChoice.read(sources, listsWorkspaces, warnings);
        BackendReader reader = new BackendReader(sources);
        Map<String, BackendSettings> backends = reader.backends();
        ClientKeySettings keys = keys();
        warnAboutChosen(backends.get(choice.backend().id()), listsWorkspaces, keys);
        LimitSettings limits = limits();
        String host = host(keys);
        Path modelsFile = modelsFile();
        warnAboutUnused();
        return new GatewaySettings(sources.environment(), host, sources.get(PORT).toInt(0, 65_535), log(),
                choice.backend().id(), choice.backend().setting(), choice.failover(), toolsElsewhere(backends),
                sources.get(PROXY_FETCH_IMAGES).toBoolean(), backends, keys, limits, stream(),
                outgoing(), modelsFile, sources.directory(), Collections.unmodifiableMap(sources.camelProperties()),
                reader.pairs(), List.copyOf(warnings), effective(choice, limits, modelsFile));
    }

    private void warnAboutChosen(BackendSettings chosen, boolean listsWorkspaces, ClientKeySettings keys) {
        if (chosen.id().equals("databricks") && listsWorkspaces) {
            warnings.add("the workspaces of config.yaml are not read yet: " + (sources.find(DATABRICKS_HOST).isPresent()
                    ? "the one of DATABRICKS_HOST is used" : "set DATABRICKS_HOST and DATABRICKS_TOKEN"));
        }
        if (!chosen.configured()) {
            warnings.add(chosen.setting() + " cannot be used: " + String.join(" and ", chosen.missing())
                    + (chosen.missing().size() == 1 ? " is" : " are") + " not set, and requests are answered with 503;"
                    + " set what is missing, or run `caravan demo`, which needs no key");
        }
        if (chosen.auth() instanceof Auth.PassThrough && !keys.keys().isEmpty()) {
            warnings.add("ANTHROPIC passes the client's own credential on, but never one of PROXY_API_KEYS: clients that"
                    + " send only such a key are answered with 503; set ANTHROPIC_UPSTREAM_KEY, or run `caravan demo`");
        }
    }

    private boolean toolsElsewhere(Map<String, BackendSettings> backends) {
        SettingValue tools = sources.get(DATABRICKS_TOOLS);
        boolean elsewhere = tools.toOneOf("databricks", "openrouter").equals("openrouter");
        if (elsewhere && !backends.get("openrouter").configured()) {
            throw tools.invalid("set OPENROUTER_API_KEY, or leave tools with databricks");
        }
        return elsewhere;
    }

    private void warnAboutUnused() {
        SettingValue config = sources.get(CONFIG_PATH);
        if (sources.given(CONFIG_PATH) && !Files.isRegularFile(config.toPath(sources.directory()))) {
            warnings.add(config.place() + " names no file");
        }
        for (Setting setting : Setting.values()) {
            if (setting.later() && sources.given(setting)) {
                warnings.add(setting.name() + " (" + sources.get(setting).source() + ") is not used by this version yet");
            }
        }
    }

    private ClientKeySettings keys() {
        return new ClientKeySettings(
                sources.find(PROXY_API_KEYS).map(SettingValue::toSecrets).orElse(List.of()),
                sources.find(PROXY_ADMIN_KEY).map(SettingValue::toSecret).orElse(null),
                sources.get(PROXY_ALLOW_ANONYMOUS).toBoolean());
    }

    private String host(ClientKeySettings keys) {
        SettingValue host = sources.get(HOST);
        if (!host.text().matches("[A-Za-z0-9._-]+|\\[?[0-9A-Fa-f:.]+(%\\w+)?]?")) {
            throw host.invalid("give a host name or an address such as 127.0.0.1, without scheme and port");
        }
        if (keys.keys().isEmpty() && !keys.allowAnonymous() && !LOOPBACK.matcher(host.text()).matches()) {
            throw new SettingsException(host.place() + " would be open to everybody who reaches it: set PROXY_API_KEYS,"
                    + " or HOST=127.0.0.1, or PROXY_ALLOW_ANONYMOUS=true if that is meant");
        }
        return host.text();
    }

    private LimitSettings limits() {
        long body = sources.get(PROXY_MAX_BODY_BYTES).toLong(1, 2_000_000_000);
        long held = sources.find(PROXY_MAX_HELD_BYTES).map(value -> value.toLong(1, Long.MAX_VALUE))
                .orElse(Runtime.getRuntime().maxMemory() / 4);
        if (held < body) {
            warnings.add("PROXY_MAX_HELD_BYTES (" + held + ") is below PROXY_MAX_BODY_BYTES (" + body
                    + "): requests of a size between them are answered with 503");
        }
        return new LimitSettings(body, held,
                sources.get(PROXY_BODY_TIMEOUT).toDuration(),
                sources.get(PROXY_WORKER_THREADS).toInt(1, 100_000),
                sources.get(PROXY_LEARNED_FOR).toDurationOrZero(),
                sources.get(PROXY_BREAKER_THRESHOLD).toInt(1, 1_000_000),
                sources.get(PROXY_BREAKER_TIMEOUT).toDuration());
    }

    private StreamSettings stream() {
        return new StreamSettings(
                sources.get(PROXY_CONNECT_TIMEOUT).toDuration(),
                sources.get(PROXY_STREAM_SILENCE).toDuration(),
                sources.get(PROXY_PING_INTERVAL).toDuration(),
                sources.get(PROXY_COMMIT_AFTER).toDurationOrZero(),
                sources.get(API_TIMEOUT_MS).toDuration(),
                sources.get(RETRY_ON_TIMEOUT).toBoolean());
    }

    private OutgoingSettings outgoing() {
        URI proxyUrl = sources.find(PROXY_URL).map(UpstreamUrl::proxy).orElse(null);
        URI httpsProxy = sources.find(HTTPS_PROXY).map(UpstreamUrl::proxy).orElse(null);
        List<String> noProxy = sources.find(NO_PROXY).map(SettingValue::toList).orElse(List.of());
        Path caFile = sources.find(PROXY_CA_FILE).map(this::existingFile).orElse(null);
        return new OutgoingSettings(proxyUrl, httpsProxy, noProxy, caFile);
    }

    private LogSettings log() {
        return new LogSettings(
                sources.get(LOG_LEVEL).toOneOf("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"),
                sources.get(LOG_FORMAT).toOneOf("json", "text"),
                sources.get(LOG_DIR).toPath(sources.directory()));
    }

    private Path modelsFile() {
        Path usual = sources.directory().resolve("models.yaml");
        return sources.find(MODELS_PATH).map(this::existingFile)
                .orElse(Files.isRegularFile(usual) ? usual : null);
    }

    private Path existingFile(SettingValue value) {
        Path file = value.toPath(sources.directory());
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw value.invalid("there is no file to read; give the path of one, or leave the setting out");
        }
        return file;
    }

    private List<String> effective(BackendChoice choice, LimitSettings limits, Path modelsFile) {
        Map<Setting, String> decided = new EnumMap<>(Setting.class);
        decided.put(PROXY_BACKEND, choice.backend().setting());
        decided.put(BYPASS_FALLBACK_ENABLED, String.valueOf(choice.failover()));
        decided.put(PROXY_MAX_HELD_BYTES, String.valueOf(limits.maxHeldBytes()));
        decided.put(MODELS_PATH, modelsFile == null ? "built-in" : modelsFile.toString());
        List<String> lines = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            Optional<SettingValue> found = sources.find(setting);
            String source = found.map(SettingValue::source).orElse("default");
            Optional.ofNullable(decided.get(setting))
                    .map(text -> new SettingValue(setting, text, source))
                    .or(() -> found)
                    .ifPresent(value -> lines.add(setting.name() + " = " + value.shown() + " (" + source + ")"));
        }
        return List.copyOf(lines);
    }
}
