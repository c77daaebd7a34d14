/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What log lines call an upstream.
 *
 * @param backend   its backend, as {@code PROXY_BACKEND} spells it
 * @param provider  the same in a person's words
 * @param workspace its own name, where it is a workspace; null of other upstreams, and of several workspaces together
 * @param host      the host, and the port if it names one, of its URL; null of several workspaces together
 */
record LogNames(String backend, String provider, @Nullable String workspace, @Nullable String host) {

    /** Those of all upstreams and backends, by their ids. */
    static Map<String, LogNames> of(GatewaySettings settings) {
        Map<String, LogNames> names = new HashMap<>();
        settings.backends().all().forEach(backend -> names.putAll(of(backend)));
        return names;
    }

    /** Those of one backend and its upstreams. */
    static Map<String, LogNames> of(BackendSettings settings) {
        Map<String, LogNames> names = new HashMap<>();
        Backend backend = settings.backend();
        names.put(backend.id(), new LogNames(backend.setting(), backend.name(), null, null));
        settings.upstreams().forEach(upstream -> names.put(upstream.id(), of(upstream)));
        return names;
    }

    static LogNames of(UpstreamSettings upstream) {
        Backend backend = upstream.backend();
        String workspace = null;
        if (!upstream.id().equals(backend.id())) {
            workspace = upstream.id();
        } else if (backend.apart()) {
            workspace = upstream.instance().orElse(null);
        }
        return new LogNames(backend.setting(), backend.name(), workspace, upstream.host());
    }

    EventMessage addTo(EventMessage line) {
        return line.field("backend", backend).field("provider", provider).field("workspace", workspace);
    }
}
