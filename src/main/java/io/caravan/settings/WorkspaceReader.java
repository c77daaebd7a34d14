package io.caravan.settings;

import static io.caravan.settings.KnownSettings.*;

import io.caravan.settings.value.Secret;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the workspaces of Databricks: those of the file, else the one of {@code DATABRICKS_HOST}. */
final class WorkspaceReader {

    private static final String ENDPOINTS = "/serving-endpoints";

    private final SettingSources sources;
    private final Duration answerTimeout;
    private final List<String> strip;
    private final List<String> rules;

    WorkspaceReader(SettingSources sources, Duration answerTimeout, List<String> strip, List<String> rules) {
        this.sources = sources;
        this.answerTimeout = answerTimeout;
        this.strip = strip;
        this.rules = rules;
    }

    /** At least one; the first of several is what Databricks is where there can be but one. */
    List<BackendSettings> workspaces(WorkspaceFile file) {
        Api usual = sources.get(DATABRICKS_API).toOneOf("native", "invocations").equals("native")
                ? Api.MESSAGES : Api.DATABRICKS_CHAT;
        return file.workspaces().isEmpty() ? List.of(ofHost(usual)) : file.workspaces().stream()
                .map(listed -> workspace(listed.name(), listed.base(), listed.auth(),
                        listed.api() == null ? usual : listed.api(), List.of())).toList();
    }

    /** Whether the OAuth client is used: where that is asked for, and where there is no token but a client. */
    static boolean usesClient(SettingSources sources) {
        boolean clientAlone = sources.find(DATABRICKS_TOKEN).isEmpty()
                && (sources.find(DATABRICKS_CLIENT_ID).isPresent() || sources.find(DATABRICKS_CLIENT_SECRET).isPresent());
        return sources.get(DATABRICKS_AUTH).toOneOf("basic", "bearer", "oauth").equals("oauth") || clientAlone;
    }

    private BackendSettings ofHost(Api api) {
        String base = sources.find(DATABRICKS_HOST)
                .map(host -> WorkspaceUrl.endpoints(host)).orElse(null);
        boolean oauth = usesClient(sources);
        List<String> missing = oauth ? sources.missing(DATABRICKS_HOST, DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET)
                : sources.missing(DATABRICKS_HOST, DATABRICKS_TOKEN);
        return workspace(Backend.DATABRICKS.id(), base, oauth ? client(base) : token(), api, missing);
    }

    private Auth token() {
        boolean bearer = sources.get(DATABRICKS_AUTH).text().equalsIgnoreCase("bearer");
        return sources.find(DATABRICKS_TOKEN).map(SettingValue::toSecret)
                .<Auth>map(token -> bearer ? new Auth.Bearer(token) : new Auth.Basic("token", token))
                .orElse(new Auth.None());
    }

    private Auth client(String base) {
        Optional<SettingValue> id = sources.find(DATABRICKS_CLIENT_ID);
        Optional<Secret> secret = sources.find(DATABRICKS_CLIENT_SECRET).map(SettingValue::toSecret);
        id.filter(value -> !Auth.OAuth.isClientId(value.text())).ifPresent(value -> {
            throw value.invalid("it holds a space, a colon or a letter outside ASCII; was it pasted whole?");
        });
        return base == null || id.isEmpty() || secret.isEmpty() ? new Auth.None()
                : new Auth.OAuth(at(WorkspaceUrl.of(base), Auth.OAuth.PATH), id.get().text(), secret.get());
    }

    private BackendSettings workspace(String name, String base, Auth auth, Api api, List<String> missing) {
        boolean chat = api == Api.DATABRICKS_CHAT;
        String messages = "/anthropic/v1/messages";
        return new BackendSettings(name, Backend.DATABRICKS.id(), Backend.DATABRICKS.setting(), api,
                at(base, chat ? "" : messages),
                chat ? null : at(base, messages + "/count_tokens"),
                base == null ? null : at(WorkspaceUrl.of(base), "/api/2.0" + ENDPOINTS),
                auth, sources.get(DATABRICKS_TIMEOUT).toDuration(), answerTimeout, strip, rules, true, Map.of(), missing);
    }

    private static URI at(String base, String path) {
        return base == null ? null : URI.create(base + path);
    }
}
