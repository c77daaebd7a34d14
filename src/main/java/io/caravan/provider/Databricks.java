/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.provider.UpstreamSettings.Safeguards;
import io.caravan.settings.value.Secret;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Databricks' model serving: the workspaces of {@code config.yaml}, else the one of {@code DATABRICKS_HOST}, by its Messages
 * endpoint, by invocations in the chat format, or by Databricks' own gateway (ledger 5.1, 5.3, 5.4 and 5.15).
 */
final class Databricks implements Provider {

    static final Backend BACKEND = new Backend("databricks", "AZURE_DATABRICKS", "Azure Databricks", true);
    static final List<Dialect> DIALECTS = List.of(DatabricksMessages.NATIVE,
            new DatabricksInvocations(), DatabricksMessages.GATEWAY);

    private static final Setting HOST = Setting.of("DATABRICKS_HOST", "the workspace: adb-123.4, its host name, or a URL");
    private static final Setting TOKEN = Setting.secret("DATABRICKS_TOKEN", "the workspace's personal access token");
    private static final Setting AUTH = Setting.of("DATABRICKS_AUTH", "basic",
            "basic or bearer: how the token is sent; or oauth: a token is fetched for the client");
    private static final Setting API = Setting.of("DATABRICKS_API", "native",
            "native (Messages), invocations (OpenAI chat), or gateway (Databricks' own, Messages)");
    private static final Setting CLIENT_ID = Setting.of("DATABRICKS_CLIENT_ID",
            "the OAuth client; used by itself where there is no token");
    private static final Setting CLIENT_SECRET = Setting.secret("DATABRICKS_CLIENT_SECRET", "the OAuth client's secret");
    private static final Setting TOOLS = Setting.of("DATABRICKS_TOOLS", "databricks",
            "databricks, or openrouter: where requests that carry tools go");
    private static final Setting TIMEOUT = Setting.of("DATABRICKS_TIMEOUT", "300s",
            "the longest wait for the response head of a stream");
    private static final Setting STRIP = Setting.of("DATABRICKS_STRIP", "safeguards",
            "what is never sent to Databricks: key, parent.key or beta:NAME");
    private static final Setting SAFEGUARDS = Setting.of("DATABRICKS_SAFEGUARDS", "answer",
            "who answers Claude Code's auto mode: pass (Databricks is sent the client's context), answer (the gateway, where"
                    + " there is a tool-review.yaml) or off");
    private static final Setting RULES = Setting.of("DATABRICKS_RULES",
            "the rules of transformation for invocations; without it those of docs/converting.md");

    @Override
    public List<Backend> backends() {
        return List.of(BACKEND);
    }

    @Override
    public List<Setting> settings() {
        return List.of(HOST, TOKEN, AUTH, API, CLIENT_ID, CLIENT_SECRET, UpstreamReader.MAX_RETRIES, TOOLS, TIMEOUT, STRIP,
                SAFEGUARDS, RULES);
    }

    @Override
    public BackendSettings read(Backend backend, UpstreamReader reader) {
        Dialect usual = usual(reader);
        WorkspaceFile file = reader.file();
        List<UpstreamSettings> workspaces = workspaces(file, usual, reader);
        return new BackendSettings(backend, workspaces, file.balance(reader), toolsAt(reader.sources()),
                decided(usual, reader));
    }

    /** With workspaces of a file each has its own. */
    private static Map<Setting, String> decided(Dialect usual, UpstreamReader reader) {
        if (!reader.file().workspaces().isEmpty()) {
            return Map.of();
        }
        SettingSources sources = reader.sources();
        String scheme = usesClient(sources) ? "oauth" : scheme(usual, sources);
        return Map.of(API, usual.word(), AUTH, scheme);
    }

    /** What is set, else what the host's form says. */
    private static Dialect usual(UpstreamReader reader) {
        SettingSources sources = reader.sources();
        boolean open = !sources.given(API) && namesGateway(reader);
        return open ? DatabricksMessages.GATEWAY : reader.dialect(API, DIALECTS);
    }

    private static boolean namesGateway(UpstreamReader reader) {
        return reader.file().workspaces().isEmpty() && reader.sources().find(HOST)
                .map(WorkspaceUrl::ofHost).filter(WorkspaceUrl::gateway).isPresent();
    }

    private static List<UpstreamSettings> workspaces(WorkspaceFile file, Dialect usual, UpstreamReader reader) {
        if (file.workspaces().isEmpty()) {
            return List.of(ofHost(usual, reader));
        }
        return file.workspaces().stream().map(listed -> listed(listed, usual, reader)).toList();
    }

    @Override
    public List<String> warnings(UpstreamReader reader) {
        SettingSources sources = reader.sources();
        List<String> warnings = new ArrayList<>(reader.file().warnings());
        if (!reader.file().workspaces().isEmpty()) {
            sources.find(HOST).ifPresent(host -> warnings.add(host.place() + " is not used: " + reader.file().name()
                    + " lists workspaces; remove one of the two"));
            return warnings;
        }
        Optional<String> api = sources.find(API).filter(value -> sources.given(API)).map(SettingValue::place);
        sources.find(HOST).flatMap(host -> WorkspaceUrl.ofHost(host).warning(host.place(), api)).ifPresent(warnings::add);
        if (!usesClient(sources)) {
            sources.find(CLIENT_ID).or(() -> sources.find(CLIENT_SECRET)).ifPresent(client ->
                    warnings.add(client.place() + " is not used, for there is a DATABRICKS_TOKEN: set"
                            + " DATABRICKS_AUTH=oauth, or remove one of the two"));
        }
        return warnings;
    }

    private static String toolsAt(SettingSources sources) {
        SettingValue tools = sources.get(TOOLS);
        String id = tools.toOneOf(BACKEND.id(), OpenRouter.BACKEND.id());
        if (!id.equals(BACKEND.id()) && sources.find(OpenRouter.KEY).isEmpty()) {
            throw tools.invalid("set OPENROUTER_API_KEY, or leave tools with databricks");
        }
        return id;
    }

    /** Whether the OAuth client is used: where that is asked for, and where there is no token but a client. */
    private static boolean usesClient(SettingSources sources) {
        if (scheme(sources).equals("oauth")) {
            return true;
        }
        return sources.find(TOKEN).isEmpty() && sources.find(CLIENT_ID).or(() -> sources.find(CLIENT_SECRET)).isPresent();
    }

    private static String scheme(SettingSources sources) {
        return sources.get(AUTH).toOneOf("basic", "bearer", "oauth");
    }

    /** How the token is sent where nothing says so: as most have it, but the gateway is documented with Bearer alone. */
    private static String scheme(Dialect dialect, SettingSources sources) {
        boolean open = !sources.given(AUTH) && dialect == DatabricksMessages.GATEWAY;
        return open ? "bearer" : scheme(sources);
    }

    private static UpstreamSettings ofHost(Dialect dialect, UpstreamReader reader) {
        SettingSources sources = reader.sources();
        Optional<WorkspaceUrl> place = sources.find(HOST).map(WorkspaceUrl::ofHost);
        List<String> missing = sources.missing(HOST, TOKEN);
        Auth auth;
        if (usesClient(sources)) {
            missing = sources.missing(HOST, CLIENT_ID, CLIENT_SECRET);
            auth = client(place, sources);
        } else {
            auth = token(dialect, sources);
        }
        UpstreamReader.Builder workspace = workspace(dialect, reader).auth(auth).missing(missing);
        place.ifPresent(known -> locate(workspace, known, dialect));
        return workspace.build();
    }

    private static UpstreamSettings listed(WorkspaceFile.Workspace listed, Dialect usual, UpstreamReader reader) {
        Dialect dialect = listed.dialect().orElse(listed.place().gateway() ? DatabricksMessages.GATEWAY : usual);
        UpstreamReader.Builder workspace = workspace(dialect, reader).id(listed.name()).auth(listed.auth());
        locate(workspace, listed.place(), dialect);
        return workspace.build();
    }

    private static Auth token(Dialect dialect, SettingSources sources) {
        return sources.find(TOKEN).map(token -> token(scheme(dialect, sources), token.toSecret())).orElse(new Auth.None());
    }

    /** @param scheme {@code basic} or {@code bearer} */
    static Auth token(String scheme, Secret token) {
        if (scheme.equals("bearer")) {
            return new Auth.Bearer(token);
        }
        return new Auth.Basic("token", token);
    }

    /** No credential where the host, the client or its secret is missing. */
    private static Auth client(Optional<WorkspaceUrl> place, SettingSources sources) {
        Optional<Secret> secret = sources.find(CLIENT_SECRET).map(SettingValue::toSecret);
        Optional<SettingValue> id = sources.find(CLIENT_ID);
        id.filter(value -> !Auth.OAuth.isClientId(value.text())).ifPresent(value -> {
            throw value.invalid("it holds a space, a colon or a letter outside ASCII; was it pasted whole?");
        });
        if (!sources.missing(HOST, CLIENT_ID, CLIENT_SECRET).isEmpty()) {
            return new Auth.None();
        }
        return new Auth.OAuth(place.orElseThrow().token(), id.orElseThrow().text(), secret.orElseThrow());
    }

    private static UpstreamReader.Builder workspace(Dialect dialect, UpstreamReader reader) {
        Safeguards safeguards = reader.safeguards(SAFEGUARDS);
        return reader.upstream(BACKEND, dialect)
                .usualScheme("basic")
                .headTimeout(reader, TIMEOUT)
                .clientHeaders("x-databricks-", "databricks-")
                .strip(reader.strip(STRIP, safeguards))
                .safeguards(safeguards)
                .rules(reader.rules(RULES))
                .learns(true)
                .unconfigured(BACKEND.name() + " host and token must be configured");
    }

    private static void locate(UpstreamReader.Builder workspace, WorkspaceUrl place, Dialect dialect) {
        if (dialect instanceof DatabricksMessages messages) {
            workspace.urls(messages.requests(place), messages.counts(place), place.lists());
            if (messages == DatabricksMessages.NATIVE) {
                workspace.longContext();
            }
        } else {
            workspace.urls(place.endpoints(), place.lists());
        }
    }
}
