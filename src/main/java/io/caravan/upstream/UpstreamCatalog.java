/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.learning.Learned;
import io.caravan.provider.Auth;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** All upstreams by the name they have in the routes, and each backend that has several as one more by its own id. */
final class UpstreamCatalog {

    private final Map<String, Upstream> byName = new LinkedHashMap<>();
    private final Map<Auth, Credential> credentials = new HashMap<>();
    private final GatewaySettings settings;
    private final PlainRequest requests;

    UpstreamCatalog(GatewaySettings settings) {
        this.settings = settings;
        this.requests = new PlainRequest(settings.outgoing());
        settings.backends().upstreams().forEach(upstream -> byName.put(upstream.id(), upstream(upstream)));
        settings.backends().all().forEach(backend -> byName.computeIfAbsent(backend.backend().id(),
                absent -> upstream(backend.asUpstream())));
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
