/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
import io.caravan.provider.UpstreamSettings;
import io.caravan.routing.ModelRouting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a health page says of one backend and, where they have names of their own, of its upstreams. */
final class BackendPart {

    private final String id;
    private final List<String> upstreams;
    private final String workspaces;
    private final ModelRouting routing;

    BackendPart(BackendSettings backend, ModelRouting routing) {
        this.id = backend.backend().id();
        this.upstreams = backend.upstreams().stream().map(UpstreamSettings::id).filter(name -> !name.equals(id)).toList();
        this.workspaces = backend.upstreams().stream().map(one -> one.instance().orElse(HealthReport.configured(false)))
                .distinct().collect(Collectors.joining(", "));
        this.routing = routing;
    }

    /** The ids whose states it is made of. */
    List<String> asked() {
        List<String> asked = new ArrayList<>(upstreams);
        asked.add(id);
        return asked;
    }

    /** Whether it is there, in a few words. */
    Map<String, Object> brief(States states) {
        return withUpstreams(head(states.of(id)), states);
    }

    /** With its endpoints. */
    Map<String, Object> detailed(States states) {
        return withUpstreams(body(states.of(id)), states);
    }

    /** With its endpoints, and what is amiss with the model table's. */
    Map<String, Object> detailedWithWarnings(States states) {
        Map<String, Object> part = body(states.of(id));
        part.put("warnings", new UpstreamHealth(routing, id, states.of(id)).warnings());
        return withUpstreams(part, states);
    }

    private Map<String, Object> head(Backend.State state) {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("status", state.down() ? "unhealthy" : "healthy");
        part.put("workspace", workspaces);
        return part;
    }

    private Map<String, Object> body(Backend.State state) {
        Map<String, Object> part = head(state);
        UpstreamHealth.summary(state).forEach(part::putIfAbsent);
        part.put("endpoints", new UpstreamHealth(routing, id, state).endpoints());
        return part;
    }

    private Map<String, Object> withUpstreams(Map<String, Object> part, States states) {
        if (!upstreams.isEmpty()) {
            Map<String, Object> each = new LinkedHashMap<>();
            upstreams.forEach(name -> each.put(name, UpstreamHealth.summary(states.of(name))));
            part.put("workspaces", each);
        }
        return part;
    }
}
