/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.caravan.call.CallObserver;
import io.caravan.call.CallRecord.ModelName;
import io.caravan.format.ModelTraits;
import io.caravan.provider.Backends;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.SettingsException;
import io.caravan.settings.value.YamlFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The model table in use, and the steps that go by it. A file is looked at again at most once a second, by the thread that
 * happens to ask; an edit that cannot be read is logged once and the table before it stays. Safe for use by many threads.
 */
public final class ModelRouting {

    private static final String BUILT_IN = "models.yaml";
    private static final int CACHED_NAMES = 1_000;

    private record Name(String backendId, String model) {}

    /** A table with the answers it gave: a new table starts with none. */
    private record Loaded(ModelTable file, ModelTable table, Cache<Name, Optional<Match>> answers,
            Cache<String, ModelTraits> traits) {
        Loaded(ModelTable file, ModelTable table) {
            this(file, table, Caffeine.newBuilder().maximumSize(CACHED_NAMES).build(),
                    Caffeine.newBuilder().maximumSize(CACHED_NAMES).build());
        }
    }

    private final Supplier<List<String>> backends;
    private final Function<ModelTable, ModelTable> more;
    private final Supplier<ModelTable> file;
    private Runnable readAgain = () -> { };
    private volatile @Nullable Loaded loaded;

    /**
     * Reads the table.
     *
     * @param modelsFile the table's file, or null for the built-in table
     * @param backends   the ids of all backends: the sections it may have
     * @throws SettingsException if it cannot be read
     */
    public ModelRouting(@Nullable Path modelsFile, Collection<String> backends) {
        this(modelsFile, backends, System::nanoTime);
    }

    /**
     * Reads the table, and the rows that stand with the backends.
     *
     * @throws SettingsException if it cannot be read, or a row with a backend is none
     */
    public ModelRouting(@Nullable Path modelsFile, Backends backends) {
        this(modelsFile, () -> List.copyOf(backends.ids()), table -> table.with(backends.models(), backends.routes()),
                System::nanoTime);
    }

    ModelRouting(@Nullable Path modelsFile, Collection<String> backends, LongSupplier nanoTime) {
        this(modelsFile, () -> List.copyOf(backends), UnaryOperator.identity(), nanoTime);
    }

    private ModelRouting(@Nullable Path modelsFile, Supplier<List<String>> backends, Function<ModelTable, ModelTable> more,
            LongSupplier nanoTime) {
        this.backends = backends;
        this.more = more;
        if (modelsFile == null) {
            ModelTable builtIn = builtIn();
            file = () -> builtIn;
        } else {
            YamlFile.Watched<ModelTable> watched = new YamlFile.Watched<>(modelsFile, "The model table", null,
                    text -> read(text, modelsFile.toString()), nanoTime);
            file = watched::newest;
            readAgain = watched::again;
        }
        newest();
    }

    /** What stands with the backends may have changed, and with that which sections the table may have. */
    public synchronized void backendsChanged() {
        readAgain.run();
        loaded = null;
    }

    /**
     * Checks the rows that stand with backends, should they be those of these.
     *
     * @throws SettingsException if a row is none
     */
    public static void check(Map<String, Backends.Rows> models, Backends.Rows routes) {
        new ModelTable(Map.of(), List.of(), List.of()).with(models, routes);
    }

    private Loaded newest() {
        Loaded current = loaded;
        if (current == null || current.file() != file.get()) {
            return load();
        }
        return current;
    }

    private synchronized Loaded load() {
        ModelTable table = file.get();
        Loaded read = new Loaded(table, more.apply(table));
        loaded = read;
        return read;
    }

    /**
     * Binds the steps that go by the model table by the names the routes use.
     *
     * @param registry   takes each bean by its name
     * @param discovered gives the models a backend, by its id, has said it has; empty where it has not been asked
     * @param observer   is told which backend is to serve a call
     */
    public void bind(BiConsumer<String, Object> registry, GatewaySettings settings,
            Function<String, Collection<String>> discovered, CallObserver observer) {
        ResolveTarget resolveTarget = new ResolveTarget(settings, this, observer);
        registry.accept("resolveTarget", resolveTarget);
        registry.accept("enterBackend", new EnterBackend(settings, resolveTarget, observer));
        registry.accept("requireBackend", new RequireBackend(settings));
        registry.accept("listModels", new ListModels(settings, this, discovered));
    }

    /**
     * The name to send.
     *
     * @param byDefault whether only the row {@code *} matched and put another name in the place of the client's
     */
    public record Match(String model, boolean byDefault) {}

    /**
     * What the backend is sent for {@code model}, by the newest table: the name is matched as sent, then without an
     * {@code anthropic/} prefix, and only then with the row {@code *}. Empty if no row matches, and for a name that is
     * empty, {@code .} or {@code ..}, longer than 256 characters or holds a control character.
     */
    public Optional<Match> resolve(String backendId, @Nullable String model) {
        Loaded current = newest();
        return Optional.ofNullable(model).filter(ModelTable::isName).map(name -> new Name(backendId, name))
                .flatMap(name -> current.answers.get(name, asked -> current.table.resolve(asked.backendId, asked.model)));
    }

    /**
     * What a backend is sent for what a client asked; a name that the client addressed to that backend itself is sent
     * as it is where no row but {@code *} matches it.
     */
    public Optional<Match> matchAt(String backendId, ModelName asked) {
        if (!backendId.equals(asked.backend())) {
            return resolve(backendId, asked.name());
        }
        return Optional.of(asked.name()).filter(ModelTable::isName)
                .map(name -> table().resolveNamed(backendId, name).orElseGet(() -> new Match(name, false)));
    }

    /** The name of {@link #matchAt}. */
    public Optional<String> modelAt(String backendId, ModelName asked) {
        return matchAt(backendId, asked).map(Match::model);
    }

    /**
     * The models by which a backend is known: the targets of rows that stand for one name alone, by the newest table, and
     * those it {@code has}, each by the name clients use, which is without the backend's own before it where that leads to
     * the same model.
     */
    public Map<String, String> known(String backendId, Collection<String> has) {
        Set<String> models = new LinkedHashSet<>(table().named(backendId));
        models.addAll(has);
        Map<String, String> known = new LinkedHashMap<>();
        models.forEach(model -> known.put(clientsName(backendId, model), model));
        return known;
    }

    private String clientsName(String backendId, String model) {
        String prefix = backendId + "-";
        return Optional.of(model).filter(name -> name.startsWith(prefix)).map(name -> name.substring(prefix.length()))
                .filter(name -> resolve(backendId, name).filter(match -> match.model().equals(model)).isPresent())
                .orElse(model);
    }

    /** The fixed targets of a backend's rows, each with one name that leads there, by the newest table. */
    public Map<String, String> targets(String backendId) {
        return table().targets(backendId);
    }

    /** The newest table. */
    ModelTable table() {
        return newest().table;
    }

    /** What is known of a model, by the name an upstream has for it, by the newest table; dots in it count as dashes. */
    public ModelTraits traits(String upstreamModel) {
        Loaded current = newest();
        return current.traits.get(upstreamModel, current.table::traits);
    }

    private ModelTable read(String yaml, String sourceName) {
        return ModelTable.parse(yaml, sourceName, backends.get()).withTraitsOf(builtIn());
    }

    private ModelTable builtIn() {
        try (InputStream in = ModelRouting.class.getResourceAsStream("/" + BUILT_IN)) {
            if (in != null) {
                return ModelTable.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "the built-in " + BUILT_IN,
                        backends.get());
            }
        } catch (IOException e) {
            // told below
        }
        throw new SettingsException("the built-in " + BUILT_IN + " cannot be read: build the jar again");
    }
}
