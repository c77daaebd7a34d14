/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Secret;
import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingsException;
import io.caravan.settings.value.YamlFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Every backend there is, configured or not, which of them is chosen, and which take over when it fails. Those of
 * {@code config.yaml} may come, change and go while the gateway runs ({@link #watch}); all that is asked of one reading
 * of the file fits together. Safe for use by many threads.
 */
public final class Backends {

    /** The settings that say which backend serves and which take over, in the order in which they are listed. */
    public static final List<Setting> CHOICE = Stream.concat(
            Stream.of(BackendChoice.PROXY_BACKEND, FallbackChain.BYPASS_FALLBACK_ENABLED, FallbackChain.PROXY_FALLBACK),
            BackendChoice.LEGACY.stream()).toList();

    /** Where the workspace file lies. */
    public static final Setting CONFIG_PATH = WorkspaceFile.PATH;

    /**
     * Rows of the model table that stand elsewhere than there.
     *
     * @param source where, for messages
     * @param rows   what a name or a glob stands for, in their order
     */
    public record Rows(String source, Map<String, String> rows) {

        /** None. */
        public static final Rows NONE = new Rows("", Map.of());

        public Rows {
            rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
        }
    }

    /**
     * What one reading of {@code config.yaml} changes.
     *
     * @param come  what is new, and what has changed as it is from now on
     * @param gone  what is no more, and what has changed as it was
     * @param models the rows that stand with backends now, as {@link #models}
     * @param routes as {@link #routes}
     * @param notes  what should be said of it, a line each
     */
    public record Change(List<BackendSettings> come, List<BackendSettings> gone, Map<String, Rows> models, Rows routes,
            List<String> notes) {}

    private record Now(Map<String, BackendSettings> byId, FallbackChain.Chains chains, WorkspaceFile file) {

        Now(List<BackendSettings> all, FallbackChain.Chains chains, WorkspaceFile file) {
            this(byId(all), chains, file);
        }

        private static Map<String, BackendSettings> byId(List<BackendSettings> all) {
            Map<String, BackendSettings> byId = new LinkedHashMap<>();
            all.forEach(settings -> byId.put(settings.backend().id(), settings));
            return Collections.unmodifiableMap(byId);
        }
    }

    private static final AtomicInteger EDITIONS = new AtomicInteger();

    private final Backend chosen;
    private final List<BackendSettings> builtIn;
    private final SettingSources sources;
    private volatile Now now;

    private Backends(Backend chosen, List<BackendSettings> builtIn, SettingSources sources, Now now) {
        this.chosen = chosen;
        this.builtIn = builtIn;
        this.sources = sources;
        this.now = now;
    }

    /** The backend of {@code all} that people mean by {@code name}. */
    static Optional<Backend> named(String name, Collection<Backend> all) {
        return all.stream().filter(backend -> backend.isCalled(name)).findFirst();
    }

    /** The backend that serves what nothing sends elsewhere. */
    public BackendSettings chosen() {
        return get(chosen.id());
    }

    /** The backends that take over when the chosen one fails, one after another; none where failover is off. */
    public List<Backend> fallbacks() {
        Now current = now;
        return current.chains().of(chosen.id()).stream().map(current.byId()::get).filter(Objects::nonNull)
                .map(BackendSettings::backend).toList();
    }

    /**
     * The ids of the backends that take over when {@code id} fails, one after another: those of its own {@code fallback},
     * else those behind it in {@code PROXY_FALLBACK}, else all of that.
     */
    public List<String> fallbacksOf(String id) {
        return now.chains().of(id);
    }

    /** Their ids, in the order in which they are listed everywhere. */
    public Set<String> ids() {
        return now.byId().keySet();
    }

    /** @throws IllegalArgumentException if there is no backend of that id */
    public BackendSettings get(String id) {
        Now current = now;
        BackendSettings backend = current.byId().get(id);
        if (backend == null) {
            throw new IllegalArgumentException("No backend is called " + id + "; there are " + current.byId().keySet());
        }
        return backend;
    }

    /** The id of the one that people mean by {@code name}: its id, or the value of {@code PROXY_BACKEND}, in any case. */
    public Optional<String> named(String name) {
        return all().stream().map(BackendSettings::backend).filter(backend -> backend.isCalled(name)).map(Backend::id)
                .findFirst();
    }

    /** All of them, in the order in which they are listed everywhere. */
    public Collection<BackendSettings> all() {
        return now.byId().values();
    }

    /** The upstreams of all of them. */
    public List<UpstreamSettings> upstreams() {
        return all().stream().flatMap(backend -> backend.upstreams().stream()).toList();
    }

    /** The rows that {@code config.yaml} has for the models of backends, by the backend's id. */
    public Map<String, Rows> models() {
        return now.file().listed().models();
    }

    /** The rows of {@code config.yaml} that say which backend, by its id, serves a model. */
    public Rows routes() {
        return now.file().listed().routes();
    }

    /** What has been decided where a setting leaves it open, for those who look at settings. */
    public Map<Setting, String> decided() {
        FallbackChain.Chains chains = now.chains();
        String chain = Backend.NONE;
        if (!chains.usual().isEmpty()) {
            chain = String.join(",", chains.usual().stream().map(id -> get(id).backend().setting()).toList());
        }
        Map<Setting, String> decided = new HashMap<>();
        all().forEach(backend -> decided.putAll(backend.decided()));
        decided.put(BackendChoice.PROXY_BACKEND, chosen.setting());
        decided.put(FallbackChain.BYPASS_FALLBACK_ENABLED, String.valueOf(chains.any()));
        decided.put(FallbackChain.PROXY_FALLBACK, chain);
        return decided;
    }

    /**
     * Has {@code config.yaml} read again whenever it has changed, and what it says of backends take effect; also where
     * there is no such file yet. One that cannot be used is logged, and what was read before stays. What it says beside
     * that counts from the next start.
     *
     * @param before is told of a change before it counts; a {@link SettingsException} of its own keeps it from that
     * @param after  is told once it counts
     * @return looks at the file, each time it is run; one thread
     */
    public Runnable watch(Consumer<Change> before, Consumer<Change> after) {
        Path path = now.file().path();
        return new YamlFile.Watched<>(path, "The list of backends", now.file(), text -> {
            SettingSources fresh = sources.again();
            WorkspaceFile read = WorkspaceFile.read(path, new YamlFile(path.toString()).read(text), fresh,
                    builtIn.stream().map(BackendSettings::backend).toList());
            take(read, before, after);
            return read;
        }, System::nanoTime)::newest;
    }

    private void take(WorkspaceFile read, Consumer<Change> before, Consumer<Change> after) {
        Now old = now;
        List<String> notes = new ArrayList<>();
        if (!read.startsAs(old.file())) {
            notes.add("load_balancer, auth and endpoints of " + read.name() + " count from the next start");
        }
        List<BackendSettings> all = new ArrayList<>(builtIn);
        List<BackendSettings> come = new ArrayList<>();
        for (BackendSettings backend : read.listed().own()) {
            BackendSettings known = old.byId().get(backend.backend().id());
            boolean same = known != null && known.asEdition(0).equals(backend);
            BackendSettings next = same ? known : backend.asEdition(EDITIONS.incrementAndGet());
            all.add(next);
            if (!same) {
                come.add(next);
            }
        }
        if (all.stream().noneMatch(one -> one.backend().equals(chosen))) {
            throw new SettingsException(read.name() + " does not list " + chosen.id()
                    + " any more, which is the backend that serves: leave it there, or start anew with another PROXY_BACKEND");
        }
        List<BackendSettings> gone = old.byId().values().stream().filter(one -> !all.contains(one)).toList();
        Now next = new Now(all, FallbackChain.read(sources, all, chosen, read.listed(), notes::add), read);
        Change change = new Change(come, gone, read.listed().models(), read.listed().routes(), notes);
        before.accept(change);
        now = next;
        after.accept(change);
    }

    /** The same as they are now, with every upstream at {@code origin} and without its secrets. Not to be watched. */
    public Backends at(URI origin) {
        Now current = now;
        List<BackendSettings> moved = current.byId().values().stream().map(backend -> backend.at(origin)).toList();
        return new Backends(chosen, moved, sources, new Now(moved, current.chains(), current.file()));
    }

    @Override
    public String toString() {
        return all().toString();
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
            this.file = WorkspaceFile.find(sources, providers.backends(), warnings);
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
            List<Backend> own = file.listed().own().stream().map(BackendSettings::backend).toList();
            Backend chosen = BackendChoice.read(sources, Stream.concat(providers.backends().stream(), own.stream()).toList(), own,
                    !file.workspaces().isEmpty(), warnings);
            List<BackendSettings> builtIn = new ArrayList<>();
            for (Provider provider : providers.all()) {
                provider.backends().forEach(backend -> builtIn.add(provider.read(backend, reader)));
            }
            List<BackendSettings> all = Stream.concat(builtIn.stream(), file.listed().own().stream()).toList();
            Backends backends = new Backends(chosen, builtIn, sources,
                    new Now(all, FallbackChain.read(sources, all, chosen, file.listed(), warnings), file));
            new ChosenWarnings(sources, warnings).of(backends.chosen().asUpstream(), clientKeys);
            providers.all().forEach(provider -> provider.warnings(reader).forEach(warnings));
            return backends;
        }

        /** What the workspace file means, a line {@code key = value (source)} each; secrets are masked. */
        public List<String> lines(Backends backends) {
            return file.lines(backends);
        }
    }
}
