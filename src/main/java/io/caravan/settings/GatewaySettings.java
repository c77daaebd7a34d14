/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import io.caravan.provider.Backends;
import io.caravan.provider.Providers;
import io.caravan.provider.UpstreamSettings;
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
 * @param backends         all backends and their upstreams, which is chosen, and which take over when it fails
 * @param fetchImages      whether images given by URL are fetched where the upstream takes no URL
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
        Backends backends,
        boolean fetchImages,
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
     * {@code CONFIG_PATH} if that is given, or PROXY_BACKEND is unset or the one they are of. No file need exist.
     *
     * @param environment      the variables of the process
     * @param workingDirectory where the files are looked for
     * @throws SettingsException if a setting or a file cannot be used
     */
    public static GatewaySettings read(Map<String, String> environment, Path workingDirectory) {
        return read(environment, workingDirectory, Providers.builtIn());
    }

    /** As {@link #read(Map, Path)}, with other providers than the built-in ones alone. */
    public static GatewaySettings read(Map<String, String> environment, Path workingDirectory, Providers providers) {
        SettingSources sources = SettingSources.open(environment, workingDirectory, ProcessSettings.with(providers));
        return new SettingsReader(sources, providers).read();
    }

    /** The id of the chosen backend. */
    public String backend() {
        return backends.chosen().backend().id();
    }

    /** The chosen backend as {@code PROXY_BACKEND} spells it. */
    public String backendSetting() {
        return backends.chosen().backend().setting();
    }

    /** The chosen backend as one upstream. */
    public UpstreamSettings chosen() {
        return backends.chosen().asUpstream();
    }

    /** Whether another backend takes over when the chosen one fails. */
    public boolean failover() {
        return !backends.fallbacks().isEmpty();
    }

    /** A few words; the Camel properties are left out, since they may hold secrets. */
    @Override
    public String toString() {
        return "GatewaySettings[environment=" + environment + ", host=" + host + ", port=" + port + ", backend="
                + backend() + ", failover=" + failover() + "]";
    }
}
