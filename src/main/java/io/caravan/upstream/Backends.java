package io.caravan.upstream;

import io.caravan.learning.Partners;
import io.caravan.settings.Auth;
import io.caravan.settings.BackendSettings;
import io.caravan.settings.GatewaySettings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** All backends and workspaces by the name they have in the routes. */
public final class Backends {

    private final Map<String, Backend> byName = new LinkedHashMap<>();
    private final Map<Auth, Credential> credentials = new HashMap<>();
    private final GatewaySettings settings;
    private final Partners partners;
    private final PlainRequest requests;

    public Backends(GatewaySettings settings) {
        this.settings = settings;
        this.partners = Partners.of(settings.pairs());
        this.requests = new PlainRequest(settings.outgoing());
        settings.workspaces().forEach(workspace -> byName.put(workspace.id(), backend(workspace)));
        settings.backends().forEach((name, backend) -> byName.computeIfAbsent(name, absent -> backend(backend)));
    }

    /** @throws IllegalArgumentException if a route names a backend that has no settings */
    public Backend get(String name) {
        Backend backend = byName.get(name);
        if (backend == null) {
            throw new IllegalArgumentException("No backend is called " + name + "; there are " + byName.keySet());
        }
        return backend;
    }

    private Backend backend(BackendSettings backend) {
        return new Backend(backend, credentials.computeIfAbsent(backend.auth(), auth -> credential(auth, backend.id())),
                partners, settings.limits().learnedFor(), settings.stream());
    }

    /** One for all that have the same, so that what has one workspace and client has one token. */
    private Credential credential(Auth auth, String name) {
        return new Credential(auth, auth instanceof Auth.OAuth client
                ? new OAuthTokens(name, client, requests, System::nanoTime) : null);
    }
}
