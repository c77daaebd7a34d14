/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Secret;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Every backend there is, configured or not, which of them is chosen, and which take over when it fails. Immutable. */
public final class Backends {

    /** The settings that say which backend serves and which take over, in the order in which they are listed. */
    public static final List<Setting> CHOICE = Stream.concat(
            Stream.of(BackendChoice.PROXY_BACKEND, FallbackChain.BYPASS_FALLBACK_ENABLED, FallbackChain.PROXY_FALLBACK),
            BackendChoice.LEGACY.stream()).toList();

    /** Where the workspace file lies. */
    public static final Setting CONFIG_PATH = WorkspaceFile.PATH;

    private final Backend chosen;
    private final List<Backend> fallbacks;
    private final Map<String, BackendSettings> byId = new LinkedHashMap<>();

    private Backends(Backend chosen, List<Backend> fallbacks, Collection<BackendSettings> all) {
        this.chosen = chosen;
        this.fallbacks = List.copyOf(fallbacks);
        all.forEach(settings -> byId.put(settings.backend().id(), settings));
    }

    /** The backend that serves what nothing sends elsewhere. */
    public BackendSettings chosen() {
        return get(chosen.id());
    }

    /** The backends that take over when the chosen one fails, one after another; none where failover is off. */
    public List<Backend> fallbacks() {
        return fallbacks;
    }

    /** The ids of the backends that take over when {@code id} fails, one after another: those behind it, else all. */
    public List<String> fallbacksOf(String id) {
        List<String> ids = fallbacks.stream().map(Backend::id).toList();
        return ids.subList(ids.indexOf(id) + 1, ids.size());
    }

    /** Their ids, in the order in which they are listed everywhere. */
    public Set<String> ids() {
        return Collections.unmodifiableSet(byId.keySet());
    }

    /** @throws IllegalArgumentException if there is no backend of that id */
    public BackendSettings get(String id) {
        BackendSettings backend = byId.get(id);
        if (backend == null) {
            throw new IllegalArgumentException("No backend is called " + id + "; there are " + ids());
        }
        return backend;
    }

    /** All of them, in the order in which they are listed everywhere. */
    public Collection<BackendSettings> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    /** The upstreams of all of them. */
    public List<UpstreamSettings> upstreams() {
        return byId.values().stream().flatMap(backend -> backend.upstreams().stream()).toList();
    }

    /** What has been decided where a setting leaves it open, for those who look at settings. */
    public Map<Setting, String> decided() {
        String chain = Backend.NONE;
        if (!fallbacks.isEmpty()) {
            chain = String.join(",", fallbacks.stream().map(Backend::setting).toList());
        }
        Map<Setting, String> decided = new HashMap<>();
        byId.values().forEach(backend -> decided.putAll(backend.decided()));
        decided.put(BackendChoice.PROXY_BACKEND, chosen.setting());
        decided.put(FallbackChain.BYPASS_FALLBACK_ENABLED, String.valueOf(!fallbacks.isEmpty()));
        decided.put(FallbackChain.PROXY_FALLBACK, chain);
        return decided;
    }

    @Override
    public String toString() {
        return byId.values().toString();
    }

    /** Reads all backends of all providers; used once, at start, by one thread. */
    public static final class Reader {

        private final Providers providers;
        private final SettingSources sources;
        private final Consumer<String> warnings;
        private final WorkspaceFile file;

        /**
         * Reads the workspace file.
         *
         * @param warnings takes what should be said at start, a line each
         * @throws io.caravan.settings.value.SettingsException if the file cannot be used
         */
        public Reader(Providers providers, SettingSources sources, Consumer<String> warnings) {
            this.providers = providers;
            this.sources = sources;
            this.warnings = warnings;
            this.file = WorkspaceFile.find(sources, reserved(providers), warnings);
        }

        /** The key of clients that stands in the workspace file. */
        public Optional<Secret> clientKey() {
            return file.key();
        }

        /**
         * Reads the backends.
         *
         * @param clientKeys whether clients are asked for a key
         * @throws io.caravan.settings.value.SettingsException if a setting cannot be used
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

        /** What the workspace file means, a line {@code key = value (source)} each; secrets are masked. */
        public List<String> lines(Backends backends) {
            return file.lines(backends.get(Databricks.BACKEND.id()));
        }

        private static List<String> reserved(Providers providers) {
            List<String> names = new ArrayList<>(List.of(Backend.NONE));
            providers.backends().stream().filter(backend -> !backend.equals(Databricks.BACKEND))
                    .forEach(backend -> names.add(backend.id()));
            return names;
        }

        private void warnAbout(UpstreamSettings chosen, boolean clientKeys) {
            String name = chosen.backend().setting();
            if (!chosen.configured()) {
                warnings.accept(name + " cannot be used: " + String.join(" and ", chosen.missing())
                        + (chosen.missing().size() == 1 ? " is" : " are") + " not set" + misspelt(chosen.missing())
                        + ", and requests are answered with 503; set what is missing, or run `caravan demo`, which needs no key");
            }
            if (chosen.auth() instanceof Auth.PassThrough pass && clientKeys) {
                warnings.accept(name + " passes the client's own credential on, but never one of PROXY_API_KEYS: clients that"
                        + " send only such a key are answered with 503; set " + pass.setting() + ", or run `caravan demo`");
            }
        }

        /** The names among the variables that are all but those that are missing. */
        private String misspelt(List<String> missing) {
            List<String> hints = missing.stream().flatMap(name -> sources.misspellings(name).stream()
                    .map(other -> "is " + other + " meant to be " + name + "?")).toList();
            return hints.isEmpty() ? "" : " (" + String.join(" ", hints) + ")";
        }
    }
}
