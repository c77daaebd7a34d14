package io.caravan.settings;

import static io.caravan.settings.KnownSettings.*;

import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import io.caravan.settings.value.UpstreamUrl;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

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

    /** The workspaces of Databricks, at least one. */
    List<BackendSettings> workspaces(WorkspaceFile file) {
        return new WorkspaceReader(sources, answerTimeout(), strip(DATABRICKS_STRIP), rules(DATABRICKS_RULES))
                .workspaces(file);
    }

    /** All backends by id, in the order of {@link Backend}. */
    Map<String, BackendSettings> backends(BackendSettings databricks) {
        Map<String, BackendSettings> backends = new LinkedHashMap<>();
        for (BackendSettings backend : List.of(databricks, openRouter(), liteLlm(),
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

    private BackendSettings openRouter() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("HTTP-Referer", sources.get(OPENROUTER_REFERER).toHeader());
        headers.put("X-Title", sources.get(OPENROUTER_TITLE).toHeader());
        SettingValue base = sources.get(OPENROUTER_API_BASE);
        boolean chat = sources.get(OPENROUTER_API).toOneOf("messages", "chat").equals("chat");
        return new BackendSettings("openrouter", "openrouter", Backend.OPENROUTER.setting(),
                chat ? Api.OPENROUTER_CHAT : Api.MESSAGES,
                UpstreamUrl.base(base, "", chat ? "/chat/completions" : "/messages"), null,
                UpstreamUrl.base(base, "", "/models"),
                bearer(OPENROUTER_API_KEY), timeout(UPSTREAM_TIMEOUT), answerTimeout(), strip(OPENROUTER_STRIP),
                rules(OPENROUTER_RULES), chat, Collections.unmodifiableMap(headers), sources.missing(OPENROUTER_API_KEY));
    }

    private BackendSettings liteLlm() {
        SettingValue base = sources.get(LITELLM_BASE_URL);
        return new BackendSettings("litellm", "litellm", Backend.LITELLM.setting(), Api.MESSAGES,
                UpstreamUrl.base(base, "/v1", "/v1/messages"), UpstreamUrl.base(base, "/v1", "/v1/messages/count_tokens"),
                UpstreamUrl.base(base, "/v1", "/v1/models"),
                bearer(LITELLM_API_KEY), timeout(LITELLM_TIMEOUT), answerTimeout(), strip(LITELLM_STRIP), null, false,
                Map.of(), List.of());
    }

    private BackendSettings liteLlmOpenRouter() {
        SettingValue base = sources.get(LITELLM_BASE_URL);
        return new BackendSettings("litellm-openrouter", "litellm-openrouter", Backend.LITELLM_OPENROUTER.setting(),
                Api.LITELLM_CHAT,
                UpstreamUrl.base(base, "", "/chat/completions"), null, UpstreamUrl.base(base, "/v1", "/v1/models"),
                bearer(LITELLM_API_KEY), timeout(LITELLM_TIMEOUT), answerTimeout(), strip(LITELLM_STRIP),
                rules(LITELLM_RULES), true, Map.of(), List.of());
    }

    private BackendSettings anthropic() {
        Auth auth = sources.find(ANTHROPIC_UPSTREAM_KEY).<Auth>map(key -> new Auth.ApiKey(key.toSecret()))
                .orElse(new Auth.PassThrough());
        SettingValue base = sources.get(ANTHROPIC_UPSTREAM_URL);
        return new BackendSettings("anthropic", "anthropic", Backend.ANTHROPIC.setting(), Api.MESSAGES,
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
}
