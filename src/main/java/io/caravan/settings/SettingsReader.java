package io.caravan.settings;

import static io.caravan.settings.KnownSettings.*;

import io.caravan.settings.value.Secret;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import io.caravan.settings.value.SettingsException;
import io.caravan.settings.value.UpstreamUrl;
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
import java.util.Optional;
import java.util.Set;
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
        WorkspaceFile file = workspaceFile();
        BackendChoice choice = BackendChoice.read(sources, !file.workspaces().isEmpty(), warnings);
        BackendReader reader = new BackendReader(sources);
        List<BackendSettings> workspaces = reader.workspaces(file);
        Map<String, BackendSettings> backends = reader.backends(workspaces.get(0).asBackend());
        ClientKeySettings keys = keys(file);
        warnAboutChosen(backends.get(choice.backend().id()), keys);
        LimitSettings limits = limits();
        String host = host(keys);
        Path modelsFile = modelsFile();
        BalanceSettings balance = balance(file, limits);
        warnAboutUnused(file);
        return new GatewaySettings(sources.environment(), host, sources.get(PORT).toInt(0, 65_535), log(),
                choice.backend().id(), choice.backend().setting(), choice.failover(), toolsElsewhere(backends),
                sources.get(PROXY_FETCH_IMAGES).toBoolean(), backends,
                workspaces, balance, keys, limits, stream(),
                outgoing(), modelsFile, sources.directory(), Collections.unmodifiableMap(sources.camelProperties()),
                reader.pairs(), List.copyOf(warnings), effective(choice, limits, modelsFile,
                        file.lines(workspaces, balance, configPath().getFileName().toString())));
    }

    /** The file counts where Databricks is what is served or may be, and wherever its path is given. */
    private WorkspaceFile workspaceFile() {
        Path path = configPath();
        boolean counts = sources.given(CONFIG_PATH) || sources.find(PROXY_BACKEND)
                .map(value -> value.text().equalsIgnoreCase(Backend.DATABRICKS.setting())).orElse(true);
        if (!counts && Files.isRegularFile(path)) {
            warnings.add(path.getFileName() + " is not read, for PROXY_BACKEND is not AZURE_DATABRICKS: set CONFIG_PATH="
                    + path.getFileName() + " if its workspaces and its key are to count, or remove it");
        }
        return counts ? WorkspaceFile.read(path, sources::variable) : WorkspaceFile.NONE;
    }

    private Path configPath() {
        return sources.get(CONFIG_PATH).toPath(sources.directory());
    }

    private BalanceSettings balance(WorkspaceFile file, LimitSettings limits) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        file.workspaces().forEach(workspace -> weights.put(workspace.name(), workspace.weight()));
        if (weights.isEmpty()) {
            weights.put(Backend.DATABRICKS.id(), 1);
        }
        return new BalanceSettings(
                file.strategy() == null ? BalanceSettings.Strategy.LEAST_REQUESTS : file.strategy(),
                file.threshold() == null ? limits.breakerThreshold() : file.threshold(),
                file.timeout() == null ? limits.breakerTimeout() : file.timeout(),
                Collections.unmodifiableMap(weights));
    }

    private void warnAboutChosen(BackendSettings chosen, ClientKeySettings keys) {
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

    private void warnAboutUnused(WorkspaceFile file) {
        SettingValue config = sources.get(CONFIG_PATH);
        if (sources.given(CONFIG_PATH) && !Files.isRegularFile(configPath())) {
            warnings.add(config.place() + " names no file");
        }
        Optional<SettingValue> host = sources.find(DATABRICKS_HOST);
        Optional<SettingValue> client = sources.find(DATABRICKS_CLIENT_ID).or(() -> sources.find(DATABRICKS_CLIENT_SECRET));
        if (!file.workspaces().isEmpty()) {
            host.ifPresent(value -> warnings.add(value.place() + " is not used: "
                    + configPath().getFileName() + " lists workspaces; remove one of the two"));
        } else if (!WorkspaceReader.usesClient(sources)) {
            client.ifPresent(value -> warnings.add(value.place() + " is not used, for there is a DATABRICKS_TOKEN: set"
                    + " DATABRICKS_AUTH=oauth, or remove one of the two"));
        }
    }

    private ClientKeySettings keys(WorkspaceFile file) {
        Set<Secret> keys = new LinkedHashSet<>();
        sources.find(PROXY_API_KEYS).map(SettingValue::toSecrets).ifPresent(keys::addAll);
        Optional.ofNullable(file.key()).ifPresent(keys::add);
        return new ClientKeySettings(List.copyOf(keys),
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
                sources.get(DATABRICKS_MAX_RETRIES).toInt(0, 10),
                sources.get(PROXY_DRAIN_TIMEOUT).toDurationOrZero(),
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

    private List<String> effective(BackendChoice choice, LimitSettings limits, Path modelsFile,
            List<String> ofFile) {
        Map<Setting, String> decided = new HashMap<>();
        decided.put(PROXY_BACKEND, choice.backend().setting());
        decided.put(BYPASS_FALLBACK_ENABLED, String.valueOf(choice.failover()));
        decided.put(PROXY_MAX_HELD_BYTES, String.valueOf(limits.maxHeldBytes()));
        decided.put(MODELS_PATH, modelsFile == null ? "built-in" : modelsFile.toString());
        List<String> lines = new ArrayList<>();
        for (Setting setting : sources.settings().all()) {
            Optional<SettingValue> found = sources.find(setting);
            String source = found.map(SettingValue::source).orElse("default");
            Optional.ofNullable(decided.get(setting))
                    .map(text -> new SettingValue(setting, text, source))
                    .or(() -> found)
                    .ifPresent(value -> lines.add(setting.name() + " = " + value.shown() + " (" + source + ")"));
        }
        lines.addAll(ofFile);
        return List.copyOf(lines);
    }
}
