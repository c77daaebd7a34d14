package io.caravan.settings;

import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Every setting of a gateway, read and checked.
 *
 * @param environment      the name of the environment, such as {@code production}
 * @param host             the address served
 * @param port             the port served, 0 for any free one
 * @param log              logging
 * @param backend          the id of the chosen backend
 * @param backendSetting   the same as {@code PROXY_BACKEND} spells it
 * @param failover         whether OpenRouter takes over when the chosen backend fails
 * @param toolsElsewhere   whether requests with tools go to OpenRouter instead of Databricks (ledger 5.8)
 * @param fetchImages      whether images given by URL are fetched where the upstream takes no URL
 * @param backends         all backends by id, configured or not, in the order of {@link Backend}
 * @param workspaces       the workspaces of Databricks in their file's order, at least one; without a file the one of
 *                         DATABRICKS_HOST, called {@code databricks}. {@code backends} has the first as {@code databricks}
 * @param balance          how requests are spread over the workspaces
 * @param keys             who may call
 * @param limits           how much is taken on
 * @param stream           the times of streams
 * @param outgoing         the way out to the upstreams
 * @param modelsFile       the model table, or null for the built-in one
 * @param workingDirectory the absolute directory that relative paths start from
 * @param camelProperties  every property for Camel: {@code camel.*}, and what a route of the user refers to
 * @param pairs            for a body field, the {@code anthropic-beta} values that travel with it
 * @param warnings         lines to log once at start
 * @param effective        a line {@code NAME = value (source)} for each setting that has a value; secrets are masked
 */
public record GatewaySettings(
        String environment,
        String host,
        int port,
        LogSettings log,
        String backend,
        String backendSetting,
        boolean failover,
        boolean toolsElsewhere,
        boolean fetchImages,
        Map<String, BackendSettings> backends,
        List<BackendSettings> workspaces,
        BalanceSettings balance,
        ClientKeySettings keys,
        LimitSettings limits,
        StreamSettings stream,
        OutgoingSettings outgoing,
        Path modelsFile,
        Path workingDirectory,
        Map<String, String> camelProperties,
        Map<String, List<String>> pairs,
        List<String> warnings,
        List<String> effective) {

    /**
     * Reads the settings from, strongest first: {@code environment}, {@code .env.$ENVIRONMENT}, {@code .env} and
     * {@code application.properties} in {@code workingDirectory}, and the built-in defaults; and the workspaces from
     * {@code CONFIG_PATH} if PROXY_BACKEND is unset or AZURE_DATABRICKS, or the path given. No file need exist.
     *
     * @param environment      the variables of the process
     * @param workingDirectory where the files are looked for
     * @throws SettingsException if a setting or a file cannot be used
     */
    public static GatewaySettings read(Map<String, String> environment, Path workingDirectory) {
        return new SettingsReader(SettingSources.open(environment, workingDirectory, KnownSettings.ALL)).read();
    }

    /** The chosen backend. */
    public BackendSettings chosen() {
        return backends.get(backend);
    }

    /** A few words; the Camel properties are left out, since they may hold secrets. */
    @Override
    public String toString() {
        return "GatewaySettings[environment=" + environment + ", host=" + host + ", port=" + port + ", backend="
                + backend + ", failover=" + failover + "]";
    }
}
