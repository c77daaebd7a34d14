/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Which backends take over, one after another, when the chosen one fails: those of {@code PROXY_FALLBACK}, else OpenRouter
 * where it has a key (ledger 1.6, 1.12); and which take over from a backend whose {@code fallback} in {@code config.yaml}
 * says so.
 */
final class FallbackChain {

    /** Whether any takes over. */
    static final Setting BYPASS_FALLBACK_ENABLED = Setting.of("BYPASS_FALLBACK_ENABLED",
            "whether another backend takes over when the chosen one fails; on when PROXY_FALLBACK or OpenRouter's key is"
                    + " set");
    /** Names them. */
    static final Setting PROXY_FALLBACK = Setting.of("PROXY_FALLBACK",
            "the backends that take over when the chosen one fails, one after another; without it OPENROUTER");

    private final SettingSources sources;
    private final List<BackendSettings> all;
    private final Backend chosen;
    private final Consumer<String> warnings;

    private FallbackChain(SettingSources sources, List<BackendSettings> all, Backend chosen, Consumer<String> warnings) {
        this.sources = sources;
        this.all = all;
        this.chosen = chosen;
        this.warnings = warnings;
    }

    /**
     * Reads the chain. One that cannot be used for want of a setting is left out of it.
     *
     * @param warnings takes what should be said at start
     * @throws io.caravan.settings.value.SettingsException if a name is no backend's, the chosen one's, or stands there twice
     */
    static Chains read(SettingSources sources, List<BackendSettings> all, Backend chosen, ListedBackends listed,
            Consumer<String> warnings) {
        FallbackChain chain = new FallbackChain(sources, all, chosen, warnings);
        List<Backend> usual = sources.find(PROXY_FALLBACK).map(chain::ofNames).orElseGet(chain::usual);
        return new Chains(usual.stream().map(Backend::id).toList(), chain.own(listed.fallbacks()));
    }

    /**
     * Who takes over from whom, by their ids.
     *
     * @param usual where a backend has no chain of its own: those behind it, else all
     * @param own   the chains of the backends that have one
     */
    record Chains(List<String> usual, Map<String, List<String>> own) {

        List<String> of(String id) {
            List<String> chain = own.get(id);
            return chain != null ? chain : usual.subList(usual.indexOf(id) + 1, usual.size());
        }

        boolean any() {
            return !usual.isEmpty() || own.values().stream().anyMatch(chain -> !chain.isEmpty());
        }
    }

    /** The chains of {@code config.yaml}: each goes on with that of its last. */
    private Map<String, List<String>> own(Map<String, List<String>> said) {
        Optional<SettingValue> off = sources.find(BYPASS_FALLBACK_ENABLED).filter(switched -> !switched.toBoolean());
        Map<String, List<String>> chains = new HashMap<>();
        said.forEach((id, first) -> {
            List<String> chain = new ArrayList<>();
            List<String> next = first;
            while (!next.isEmpty()) {
                chain.addAll(next);
                next = said.getOrDefault(chain.get(chain.size() - 1), List.of());
            }
            chain.removeIf(hop -> !usable(id, hop));
            if (off.isPresent() && !chain.isEmpty()) {
                warnings.accept("the fallback of " + id + " has no effect: " + off.get().place() + " turns failover off;"
                        + " remove one of the two");
                chain.clear();
            }
            chains.put(id, List.copyOf(chain));
        });
        return chains;
    }

    private boolean usable(String id, String hop) {
        BackendSettings backend = all.stream().filter(one -> one.backend().id().equals(hop)).findFirst().orElseThrow();
        if (!backend.configured()) {
            warnings.accept("the fallback " + hop + " of " + id + " has no effect: set "
                    + String.join(" and ", backend.asUpstream().missing()) + ", or take it out");
        }
        return backend.configured();
    }

    private List<Backend> ofNames(SettingValue named) {
        List<BackendSettings> chain = new ArrayList<>();
        for (String name : named.toList()) {
            chain.add(next(name, named, chain));
        }
        Optional<SettingValue> asked = sources.find(BYPASS_FALLBACK_ENABLED);
        Optional<SettingValue> off = asked.filter(switched -> !switched.toBoolean());
        if (off.isPresent()) {
            if (!chain.isEmpty()) {
                warnings.accept(named.place() + " has no effect: " + off.get().place() + " turns failover off; remove one of"
                        + " the two");
            }
            return List.of();
        }
        chain.stream().filter(backend -> !backend.configured()).forEach(backend ->
                warnings.accept(named.place() + " has no effect for " + backend.backend().setting() + ": set "
                        + String.join(" and ", backend.asUpstream().missing()) + ", or take it out"));
        List<Backend> usable = chain.stream().filter(BackendSettings::configured).map(BackendSettings::backend).toList();
        asked.filter(switched -> usable.isEmpty()).ifPresent(switched ->
                warnings.accept(switched.place() + " has no effect: PROXY_FALLBACK names no backend that can take over"));
        return usable;
    }

    private BackendSettings next(String name, SettingValue named, List<BackendSettings> before) {
        BackendSettings backend = all.stream().filter(one -> one.backend().isCalled(BackendChoice.today(name))).findFirst()
                .orElseThrow(() -> named.invalid(SettingValue.masked(name) + " is no backend; use "
                        + all.stream().map(one -> one.backend().setting()).collect(Collectors.joining(", "))
                        + ", separated by commas, or none"));
        String setting = backend.backend().setting();
        if (backend.backend().equals(chosen)) {
            throw named.invalid(setting + " is the backend itself; name those that take over from it");
        }
        if (before.contains(backend)) {
            throw named.invalid(setting + " stands there twice, and the chain would go round in a circle; name each once");
        }
        return backend;
    }

    private List<Backend> usual() {
        Optional<SettingValue> asked = sources.find(BYPASS_FALLBACK_ENABLED);
        Optional<String> hindrance = hindrance();
        boolean wanted = asked.map(SettingValue::toBoolean).orElse(hindrance.isEmpty());
        if (!wanted) {
            return List.of();
        }
        if (hindrance.isEmpty()) {
            return List.of(OpenRouter.BACKEND);
        }
        asked.ifPresent(switched -> warnings.accept(switched.place() + " has no effect: " + hindrance.get()));
        return List.of();
    }

    /** What keeps OpenRouter from taking over. */
    private Optional<String> hindrance() {
        if (chosen.equals(OpenRouter.BACKEND)) {
            return Optional.of("OpenRouter is the backend itself");
        }
        if (sources.find(OpenRouter.KEY).isEmpty()) {
            return Optional.of("set OPENROUTER_API_KEY for failover to OpenRouter");
        }
        return Optional.empty();
    }
}
