package io.caravan.settings;

import static io.caravan.settings.KnownSettings.*;

import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import io.caravan.settings.value.SettingsException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which backend is served, and whether OpenRouter stands behind it. */
record BackendChoice(Backend backend, boolean failover) {

    /**
     * Decides by {@code PROXY_BACKEND}, else by the workspaces of {@code config.yaml}, else by the legacy flags.
     *
     * @param warnings takes what should be said at start
     * @throws SettingsException if a value is unknown
     */
    static BackendChoice read(SettingSources sources, boolean listsWorkspaces, List<String> warnings) {
        Optional<SettingValue> asked = sources.find(PROXY_BACKEND);
        Backend backend = asked.isPresent() ? byName(asked.get())
                : listsWorkspaces ? Backend.DATABRICKS : byLegacyFlags(sources, warnings);
        return new BackendChoice(backend, failover(sources, backend, warnings));
    }

    private static Backend byName(SettingValue asked) {
        String[] names = Stream.of(Backend.values()).map(Backend::setting).toArray(String[]::new);
        String name = asked.toOneOf(names);
        return Stream.of(Backend.values()).filter(backend -> backend.setting().equals(name)).findFirst().orElseThrow();
    }

    private static Backend byLegacyFlags(SettingSources sources, List<String> warnings) {
        Optional<SettingValue> databricks = sources.find(DATABRICKS_ENABLED);
        Optional<SettingValue> bypass = sources.find(BYPASS_LITELLM_ENABLED);
        boolean toDatabricks = databricks.map(SettingValue::toBoolean).orElse(false);
        boolean toOpenRouter = bypass.map(SettingValue::toBoolean).orElse(true);
        if (databricks.isPresent()) {
            warnings.add(toDatabricks ? deprecated(databricks.get(), "AZURE_DATABRICKS")
                    : databricks.get().place() + " is deprecated and decides nothing: remove it");
        }
        if (bypass.isPresent()) {
            warnings.add(toDatabricks ? bypass.get().place() + " is deprecated and decides nothing: remove it"
                    : deprecated(bypass.get(), toOpenRouter ? "OPENROUTER" : "LITELLM_OPENROUTER"));
        }
        if (toDatabricks) {
            return Backend.DATABRICKS;
        }
        return toOpenRouter ? Backend.OPENROUTER : Backend.LITELLM_OPENROUTER;
    }

    private static String deprecated(SettingValue flag, String backend) {
        return flag.place() + " is deprecated: set PROXY_BACKEND=" + backend + " instead";
    }

    private static boolean failover(SettingSources sources, Backend backend, List<String> warnings) {
        boolean possible = backend != Backend.OPENROUTER && sources.find(OPENROUTER_API_KEY).isPresent();
        Optional<SettingValue> asked = sources.find(BYPASS_FALLBACK_ENABLED);
        if (asked.isEmpty()) {
            return possible;
        }
        boolean wanted = asked.get().toBoolean();
        if (wanted && !possible) {
            warnings.add(asked.get().place() + " has no effect: " + (backend == Backend.OPENROUTER
                    ? "OpenRouter is the backend itself"
                    : "set OPENROUTER_API_KEY for failover to OpenRouter"));
        }
        return wanted && possible;
    }
}
