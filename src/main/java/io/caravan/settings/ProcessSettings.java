/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import io.caravan.provider.Backends;
import io.caravan.provider.Providers;
import io.caravan.provider.UpstreamReader;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The settings of the process, and where those of the providers stand among them. */
final class ProcessSettings {

    private static final String PAIRS = "safeguards=dangerous-tool-use-*,"
            + "context_management=context-management-*,"
            + "output_config.effort=effort-*,"
            + "output_config.format=structured-outputs-*,"
            + "output_format=structured-outputs-*,"
            + "messages.output_config=per-turn-control-*,"
            + "tools.strict=structured-outputs-*,"
            + "tools.defer_loading=advanced-tool-use-*|tool-search-tool-*,"
            + "tools.input_examples=advanced-tool-use-*|tool-examples-*,"
            + "tools.allowed_callers=advanced-tool-use-*,"
            + "tools.eager_input_streaming=fine-grained-tool-streaming-*,"
            + "cache_control.scope=prompt-caching-scope-*,"
            + "thinking.display=thinking-display-updates-*|redact-thinking-*,"
            + "mcp_servers=mcp-client-*,"
            + "container=skills-*,"
            + "speed=fast-mode-*,"
            + "compaction=compact-*,"
            + "fallback_credit_token=fallback-credit-*";

    static final Setting HOST = Setting.of("HOST", "127.0.0.1",
            "the address to serve; any other than loopback needs PROXY_API_KEYS");
    static final Setting PORT = Setting.of("PORT", "4000", "the port to serve, 0 for any free one");
    static final Setting LOG_LEVEL = Setting.of("LOG_LEVEL", "INFO",
            "TRACE, DEBUG, INFO, WARN, ERROR or OFF; WARNING and CRITICAL mean WARN and ERROR");
    static final Setting LOG_LIBRARIES = Setting.of("LOG_LIBRARIES", "false",
            "whether the libraries log at LOG_LEVEL too; else of them only warnings and errors are logged");
    static final Setting LOG_FORMAT = Setting.of("LOG_FORMAT", "json", "json or text");
    static final Setting LOG_DIR = Setting.of("LOG_DIR", "logs", "the directory of server.log");
    static final Setting MODELS_PATH = Setting.of("MODELS_PATH",
            "the model table; without it ./models.yaml, else the built-in one");
    static final Setting TOOL_REVIEW_PATH = Setting.of("TOOL_REVIEW_PATH",
            "the rules for tool uses in auto mode; without it ./tool-review.yaml, if there is one");
    static final Setting TOOL_REVIEW_TIMEOUT = Setting.of("TOOL_REVIEW_TIMEOUT", "60s",
            "how long the review of one tool use may take, the judge's answer included");
    static final Setting PROXY_PAIRS = Setting.of("PROXY_PAIRS", PAIRS,
            "a body field and the anthropic-beta values that travel with it: field=beta|beta").shownWhole();
    static final Setting PROXY_TRANSFORMERS = Setting.of("PROXY_TRANSFORMERS",
            "for a backend, the routes that see each event of its streams, one after another: backend=route|route").shownWhole();
    static final Setting PROXY_API_KEYS = Setting.secret("PROXY_API_KEYS", "the keys of clients");
    static final Setting PROXY_ADMIN_KEY = Setting.secret("PROXY_ADMIN_KEY", "the key of the admin endpoints");
    static final Setting PROXY_ALLOW_ANONYMOUS = Setting.of("PROXY_ALLOW_ANONYMOUS", "false",
            "whether another host than loopback may be served without keys");
    static final Setting PROXY_MAX_BODY_BYTES = Setting.of("PROXY_MAX_BODY_BYTES", "33554432",
            "the largest request body");
    static final Setting PROXY_MAX_HELD_BYTES = Setting.of("PROXY_MAX_HELD_BYTES",
            "the request bytes held at once; a quarter of the heap");
    static final Setting PROXY_REHEARSE = Setting.of("PROXY_REHEARSE", "0",
            "how many of the newest requests are kept in memory, to rehearse edited pages with; 0 for none, at most 100");
    static final Setting PROXY_BODY_TIMEOUT = Setting.of("PROXY_BODY_TIMEOUT", "60s",
            "the longest wait for a request body");
    static final Setting PROXY_WORKER_THREADS = Setting.of("PROXY_WORKER_THREADS", "512",
            "the request threads where the Java version has no virtual threads");
    static final Setting PROXY_LEARNED_FOR = Setting.of("PROXY_LEARNED_FOR", "6h",
            "how long a field that an upstream refused is left out");
    static final Setting PROXY_DRAIN_TIMEOUT = Setting.of("PROXY_DRAIN_TIMEOUT", "30s",
            "how long open streams get to end after SIGTERM");
    static final Setting PROXY_CONNECT_TIMEOUT = Setting.of("PROXY_CONNECT_TIMEOUT", "10s",
            "the longest wait for a connection");
    static final Setting PROXY_STREAM_SILENCE = Setting.of("PROXY_STREAM_SILENCE", "590s",
            "the longest silence of an upstream inside a stream");
    static final Setting PROXY_PING_INTERVAL = Setting.of("PROXY_PING_INTERVAL", "10s",
            "the silence after which the client is sent a ping");
    static final Setting PROXY_HEAD_AFTER = Setting.of("PROXY_HEAD_AFTER", "30s",
            "how long a client waits for the head of a stream; then it is sent one, and pings");
    static final Setting PROXY_COMMIT_AFTER = Setting.of("PROXY_COMMIT_AFTER", "8s",
            "how long the start of an answer is held back so that another upstream can take over");
    static final Setting RETRY_ON_TIMEOUT = Setting.of("RETRY_ON_TIMEOUT", "false",
            "whether a request whose response head came too late moves on; it may be billed twice");
    static final Setting PROXY_FETCH_IMAGES = Setting.of("PROXY_FETCH_IMAGES", "false",
            "whether images given by public https URL are fetched where the upstream takes none");
    static final Setting PROXY_URL = Setting.of("PROXY_URL", "the outgoing proxy for every upstream");
    static final Setting HTTPS_PROXY = Setting.of("HTTPS_PROXY",
            "the outgoing proxy for https upstreams; also https_proxy");
    static final Setting NO_PROXY = Setting.of("NO_PROXY", "the hosts reached without a proxy; also no_proxy");
    static final Setting PROXY_CA_FILE = Setting.of("PROXY_CA_FILE",
            "a PEM file of certificates to trust beside the platform's");

    private static final List<Setting> BEFORE = List.of(SettingSources.ENVIRONMENT, HOST, PORT, LOG_LEVEL, LOG_LIBRARIES,
            LOG_FORMAT, LOG_DIR, Backends.CONFIG_PATH, MODELS_PATH, TOOL_REVIEW_PATH, TOOL_REVIEW_TIMEOUT);
    private static final List<Setting> BEHIND = List.of(UpstreamReader.UPSTREAM_TIMEOUT, PROXY_PAIRS, PROXY_TRANSFORMERS,
            PROXY_API_KEYS, PROXY_ADMIN_KEY, PROXY_ALLOW_ANONYMOUS, PROXY_MAX_BODY_BYTES, PROXY_MAX_HELD_BYTES, PROXY_REHEARSE, PROXY_BODY_TIMEOUT,
            PROXY_WORKER_THREADS, PROXY_LEARNED_FOR, UpstreamReader.BREAKER_THRESHOLD, UpstreamReader.BREAKER_TIMEOUT,
            PROXY_DRAIN_TIMEOUT, PROXY_CONNECT_TIMEOUT, PROXY_STREAM_SILENCE, PROXY_PING_INTERVAL, PROXY_COMMIT_AFTER, PROXY_HEAD_AFTER,
            UpstreamReader.API_TIMEOUT, RETRY_ON_TIMEOUT, PROXY_FETCH_IMAGES, PROXY_URL, HTTPS_PROXY, NO_PROXY,
            PROXY_CA_FILE);

    private ProcessSettings() {
    }

    /** All that can be set where these providers are. */
    static Setting.Catalogue with(Providers providers) {
        List<Setting> all = new ArrayList<>(Backends.CHOICE);
        all.addAll(BEFORE);
        all.addAll(providers.settings());
        all.addAll(BEHIND);
        Set<String> prefixes = new LinkedHashSet<>(providers.prefixes());
        prefixes.add("PROXY_");
        return new Setting.Catalogue(all, prefixes);
    }
}
