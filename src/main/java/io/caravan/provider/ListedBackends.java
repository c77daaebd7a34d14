/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.SettingsException;
import io.caravan.settings.value.YamlFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * What {@code backends} and {@code routes} of {@code config.yaml} say (ledger 5.11).
 *
 * @param own       the backends that are listed there and nowhere else, in the file's order
 * @param fallbacks the ids of the backends that take over from a listed one, where it says so; none: nobody does
 * @param models    the rows of the model table that are listed with a backend, by its id
 * @param routes    which backend serves a model, by the model's name or a glob
 * @param names     the names its backends and upstreams have in routes, in lower case
 */
record ListedBackends(List<BackendSettings> own, Map<String, List<String>> fallbacks, Map<String, Backends.Rows> models,
        Backends.Rows routes, Set<String> names) {

    static final ListedBackends NONE = new ListedBackends(List.of(), Map.of(), Map.of(), Backends.Rows.NONE, Set.of());

    /** Those that have something to say of a backend that comes with the gateway. */
    private static final List<String> OF_BUILT_IN = List.of("name", "fallback");

    /** Whether it says anything. */
    boolean isEmpty() {
        return equals(NONE);
    }

    /** The ids and the upstreams' names, which nobody else may have. */
    Collection<String> reserved() {
        return names;
    }

    /**
     * Reads both lists.
     *
     * @param builtIn the backends that come with the gateway
     * @throws SettingsException naming the line
     */
    static ListedBackends read(Map<String, Node> top, YamlFile yaml, UpstreamReader usual, List<Backend> builtIn) {
        Reader reader = new Reader(yaml, usual, builtIn);
        yaml.list(top.get("backends"), "backends").forEach(reader::entry);
        reader.fallbackNodes.forEach(reader::fallback);
        reader.refuseCircles();
        Backends.Rows routes = reader.routes(top.get("routes"));
        return new ListedBackends(List.copyOf(reader.own), Map.copyOf(reader.fallbacks), Map.copyOf(reader.models), routes,
                Set.copyOf(reader.names));
    }

    /** One reading. */
    private static final class Reader {

        private final YamlFile yaml;
        private final UpstreamReader usual;
        private final Map<String, Backend> known = new LinkedHashMap<>();
        private final Set<String> builtIn = new HashSet<>();
        private final Set<String> names = new HashSet<>();
        private final Set<String> seen = new HashSet<>();
        private final List<BackendSettings> own = new ArrayList<>();
        private final Map<String, Node> fallbackNodes = new LinkedHashMap<>();
        private final Map<String, List<String>> fallbacks = new LinkedHashMap<>();
        private final Map<String, Backends.Rows> models = new LinkedHashMap<>();

        Reader(YamlFile yaml, UpstreamReader usual, List<Backend> builtIn) {
            this.yaml = yaml;
            this.usual = usual;
            builtIn.forEach(backend -> {
                known.put(backend.id(), backend);
                this.builtIn.add(backend.id());
            });
        }

        private void entry(Node node) {
            Map<String, Node> entry = yaml.map(node, "a backend");
            String name = yaml.text(entry.get("name"), "name")
                    .orElseThrow(() -> yaml.wrong(node, "a backend has no name; give it one"));
            Optional<Backend> there = Backends.named(name, known.values());
            String id = there.filter(backend -> builtIn.contains(backend.id())).map(Backend::id).orElse(name);
            if (!seen.add(id)) {
                throw yaml.wrong(entry.get("name"), "the backend " + id + " is listed twice; keep one");
            }
            if (builtIn.contains(id)) {
                yaml.map(node, "the backend " + id + ", which comes with the gateway and has settings of its own", OF_BUILT_IN);
            } else {
                read(node, entry, name);
            }
            if (yaml.says(entry.get("fallback"))) {
                fallbackNodes.put(id, entry.get("fallback"));
            }
        }

        private void read(Node node, Map<String, Node> entry, String name) {
            Backend backend = backend(name, entry.get("name"));
            BackendSettings settings = new BackendEntry(yaml, usual, backend).read(node);
            names.add(backend.id());
            for (UpstreamSettings upstream : settings.upstreams()) {
                String route = UpstreamSettings.routeName(upstream.id()).toLowerCase(Locale.ROOT);
                boolean alone = upstream.id().equals(backend.id());
                if (!alone && (builtIn.contains(route) || !names.add(route))) {
                    throw taken(entry.get("upstreams"), upstream.id());
                }
            }
            known.put(backend.id(), backend);
            own.add(settings);
            rows(backend.id(), entry.get("models"));
        }

        private Backend backend(String name, @Nullable Node node) {
            try {
                Backend backend = new Backend(name, name.toUpperCase(Locale.ROOT).replace('-', '_'), name);
                if (names.contains(name) || Backends.named(backend.setting(), known.values()).isPresent()) {
                    throw taken(node, name);
                }
                return backend;
            } catch (IllegalArgumentException e) {
                throw yaml.wrong(node, "a backend's name is lower-case letters and digits, with single dashes between them,"
                        + " and neither " + Backend.NONE + " nor " + Backend.CHAIN + "; choose another");
            }
        }

        private SettingsException taken(@Nullable Node node, String name) {
            return yaml.wrong(node, "the name " + name + " is taken by another backend or upstream; choose another");
        }

        /** A list of names that stand for themselves, or a map as in the model table. */
        private void rows(String id, @Nullable Node node) {
            Map<String, String> rows = new LinkedHashMap<>();
            if (!yaml.says(node)) {
                rows.put("*", "{model}");
            } else if (node instanceof org.snakeyaml.engine.v2.nodes.MappingNode) {
                String what = "models of " + id;
                yaml.map(node, what).forEach((glob, target) -> rows.put(glob, yaml.text(target, "the target of " + glob)
                        .orElseThrow(() -> yaml.wrong(target, "the target of " + glob + " in " + what + " is empty; give a name"))));
            } else {
                texts(node, "models").forEach(model -> rows.put(model, "{model}"));
            }
            models.put(id, new Backends.Rows(yaml.place(node), rows));
        }

        private List<String> texts(@Nullable Node node, String what) {
            List<String> texts = new ArrayList<>();
            for (Node item : yaml.list(node, what)) {
                texts.add(yaml.text(item, what).orElseThrow(() -> yaml.wrong(item, what + " holds an empty entry; remove it")));
            }
            return texts;
        }

        private void fallback(String id, Node node) {
            Set<String> chain = new LinkedHashSet<>();
            for (String name : listOrText(node)) {
                String next = backendNamed(name, node, "fallback");
                if (next.equals(id)) {
                    throw yaml.wrong(node, "the fallback of " + id + " is itself; name another backend");
                }
                if (!chain.add(next)) {
                    throw yaml.wrong(node, "the fallback of " + id + " names " + next + " twice; name it once");
                }
            }
            fallbacks.put(id, List.copyOf(chain));
        }

        private List<String> listOrText(Node node) {
            if (node instanceof org.snakeyaml.engine.v2.nodes.SequenceNode) {
                return texts(node, "fallback");
            }
            return yaml.text(node, "fallback").filter(text -> !text.equalsIgnoreCase(Backend.NONE)).stream().toList();
        }

        private String backendNamed(String name, @Nullable Node node, String what) {
            return Backends.named(name, known.values()).map(Backend::id).orElseThrow(() -> yaml.wrong(node, what
                    + " names a backend that is not known; " + SettingsException.didYouMean(name, List.copyOf(known.keySet()))
                    + " (there are " + String.join(", ", known.keySet()) + ")"));
        }

        /** A chain goes on with the fallback of its last; that must end somewhere. */
        private void refuseCircles() {
            fallbacks.forEach((id, chain) -> {
                Set<String> way = new LinkedHashSet<>(List.of(id));
                List<String> next = chain;
                while (!next.isEmpty()) {
                    for (String hop : next) {
                        if (!way.add(hop)) {
                            throw yaml.wrong(fallbackNodes.get(id), "the fallback of " + id + " goes round in a circle: "
                                    + String.join("->", way) + "->" + hop + "; end it somewhere");
                        }
                    }
                    next = fallbacks.getOrDefault(next.get(next.size() - 1), List.of());
                }
            });
        }

        private Backends.Rows routes(@Nullable Node node) {
            Map<String, String> rows = new LinkedHashMap<>();
            yaml.map(node, "routes").forEach((glob, target) -> rows.put(glob, backendNamed(
                    yaml.text(target, "the backend of " + glob).orElse(""), target, "routes")));
            return rows.isEmpty() ? Backends.Rows.NONE : new Backends.Rows(yaml.place(node), rows);
        }
    }
}
