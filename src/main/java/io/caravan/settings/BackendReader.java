package io.caravan.settings;

import static io.caravan.settings.Setting.*;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what there is to know of each backend. */
final class BackendReader {

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(300);
    private static final String BETA = "[A-Za-z0-9][A-Za-z0-9._-]*\\*?";
    private static final Pattern FIELD = Pattern.compile("\\w+(\\.\\w+)?");
    private static final Pattern STRIP_ENTRY = Pattern.compile(FIELD + "|beta:" + BETA);
    private static final Pattern PAIR = Pattern.compile(FIELD + "=" + BETA + "(\\|" + BETA + ")*");

    private final SettingSources sources;

    BackendReader(SettingSources sources) {
        this.sources = sources;
    }

    /** All backends by id, in the order of {@link Backend}. */
    Map<String, BackendSettings> backends() {
        Map<String, BackendSettings> backends = new LinkedHashMap<>();
        for (BackendSettings backend : List.of(databricks(), openRouter(), liteLlm(),
                liteLlmOpenRouter(), anthropic())) {
            backends.put(backend.id(), backend);
        }
        return Collections.unmodifiableMap(backends);
    }

    /** For a body field, the betas that travel with it. */
    Map<String, List<String>> pairs() {
        SettingValue value = sources.get(PROXY_PAIRS);
        Map<String, List<String>> pairs = new LinkedHashMap<>();
        for (String pair : value.toList()) {
            if (!PAIR.matcher(pair).matches()) {
                throw value.invalid("a pair is field=beta or parent.field=beta|beta, where a beta may end in *");
            }
            String[] sides = pair.split("=", 2);
            pairs.put(sides[0], List.of(sides[1].split("\\|")));
        }
        return Collections.unmodifiableMap(pairs);
    }

    private BackendSettings databricks() {
        Optional<SettingValue> host = sources.find(DATABRICKS_HOST);
        Optional<Secret> token = sources.find(DATABRICKS_TOKEN).map(SettingValue::toSecret);
        String scheme = sources.get(DATABRICKS_AUTH).toOneOf("basic", "bearer", "oauth");
        Auth auth = token.<Auth>map(t -> scheme.equals("bearer") ? new Auth.Bearer(t) : new Auth.Basic("token", t))
                .orElse(new Auth.None());
        boolean chat = sources.get(DATABRICKS_API).toOneOf("native", "invocations").equals("invocations");
        String messages = "/serving-endpoints/anthropic/v1/messages";
        return new BackendSettings("databricks", Backend.DATABRICKS.setting(), chat ? Api.DATABRICKS_CHAT : Api.MESSAGES,
                workspace(host, chat ? "/serving-endpoints" : messages),
                chat ? null : workspace(host, messages + "/count_tokens"),
                workspace(host, "/api/2.0/serving-endpoints"),
                auth, timeout(DATABRICKS_TIMEOUT), answerTimeout(), strip(DATABRICKS_STRIP), rules(DATABRICKS_RULES), true,
                Map.of(), missing(DATABRICKS_HOST, DATABRICKS_TOKEN));
    }

    private static URI workspace(Optional<SettingValue> host, String path) {
        return host.map(value -> UpstreamUrl.workspace(value, path)).orElse(null);
    }

    private BackendSettings openRouter() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("HTTP-Referer", sources.get(OPENROUTER_REFERER).toHeader());
        headers.put("X-Title", sources.get(OPENROUTER_TITLE).toHeader());
        SettingValue base = sources.get(OPENROUTER_API_BASE);
        boolean chat = sources.get(OPENROUTER_API).toOneOf("messages", "chat").equals("chat");
        return new BackendSettings("openrouter", Backend.OPENROUTER.setting(), chat ? Api.OPENROUTER_CHAT : Api.MESSAGES,
                UpstreamUrl.base(base, "", chat ? "/chat/completions" : "/messages"), null,
                UpstreamUrl.base(base, "", "/models"),
                bearer(OPENROUTER_API_KEY), timeout(UPSTREAM_TIMEOUT), answerTimeout(), strip(OPENROUTER_STRIP),
                rules(OPENROUTER_RULES), chat, Collections.unmodifiableMap(headers), missing(OPENROUTER_API_KEY));
    }

    private BackendSettings liteLlm() {
        SettingValue base = sources.get(LITELLM_BASE_URL);
        return new BackendSettings("litellm", Backend.LITELLM.setting(), Api.MESSAGES,
                UpstreamUrl.base(base, "/v1", "/v1/messages"), UpstreamUrl.base(base, "/v1", "/v1/messages/count_tokens"),
                UpstreamUrl.base(base, "/v1", "/v1/models"),
                bearer(LITELLM_API_KEY), timeout(LITELLM_TIMEOUT), answerTimeout(), strip(LITELLM_STRIP), null, false,
                Map.of(), List.of());
    }

    private BackendSettings liteLlmOpenRouter() {
        SettingValue base = sources.get(LITELLM_BASE_URL);
        return new BackendSettings("litellm-openrouter", Backend.LITELLM_OPENROUTER.setting(), Api.LITELLM_CHAT,
                UpstreamUrl.base(base, "", "/chat/completions"), null, UpstreamUrl.base(base, "/v1", "/v1/models"),
                bearer(LITELLM_API_KEY), timeout(LITELLM_TIMEOUT), answerTimeout(), strip(LITELLM_STRIP),
                rules(LITELLM_RULES), true, Map.of(), List.of());
    }

    private BackendSettings anthropic() {
        Auth auth = sources.find(ANTHROPIC_UPSTREAM_KEY).<Auth>map(key -> new Auth.ApiKey(key.toSecret()))
                .orElse(new Auth.PassThrough());
        SettingValue base = sources.get(ANTHROPIC_UPSTREAM_URL);
        return new BackendSettings("anthropic", Backend.ANTHROPIC.setting(), Api.MESSAGES,
                UpstreamUrl.base(base, "/v1", "/v1/messages"), UpstreamUrl.base(base, "/v1", "/v1/messages/count_tokens"),
                UpstreamUrl.base(base, "/v1", "/v1/models"),
                auth, timeout(UPSTREAM_TIMEOUT), answerTimeout(), strip(ANTHROPIC_STRIP), null, false, Map.of(), List.of());
    }

    private List<String> rules(Setting setting) {
        return sources.find(setting).map(SettingValue::toList).orElse(null);
    }

    private Auth bearer(Setting setting) {
        return sources.find(setting).<Auth>map(key -> new Auth.Bearer(key.toSecret())).orElse(new Auth.None());
    }

    private Duration timeout(Setting setting) {
        return sources.get(setting).toDuration();
    }

    private Duration answerTimeout() {
        Duration bound = timeout(API_TIMEOUT_MS);
        return bound.compareTo(LONGEST_ANSWER) < 0 ? bound : LONGEST_ANSWER;
    }

    private List<String> strip(Setting setting) {
        Optional<SettingValue> value = sources.find(setting);
        List<String> entries = value.map(SettingValue::toList).orElse(List.of());
        if (!entries.stream().allMatch(entry -> STRIP_ENTRY.matcher(entry).matches())) {
            throw value.orElseThrow().invalid("an entry is key, parent.key, beta:NAME or beta:prefix-*; none for no entry");
        }
        return entries;
    }

    private List<String> missing(Setting... needed) {
        return Stream.of(needed).filter(setting -> sources.find(setting).isEmpty()).map(Setting::name).toList();
    }
}
