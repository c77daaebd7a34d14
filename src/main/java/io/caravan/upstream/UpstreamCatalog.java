/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.learning.Learned;
import io.caravan.provider.Auth;
import io.caravan.provider.BackendSettings;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.SettingsException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All upstreams by their names and by what stands for them in routes, and each backend that has several as one more by its
 * own id. Backends come and go by one thread; any may ask.
 */
final class UpstreamCatalog {

    private final Map<String, Upstream> byName = new ConcurrentHashMap<>();
    private final Map<String, Upstream> byRoute = new ConcurrentHashMap<>();
    private final Map<Auth, Credential> credentials = new ConcurrentHashMap<>();
    private final GatewaySettings settings;
    private final PlainRequest requests;

    UpstreamCatalog(GatewaySettings settings) {
        this.settings = settings;
        this.requests = new PlainRequest(settings.outgoing());
        settings.backends().all().forEach(this::add);
    }

    /** @throws SettingsException if an upstream of the backend could not be made of its settings */
    void check(BackendSettings backend) {
        backend.upstreams().forEach(this::upstream);
    }

    /** A backend is there from now on, or is another than before. */
    void add(BackendSettings backend) {
        byName.put(backend.backend().id(), upstream(backend.asUpstream()));
        for (UpstreamSettings one : backend.upstreams()) {
            Upstream upstream = upstream(one);
            byRoute.put(backend.routeName(one), upstream);
            byName.put(one.id(), upstream);
        }
    }

    /** Forgets an upstream to which nothing is under way any more. */
    void forget(String route) {
        Upstream upstream = byRoute.remove(route);
        if (upstream != null) {
            byName.remove(upstream.settings().id(), upstream);
        }
    }

    /** The one at the end of a route, where that is the one of that name; else the newest of that name. */
    Upstream get(String name, @Nullable String route) {
        return Optional.ofNullable(route).map(byRoute::get).filter(upstream -> upstream.settings().id().equals(name))
                .orElseGet(() -> get(name));
    }

    /** @throws IllegalArgumentException if a route names an upstream that has no settings */
    Upstream get(String name) {
        Upstream upstream = byName.get(name);
        if (upstream == null) {
            throw new IllegalArgumentException("No backend is called " + name + "; there are " + byName.keySet());
        }
        return upstream;
    }

    private Upstream upstream(UpstreamSettings upstream) {
        Credential credential = credentials.computeIfAbsent(upstream.auth(), auth -> credential(auth, upstream.id()));
        Learned learned = new Learned(upstream.format(), upstream.withheld(), settings.pairs(), settings.limits().learnedFor(),
                upstream.learns());
        return new Upstream(upstream, credential, learned, settings.stream());
    }

    /** One for all that have the same, so that what has one workspace and client has one token. */
    private Credential credential(Auth auth, String name) {
        if (auth instanceof Auth.OAuth client) {
            return Credential.of(new OAuthTokens(name, client, requests, System::nanoTime));
        }
        return Credential.of(auth);
    }
}
