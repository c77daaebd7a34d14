package io.caravan.settings;

import static io.caravan.settings.Setting.Trait.SECRET;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Every setting, named as its environment variable: the one list from which the known keys, {@code config check} and
 * the tests of the documentation are derived.
 *
 * <p>A duration is a number with {@code ms}, {@code s}, {@code m} or {@code h}; without a unit it is in seconds, in
 * milliseconds if the name ends in {@code _MS}. A switch is true, false, 1, 0, yes, no, on or off. A list is separated
 * by commas; {@code none} is the empty list. An empty value counts as not set.
 */
public enum Setting {
    PROXY_BACKEND(null, "the upstream: AZURE_DATABRICKS, OPENROUTER, LITELLM_OPENROUTER, LITELLM_MESSAGES or ANTHROPIC"),
    BYPASS_FALLBACK_ENABLED(null, "whether OpenRouter takes over when the chosen backend fails; on when its key is set"),
    DATABRICKS_ENABLED(null, "deprecated: true means PROXY_BACKEND=AZURE_DATABRICKS"),
    BYPASS_LITELLM_ENABLED(null, "deprecated: true means PROXY_BACKEND=OPENROUTER, false LITELLM_OPENROUTER"),
    ENVIRONMENT("production", "the name of the environment; .env.NAME is read before .env"),
    HOST("127.0.0.1", "the address to serve; any other than loopback needs PROXY_API_KEYS"),
    PORT("4000", "the port to serve, 0 for any free one"),
    LOG_LEVEL("INFO", "TRACE, DEBUG, INFO, WARN, ERROR or OFF"),
    LOG_FORMAT("json", "json or text"),
    LOG_DIR("logs", "the directory of server.log"),
    CONFIG_PATH("config.yaml", "the load balancer's file: several workspaces, and a key of clients"),
    MODELS_PATH(null, "the model table; without it ./models.yaml, else the built-in one"),

    DATABRICKS_HOST(null, "the workspace: adb-123.4, its host name, or a URL"),
    DATABRICKS_TOKEN(null, "the workspace's personal access token", SECRET),
    DATABRICKS_AUTH("basic", "basic or bearer: how the token is sent; or oauth: a token is fetched for the client"),
    DATABRICKS_API("native", "native (Messages) or invocations (OpenAI chat)"),
    DATABRICKS_CLIENT_ID(null, "the OAuth client; used by itself where there is no token"),
    DATABRICKS_CLIENT_SECRET(null, "the OAuth client's secret", SECRET),
    DATABRICKS_MAX_RETRIES("3", "how often a request is repeated on the same upstream, whichever it is"),
    DATABRICKS_TOOLS("databricks", "databricks, or openrouter: where requests that carry tools go"),
    DATABRICKS_TIMEOUT("30s", "the longest wait for the response head of a stream"),
    DATABRICKS_STRIP("safeguards", "what is never sent to Databricks: key, parent.key or beta:NAME"),
    DATABRICKS_RULES(null, "the rules of transformation for invocations; without it those of docs/backends.md"),
    OPENROUTER_API_KEY(null, "OpenRouter's key", SECRET),
    OPENROUTER_API_BASE("https://openrouter.ai/api/v1", "OpenRouter's URL up to /messages"),
    OPENROUTER_API("messages", "messages or chat: which of OpenRouter's formats is spoken"),
    OPENROUTER_REFERER("http://localhost", "the HTTP-Referer header sent to OpenRouter"),
    OPENROUTER_TITLE("caravan", "the X-Title header sent to OpenRouter"),
    OPENROUTER_STRIP("safeguards", "what is never sent to OpenRouter"),
    OPENROUTER_RULES(null, "the rules of transformation for OpenRouter's chat format"),
    LITELLM_BASE_URL("http://localhost:4001", "the LiteLLM proxy"),
    LITELLM_API_KEY(null, "the LiteLLM proxy's key, if it asks for one", SECRET),
    LITELLM_TIMEOUT("120s", "as DATABRICKS_TIMEOUT, for LiteLLM"),
    LITELLM_STRIP("safeguards", "what is never sent to LiteLLM"),
    LITELLM_RULES(null, "the rules of transformation for LiteLLM's chat format"),
    ANTHROPIC_UPSTREAM_URL("https://api.anthropic.com", "Anthropic's URL"),
    ANTHROPIC_UPSTREAM_KEY(null, "Anthropic's key; without it the client's own credential is passed on", SECRET),
    ANTHROPIC_STRIP(null, "what is never sent to Anthropic"),
    UPSTREAM_TIMEOUT("120s", "as DATABRICKS_TIMEOUT, for OpenRouter and Anthropic"),
    PROXY_PAIRS(Defaults.PAIRS, "a body field and the anthropic-beta values that travel with it: field=beta|beta"),

    PROXY_API_KEYS(null, "the keys of clients", SECRET),
    PROXY_ADMIN_KEY(null, "the key of the admin endpoints", SECRET),
    PROXY_ALLOW_ANONYMOUS("false", "whether another host than loopback may be served without keys"),
    PROXY_MAX_BODY_BYTES("33554432", "the largest request body"),
    PROXY_MAX_HELD_BYTES(null, "the request bytes held at once; a quarter of the heap"),
    PROXY_BODY_TIMEOUT("60s", "the longest wait for a request body"),
    PROXY_WORKER_THREADS("512", "the request threads where the Java version has no virtual threads"),
    PROXY_LEARNED_FOR("6h", "how long a field that an upstream refused is left out"),
    PROXY_BREAKER_THRESHOLD("5", "the failures in a row that open a backend's breaker"),
    PROXY_BREAKER_TIMEOUT("60s", "how long a breaker stays open"),
    PROXY_DRAIN_TIMEOUT("30s", "how long open streams get to end after SIGTERM"),
    PROXY_CONNECT_TIMEOUT("10s", "the longest wait for a connection"),
    PROXY_STREAM_SILENCE("590s", "the longest silence of an upstream inside a stream"),
    PROXY_PING_INTERVAL("10s", "the silence after which the client is sent a ping"),
    PROXY_COMMIT_AFTER("8s", "how long the start of an answer is held back so that another upstream can take over"),
    API_TIMEOUT_MS("600000", "the longest wait for an answer that is not streamed and for the first content of a stream"),
    RETRY_ON_TIMEOUT("false", "whether a request whose response head came too late moves on; it may be billed twice"),
    PROXY_FETCH_IMAGES("false", "whether images given by public https URL are fetched where the upstream takes none"),

    PROXY_URL(null, "the outgoing proxy for every upstream"),
    HTTPS_PROXY(null, "the outgoing proxy for https upstreams; also https_proxy"),
    NO_PROXY(null, "the hosts reached without a proxy; also no_proxy"),
    PROXY_CA_FILE(null, "a PEM file of certificates to trust beside the platform's");

    enum Trait { SECRET }

    private final String fallback;
    private final String description;
    private final Set<Trait> traits;

    Setting(String fallback, String description, Trait... traits) {
        this.fallback = fallback;
        this.description = description;
        this.traits = Set.of(traits);
    }

    /** The built-in value, if there is a fixed one. */
    public Optional<String> defaultValue() {
        return Optional.ofNullable(fallback);
    }

    /** What it does, in a few words. */
    public String description() {
        return description;
    }

    /** Whether its value must never be shown. */
    public boolean secret() {
        return traits.contains(SECRET);
    }

    /** Its name in {@code application.properties}, such as {@code databricks.max-retries}. */
    public String property() {
        return name().toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace('_', '-');
    }

    /** The setting that a property means; dots, dashes and underscores are equal and letter case does not count. */
    public static Optional<Setting> ofProperty(String property) {
        String name = plain(property);
        for (Setting setting : values()) {
            if (setting.name().equals(name)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    /** {@code name} in the spelling in which all names of one setting are equal. */
    static String plain(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    private static final class Defaults {
        static final String PAIRS = "safeguards=dangerous-tool-use-*,"
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
    }
}
