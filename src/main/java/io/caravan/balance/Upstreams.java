package io.caravan.balance;

import io.caravan.call.CallObserver;
import io.caravan.resilience.Backoff;
import io.caravan.resilience.Breakers;
import io.caravan.resilience.RetryBudget;
import io.caravan.settings.BackendSettings;
import io.caravan.settings.BalanceSettings;
import io.caravan.settings.GatewaySettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The upstreams of every backend: Databricks' workspaces, of each other backend the one. Made once, at start. */
public final class Upstreams {

    private final Map<String, List<Workspace>> byBackend = new LinkedHashMap<>();
    private final BalanceSettings balance;
    private final int maxRetries;
    private final RetryBudget budget = new RetryBudget();

    public Upstreams(GatewaySettings settings, Breakers breakers) {
        balance = settings.balance();
        maxRetries = settings.limits().maxRetries();
        for (BackendSettings backend : settings.backends().values()) {
            byBackend.put(backend.id(), new ArrayList<>());
        }
        for (BackendSettings workspace : settings.workspaces()) {
            int weight = balance.weights().getOrDefault(workspace.id(), 1);
            byBackend.get(workspace.backend()).add(new Workspace(workspace.id(), weight,
                    breakers.of(workspace.id(), balance.threshold(), balance.timeout())));
        }
        byBackend.forEach((name, upstreams) -> {
            if (upstreams.isEmpty()) {
                upstreams.add(new Workspace(name, 1, breakers.of(name, settings.limits().breakerThreshold(),
                        settings.limits().breakerTimeout())));
            }
        });
    }

    /** A backend's upstreams, in their file's order. */
    public List<Workspace> of(String backend) {
        return byBackend.get(backend);
    }

    /** All upstreams. */
    public List<Workspace> all() {
        return byBackend.values().stream().flatMap(List::stream).toList();
    }

    /** Whether a request to a backend would be let through to one of its upstreams. */
    public boolean serves(String backend) {
        return of(backend).stream().anyMatch(upstream -> upstream.admits() || upstream.recovers());
    }

    /** The balancer of a backend; {@code observer} is told what it does. */
    public Balancer balancer(String backend, CallObserver observer) {
        return new Balancer(of(backend), Strategy.named(balance.strategy().setting()), budget,
                () -> new Backoff(maxRetries, () -> ThreadLocalRandom.current().nextDouble()), Pause.real(), observer);
    }
}
