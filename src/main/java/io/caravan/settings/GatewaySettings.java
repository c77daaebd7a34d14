/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import io.caravan.provider.Backends;
import io.caravan.provider.Providers;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.value.Secret;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import io.caravan.settings.value.SettingsException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
 * @param toolReviewFile   the rules for tool uses; it need not exist
 * @param toolReviewTime   how long the review of one tool use may take
 * @param workingDirectory the absolute directory that relative paths start from
 * @param camelProperties  every property for Camel: {@code camel.*}, and what a route of the user refers to
 * @param transformers     for a backend, the routes that see each event of its streams
 * @param pairs            for a body field, the {@code anthropic-beta} values that travel with it
 * @param rehearse         how many of the newest requests are kept, to rehearse edited pages with; 0 for none
 * @param warnings         lines to log once at start
 * @param effective        a line {@code NAME = value (source)} for each setting that has a value; secrets are masked
 */
public record GatewaySettings(
        String environment,
        String host,
        int port,
        Log log,
        Backends backends,
        boolean fetchImages,
        ClientKeys keys,
        Limits limits,
        Stream stream,
        Outgoing outgoing,
        @Nullable Path modelsFile,
        Path toolReviewFile,
        Duration toolReviewTime,
        Path workingDirectory,
        Map<String, String> camelProperties,
        Map<String, List<String>> pairs,
        Map<String, List<String>> transformers,
        int rehearse,
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

    /**
     * The same for a gateway that only rehearses: all its upstreams are at {@code upstreams}, and nothing it has is a secret of
     * anybody's. It is served on any free port of this machine, and asks for one of {@code keys} where this one asks for a key.
     */
    public GatewaySettings rehearsing(URI upstreams, List<Secret> keys) {
        Outgoing direct = new Outgoing(null, null, List.of(), null);
        return new GatewaySettings(environment, "127.0.0.1", 0, log, backends.at(upstreams), false, new ClientKeys(keys, null, false),
                limits, stream, direct, modelsFile, toolReviewFile, toolReviewTime, workingDirectory, camelProperties, pairs,
                transformers, 0, List.of(), List.of());
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

    /**
     * Who may call the gateway.
     *
     * @param keys           the keys of clients; empty: nobody is asked for one
     * @param adminKey       the key of the admin endpoints, or null: a client key opens them
     * @param allowAnonymous whether another host than loopback may be served without keys
     */
    public record ClientKeys(List<Secret> keys, @Nullable Secret adminKey, boolean allowAnonymous) {}

    /**
     * How much the gateway takes on.
     *
     * @param maxBodyBytes the largest request body, in bytes
     * @param maxHeldBytes the bytes of request bodies held at once, in bytes
     * @param bodyTimeout  the longest wait for a request body to arrive
     * @param workers      the threads that serve requests where there are no virtual threads
     * @param learnedFor   how long a learned refusal of an upstream is remembered; zero: not at all
     * @param maxRetries   how often a request is repeated on the same upstream, at most
     * @param drain        how long open streams get to end after the gateway is told to stop
     */
    public record Limits(
            long maxBodyBytes,
            long maxHeldBytes,
            Duration bodyTimeout,
            int workers,
            Duration learnedFor,
            int maxRetries,
            Duration drain) {}

    /**
     * What is logged, and where.
     *
     * @param level     TRACE, DEBUG, INFO, WARN, ERROR or OFF
     * @param libraries whether the libraries log at that level too; else of them only warnings and errors are logged
     * @param format    {@code json} or {@code text}
     * @param directory the absolute directory of the log file; it need not exist
     */
    public record Log(String level, boolean libraries, String format, Path directory) {}

    /**
     * The way out to the upstreams. A proxy's URL may hold {@code user:password}; it always has a port.
     *
     * @param proxyUrl   the proxy for every upstream, or null
     * @param httpsProxy the proxy for https upstreams where {@code proxyUrl} is null, or null
     * @param noProxy    the hosts reached without a proxy
     * @param caFile     a PEM file of certificates trusted beside the platform's, or null
     */
    public record Outgoing(
            @Nullable URI proxyUrl,
            @Nullable URI httpsProxy,
            List<String> noProxy,
            @Nullable Path caFile) {

        /** All of it but the credentials of the proxies. */
        @Override
        public String toString() {
            return "Outgoing[proxyUrl=" + SettingValue.masked(String.valueOf(proxyUrl))
                    + ", httpsProxy=" + SettingValue.masked(String.valueOf(httpsProxy))
                    + ", noProxy=" + noProxy + ", caFile=" + caFile + "]";
        }
    }

    /**
     * The times of a streamed answer.
     *
     * @param connectTimeout the longest wait for a connection to an upstream
     * @param silence        the longest silence of an upstream inside a stream
     * @param pingInterval   how long the client hears nothing before it is sent a ping
     * @param commitAfter    how long the start of an answer is held back, so that another upstream can still take over
     * @param headAfter      how long a client waits for the head of a stream until it is sent one, and pings
     * @param firstContent   the longest wait for the first content of a stream, or for an answer that is none, from the
     *                       request's arrival
     * @param retryOnTimeout whether a request whose response head came too late moves on, though it may be billed twice
     */
    public record Stream(
            Duration connectTimeout,
            Duration silence,
            Duration pingInterval,
            Duration commitAfter,
            Duration headAfter,
            Duration firstContent,
            boolean retryOnTimeout) {}
}
