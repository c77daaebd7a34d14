package io.caravan.settings;

import static io.caravan.settings.Setting.*;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which backend is served, and whether OpenRouter stands behind it. */
record BackendChoice(Backend backend, boolean failover) {

    private static final String LITELLM_OPENROUTER = "LITELLM_OPENROUTER";
    private static final String MESSAGES_ONLY = " is not served by this version, which speaks to Messages-format"
            + " upstreams only: set ";

    /**
     * Decides by {@code PROXY_BACKEND}, else by the workspaces of {@code config.yaml}, else by the legacy flags.
     *
     * @param warnings takes what should be said at start
     * @throws SettingsException if a value is unknown, or means a dialect this version does not speak
     */
    static BackendChoice read(SettingSources sources, boolean listsWorkspaces, List<String> warnings) {
        Optional<SettingValue> asked = sources.find(PROXY_BACKEND);
        Backend backend = asked.isPresent() ? byName(asked.get())
                : listsWorkspaces ? Backend.DATABRICKS : byLegacyFlags(sources, warnings);
        boolean failover = failover(sources, backend, warnings);
        requireMessagesFormat(sources, backend, failover);
        return new BackendChoice(backend, failover);
    }

    private static Backend byName(SettingValue asked) {
        String name = asked.toOneOf("AZURE_DATABRICKS", "OPENROUTER", LITELLM_OPENROUTER, "LITELLM_MESSAGES", "ANTHROPIC");
        return Stream.of(Backend.values()).filter(backend -> backend.setting().equals(name)).findFirst()
                .orElseThrow(() -> chatFormat(asked));
    }

    private static SettingsException chatFormat(SettingValue asked) {
        return new SettingsException(asked.place() + MESSAGES_ONLY
                + "PROXY_BACKEND=LITELLM_MESSAGES (the same LiteLLM proxy) or PROXY_BACKEND=OPENROUTER");
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
                    : deprecated(bypass.get(), toOpenRouter ? "OPENROUTER" : LITELLM_OPENROUTER));
        }
        if (toDatabricks) {
            return Backend.DATABRICKS;
        }
        if (!toOpenRouter) {
            throw chatFormat(bypass.orElseThrow());
        }
        return Backend.OPENROUTER;
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

    private static void requireMessagesFormat(SettingSources sources, Backend backend, boolean failover) {
        SettingValue databricks = sources.get(DATABRICKS_API);
        if (databricks.toOneOf("native", "invocations").equals("invocations") && backend == Backend.DATABRICKS) {
            throw new SettingsException(databricks.place() + MESSAGES_ONLY + "DATABRICKS_API=native");
        }
        SettingValue openRouter = sources.get(OPENROUTER_API);
        boolean chat = openRouter.toOneOf("messages", "chat").equals("chat");
        if (chat && (failover || backend == Backend.OPENROUTER)) {
            throw new SettingsException(openRouter.place() + MESSAGES_ONLY + "OPENROUTER_API=messages"
                    + (failover ? ", or BYPASS_FALLBACK_ENABLED=false" : ""));
        }
        SettingValue auth = sources.get(DATABRICKS_AUTH);
        boolean oauth = auth.toOneOf("basic", "bearer", "oauth").equals("oauth");
        Optional<SettingValue> client = sources.find(DATABRICKS_TOKEN).isPresent() ? Optional.empty()
                : sources.find(DATABRICKS_CLIENT_ID).or(() -> sources.find(DATABRICKS_CLIENT_SECRET));
        if (backend == Backend.DATABRICKS && (oauth || client.isPresent())) {
            SettingValue culprit = oauth ? auth : client.get();
            throw new SettingsException(culprit.place()
                    + ": OAuth is not supported yet; use DATABRICKS_TOKEN with DATABRICKS_AUTH=basic or bearer");
        }
    }
}
