package io.caravan.upstream;

import io.caravan.format.anthropic.Partners;
import io.caravan.settings.GatewaySettings;
import java.util.LinkedHashMap;
import java.util.Map;

/** All backends by the name they have in the routes. */
public final class Backends {

    private final Map<String, Backend> byName = new LinkedHashMap<>();

    public Backends(GatewaySettings settings) {
        Partners partners = Partners.of(settings.pairs());
        settings.backends().forEach((name, backend) ->
                byName.put(name, new Backend(backend, partners,
                settings.limits().learnedFor(), settings.stream().retryOnTimeout())));
    }

    /** @throws IllegalArgumentException if a route names a backend that has no settings */
    public Backend get(String name) {
        Backend backend = byName.get(name);
        if (backend == null) {
            throw new IllegalArgumentException("No backend is called " + name + "; there are " + byName.keySet());
        }
        return backend;
    }
}
