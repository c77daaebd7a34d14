/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Secret;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads all backends of all providers; used once, at start. */
public final class BackendsReader {

    /** Where the workspace file lies. */
    public static final Setting CONFIG_PATH = WorkspaceFile.PATH;

    private final Providers providers;
    private final SettingSources sources;
    private final Consumer<String> warnings;
    private final WorkspaceFile file;

    /**
     * Reads the workspace file.
     *
     * @param warnings takes what should be said at start
     */
    public BackendsReader(Providers providers, SettingSources sources, Consumer<String> warnings) {
        this.providers = providers;
        this.sources = sources;
        this.warnings = warnings;
        this.file = WorkspaceFile.find(sources, reserved(), warnings);
    }

    /** The key of clients that stands in the workspace file. */
    public Optional<Secret> clientKey() {
        return Optional.ofNullable(file.key());
    }

    /**
     * Reads the backends.
     *
     * @param clientKeys whether clients are asked for a key
     */
    public Backends read(boolean clientKeys) {
        UpstreamReader reader = new UpstreamReader(sources, file);
        List<BackendSettings> all = new ArrayList<>();
        Backend chosen = BackendChoice.read(sources, providers.backends(), !file.workspaces().isEmpty(), warnings);
        for (Provider provider : providers.all()) {
            provider.backends().forEach(backend -> all.add(provider.read(backend, reader)));
        }
        Backends backends = new Backends(chosen, FallbackChain.read(sources, all, chosen, warnings), all);
        warnAbout(backends.chosen().asUpstream(), clientKeys);
        providers.all().forEach(provider -> provider.warnings(reader).forEach(warnings));
        return backends;
    }

    /** What has been decided where a setting leaves it open, for those who look at settings. */
    public static Map<Setting, String> decided(Backends backends) {
        Map<Setting, String> decided = new LinkedHashMap<>();
        decided.put(BackendChoice.PROXY_BACKEND, backends.chosen().backend().setting());
        List<String> fallbacks = backends.fallbacks().stream().map(Backend::setting).toList();
        decided.put(FallbackChain.BYPASS_FALLBACK_ENABLED, String.valueOf(!fallbacks.isEmpty()));
        decided.put(FallbackChain.PROXY_FALLBACK, fallbacks.isEmpty() ? Backend.NONE : String.join(",", fallbacks));
        return decided;
    }

    /** What the workspace file means, a line {@code key = value (source)} each; secrets are masked. */
    public List<String> lines(Backends backends) {
        return file.lines(backends.get(Databricks.BACKEND.id()));
    }

    private List<String> reserved() {
        List<String> names = new ArrayList<>(List.of(Backend.NONE));
        providers.backends().stream().filter(backend -> !backend.equals(Databricks.BACKEND))
                .forEach(backend -> names.add(backend.id()));
        return names;
    }

    private void warnAbout(UpstreamSettings chosen, boolean clientKeys) {
        String name = chosen.backend().setting();
        if (!chosen.configured()) {
            warnings.accept(name + " cannot be used: " + String.join(" and ", chosen.missing())
                    + (chosen.missing().size() == 1 ? " is" : " are") + " not set, and requests are answered with 503;"
                    + " set what is missing, or run `caravan demo`, which needs no key");
        }
        if (chosen.auth() instanceof Auth.PassThrough pass && clientKeys) {
            warnings.accept(name + " passes the client's own credential on, but never one of PROXY_API_KEYS: clients that"
                    + " send only such a key are answered with 503; set " + pass.setting() + ", or run `caravan demo`");
        }
    }
}
