package io.caravan.settings;

import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.Settings;
import java.util.List;

/** Every setting there is. */
final class KnownSettings {

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

    static final Setting PROXY_BACKEND =
            Setting.of("PROXY_BACKEND", "the upstream: AZURE_DATABRICKS, OPENROUTER, LITELLM_OPENROUTER, LITELLM_MESSAGES or ANTHROPIC");
    static final Setting BYPASS_FALLBACK_ENABLED =
            Setting.of("BYPASS_FALLBACK_ENABLED", "whether OpenRouter takes over when the chosen backend fails; on when its key is set");
    static final Setting DATABRICKS_ENABLED =
            Setting.of("DATABRICKS_ENABLED", "deprecated: true means PROXY_BACKEND=AZURE_DATABRICKS");
    static final Setting BYPASS_LITELLM_ENABLED =
            Setting.of("BYPASS_LITELLM_ENABLED", "deprecated: true means PROXY_BACKEND=OPENROUTER, false LITELLM_OPENROUTER");
    static final Setting ENVIRONMENT = SettingSources.ENVIRONMENT;
    static final Setting HOST =
            Setting.of("HOST", "127.0.0.1", "the address to serve; any other than loopback needs PROXY_API_KEYS");
    static final Setting PORT =
            Setting.of("PORT", "4000", "the port to serve, 0 for any free one");
    static final Setting LOG_LEVEL =
            Setting.of("LOG_LEVEL", "INFO", "TRACE, DEBUG, INFO, WARN, ERROR or OFF");
    static final Setting LOG_FORMAT =
            Setting.of("LOG_FORMAT", "json", "json or text");
    static final Setting LOG_DIR =
            Setting.of("LOG_DIR", "logs", "the directory of server.log");
    static final Setting CONFIG_PATH =
            Setting.of("CONFIG_PATH", "config.yaml", "the load balancer's file: several workspaces, and a key of clients");
    static final Setting MODELS_PATH =
            Setting.of("MODELS_PATH", "the model table; without it ./models.yaml, else the built-in one");

    static final Setting DATABRICKS_HOST =
            Setting.of("DATABRICKS_HOST", "the workspace: adb-123.4, its host name, or a URL");
    static final Setting DATABRICKS_TOKEN =
            Setting.secret("DATABRICKS_TOKEN", "the workspace's personal access token");
    static final Setting DATABRICKS_AUTH =
            Setting.of("DATABRICKS_AUTH", "basic", "basic or bearer: how the token is sent; or oauth: a token is fetched for the client");
    static final Setting DATABRICKS_API =
            Setting.of("DATABRICKS_API", "native", "native (Messages) or invocations (OpenAI chat)");
    static final Setting DATABRICKS_CLIENT_ID =
            Setting.of("DATABRICKS_CLIENT_ID", "the OAuth client; used by itself where there is no token");
    static final Setting DATABRICKS_CLIENT_SECRET =
            Setting.secret("DATABRICKS_CLIENT_SECRET", "the OAuth client's secret");
    static final Setting DATABRICKS_MAX_RETRIES =
            Setting.of("DATABRICKS_MAX_RETRIES", "3", "how often a request is repeated on the same upstream, whichever it is");
    static final Setting DATABRICKS_TOOLS =
            Setting.of("DATABRICKS_TOOLS", "databricks", "databricks, or openrouter: where requests that carry tools go");
    static final Setting DATABRICKS_TIMEOUT =
            Setting.of("DATABRICKS_TIMEOUT", "30s", "the longest wait for the response head of a stream");
    static final Setting DATABRICKS_STRIP =
            Setting.of("DATABRICKS_STRIP", "safeguards", "what is never sent to Databricks: key, parent.key or beta:NAME");
    static final Setting DATABRICKS_RULES =
            Setting.of("DATABRICKS_RULES", "the rules of transformation for invocations; without it those of docs/backends.md");
    static final Setting OPENROUTER_API_KEY =
            Setting.secret("OPENROUTER_API_KEY", "OpenRouter's key");
    static final Setting OPENROUTER_API_BASE =
            Setting.of("OPENROUTER_API_BASE", "https://openrouter.ai/api/v1", "OpenRouter's URL up to /messages");
    static final Setting OPENROUTER_API =
            Setting.of("OPENROUTER_API", "messages", "messages or chat: which of OpenRouter's formats is spoken");
    static final Setting OPENROUTER_REFERER =
            Setting.of("OPENROUTER_REFERER", "http://localhost", "the HTTP-Referer header sent to OpenRouter");
    static final Setting OPENROUTER_TITLE =
            Setting.of("OPENROUTER_TITLE", "caravan", "the X-Title header sent to OpenRouter");
    static final Setting OPENROUTER_STRIP =
            Setting.of("OPENROUTER_STRIP", "safeguards", "what is never sent to OpenRouter");
    static final Setting OPENROUTER_RULES =
            Setting.of("OPENROUTER_RULES", "the rules of transformation for OpenRouter's chat format");
    static final Setting LITELLM_BASE_URL =
            Setting.of("LITELLM_BASE_URL", "http://localhost:4001", "the LiteLLM proxy");
    static final Setting LITELLM_API_KEY =
            Setting.secret("LITELLM_API_KEY", "the LiteLLM proxy's key, if it asks for one");
    static final Setting LITELLM_TIMEOUT =
            Setting.of("LITELLM_TIMEOUT", "120s", "as DATABRICKS_TIMEOUT, for LiteLLM");
    static final Setting LITELLM_STRIP =
            Setting.of("LITELLM_STRIP", "safeguards", "what is never sent to LiteLLM");
    static final Setting LITELLM_RULES =
            Setting.of("LITELLM_RULES", "the rules of transformation for LiteLLM's chat format");
    static final Setting ANTHROPIC_UPSTREAM_URL =
            Setting.of("ANTHROPIC_UPSTREAM_URL", "https://api.anthropic.com", "Anthropic's URL");
    static final Setting ANTHROPIC_UPSTREAM_KEY =
            Setting.secret("ANTHROPIC_UPSTREAM_KEY", "Anthropic's key; without it the client's own credential is passed on");
    static final Setting ANTHROPIC_STRIP =
            Setting.of("ANTHROPIC_STRIP", "what is never sent to Anthropic");
    static final Setting UPSTREAM_TIMEOUT =
            Setting.of("UPSTREAM_TIMEOUT", "120s", "as DATABRICKS_TIMEOUT, for OpenRouter and Anthropic");
    static final Setting PROXY_PAIRS =
            Setting.of("PROXY_PAIRS", PAIRS, "a body field and the anthropic-beta values that travel with it: field=beta|beta").shownWhole();

    static final Setting PROXY_API_KEYS =
            Setting.secret("PROXY_API_KEYS", "the keys of clients");
    static final Setting PROXY_ADMIN_KEY =
            Setting.secret("PROXY_ADMIN_KEY", "the key of the admin endpoints");
    static final Setting PROXY_ALLOW_ANONYMOUS =
            Setting.of("PROXY_ALLOW_ANONYMOUS", "false", "whether another host than loopback may be served without keys");
    static final Setting PROXY_MAX_BODY_BYTES =
            Setting.of("PROXY_MAX_BODY_BYTES", "33554432", "the largest request body");
    static final Setting PROXY_MAX_HELD_BYTES =
            Setting.of("PROXY_MAX_HELD_BYTES", "the request bytes held at once; a quarter of the heap");
    static final Setting PROXY_BODY_TIMEOUT =
            Setting.of("PROXY_BODY_TIMEOUT", "60s", "the longest wait for a request body");
    static final Setting PROXY_WORKER_THREADS =
            Setting.of("PROXY_WORKER_THREADS", "512", "the request threads where the Java version has no virtual threads");
    static final Setting PROXY_LEARNED_FOR =
            Setting.of("PROXY_LEARNED_FOR", "6h", "how long a field that an upstream refused is left out");
    static final Setting PROXY_BREAKER_THRESHOLD =
            Setting.of("PROXY_BREAKER_THRESHOLD", "5", "the failures in a row that open a backend's breaker");
    static final Setting PROXY_BREAKER_TIMEOUT =
            Setting.of("PROXY_BREAKER_TIMEOUT", "60s", "how long a breaker stays open");
    static final Setting PROXY_DRAIN_TIMEOUT =
            Setting.of("PROXY_DRAIN_TIMEOUT", "30s", "how long open streams get to end after SIGTERM");
    static final Setting PROXY_CONNECT_TIMEOUT =
            Setting.of("PROXY_CONNECT_TIMEOUT", "10s", "the longest wait for a connection");
    static final Setting PROXY_STREAM_SILENCE =
            Setting.of("PROXY_STREAM_SILENCE", "590s", "the longest silence of an upstream inside a stream");
    static final Setting PROXY_PING_INTERVAL =
            Setting.of("PROXY_PING_INTERVAL", "10s", "the silence after which the client is sent a ping");
    static final Setting PROXY_COMMIT_AFTER =
            Setting.of("PROXY_COMMIT_AFTER", "8s", "how long the start of an answer is held back so that another upstream can take over");
    static final Setting API_TIMEOUT_MS =
            Setting.of("API_TIMEOUT_MS", "600000", "the longest wait for an answer that is not streamed and for the first content of a stream");
    static final Setting RETRY_ON_TIMEOUT =
            Setting.of("RETRY_ON_TIMEOUT", "false", "whether a request whose response head came too late moves on; it may be billed twice");
    static final Setting PROXY_FETCH_IMAGES =
            Setting.of("PROXY_FETCH_IMAGES", "false", "whether images given by public https URL are fetched where the upstream takes none");

    static final Setting PROXY_URL =
            Setting.of("PROXY_URL", "the outgoing proxy for every upstream");
    static final Setting HTTPS_PROXY =
            Setting.of("HTTPS_PROXY", "the outgoing proxy for https upstreams; also https_proxy");
    static final Setting NO_PROXY =
            Setting.of("NO_PROXY", "the hosts reached without a proxy; also no_proxy");
    static final Setting PROXY_CA_FILE =
            Setting.of("PROXY_CA_FILE", "a PEM file of certificates to trust beside the platform's");

    static final Settings ALL = new Settings(List.of(PROXY_BACKEND, BYPASS_FALLBACK_ENABLED, DATABRICKS_ENABLED, BYPASS_LITELLM_ENABLED, ENVIRONMENT, HOST, PORT, LOG_LEVEL, LOG_FORMAT, LOG_DIR, CONFIG_PATH, MODELS_PATH, DATABRICKS_HOST, DATABRICKS_TOKEN, DATABRICKS_AUTH, DATABRICKS_API, DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET, DATABRICKS_MAX_RETRIES, DATABRICKS_TOOLS, DATABRICKS_TIMEOUT, DATABRICKS_STRIP, DATABRICKS_RULES, OPENROUTER_API_KEY, OPENROUTER_API_BASE, OPENROUTER_API, OPENROUTER_REFERER, OPENROUTER_TITLE, OPENROUTER_STRIP, OPENROUTER_RULES, LITELLM_BASE_URL, LITELLM_API_KEY, LITELLM_TIMEOUT, LITELLM_STRIP, LITELLM_RULES, ANTHROPIC_UPSTREAM_URL, ANTHROPIC_UPSTREAM_KEY, ANTHROPIC_STRIP, UPSTREAM_TIMEOUT, PROXY_PAIRS, PROXY_API_KEYS, PROXY_ADMIN_KEY, PROXY_ALLOW_ANONYMOUS, PROXY_MAX_BODY_BYTES, PROXY_MAX_HELD_BYTES, PROXY_BODY_TIMEOUT, PROXY_WORKER_THREADS, PROXY_LEARNED_FOR, PROXY_BREAKER_THRESHOLD, PROXY_BREAKER_TIMEOUT, PROXY_DRAIN_TIMEOUT, PROXY_CONNECT_TIMEOUT, PROXY_STREAM_SILENCE, PROXY_PING_INTERVAL, PROXY_COMMIT_AFTER, API_TIMEOUT_MS, RETRY_ON_TIMEOUT, PROXY_FETCH_IMAGES, PROXY_URL, HTTPS_PROXY, NO_PROXY, PROXY_CA_FILE),
            List.of("PROXY_", "DATABRICKS_", "OPENROUTER_", "LITELLM_", "ANTHROPIC_"));

    private KnownSettings() {
    }
}
