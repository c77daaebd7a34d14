/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every backend there is, configured or not, which of them is chosen, and which take over when it fails. Immutable. */
public final class Backends {

    private final Backend chosen;
    private final List<Backend> fallbacks;
    private final Map<String, BackendSettings> byId = new LinkedHashMap<>();

    Backends(Backend chosen, List<Backend> fallbacks, Collection<BackendSettings> all) {
        this.chosen = chosen;
        this.fallbacks = List.copyOf(fallbacks);
        all.forEach(settings -> byId.put(settings.backend().id(), settings));
    }

    /** The backend that serves what nothing sends elsewhere. */
    public BackendSettings chosen() {
        return byId.get(chosen.id());
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

    @Override
    public String toString() {
        return byId.values().toString();
    }
}
