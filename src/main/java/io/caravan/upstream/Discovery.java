/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.BackendState;
import io.caravan.provider.Auth;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * What the backends say they have (ledger 2.9). Asks them only for their lists of models, which cost nothing, in five
 * seconds at most, and no backend twice within ten seconds; none at start. One that is configured but neither chosen nor
 * has a credential of its own is not asked. Safe for use by many threads.
 */
public final class Discovery {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration ASKED_AGAIN = Duration.ofSeconds(10);
    private static final Duration OUT_OF_DATE = Duration.ofMinutes(10);
    private static final int LONGEST_LIST = 8 * 1024 * 1024;

    private record Asked(long at, CompletableFuture<BackendState> state) {}

    private record Known(long at, Collection<String> models) {}

    private final GatewaySettings settings;
    private final PlainRequest requests;
    private final UpstreamCatalog catalog;
    private final LongSupplier nanoTime;
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    public Discovery(GatewaySettings settings, UpstreamCatalog catalog) {
        this(settings, catalog, System::nanoTime);
    }

    Discovery(GatewaySettings settings, UpstreamCatalog catalog, LongSupplier nanoTime) {
        this.settings = settings;
        this.catalog = catalog;
        this.requests = new PlainRequest(settings.outgoing());
        this.nanoTime = nanoTime;
    }

    /**
     * The models a backend has ready, as far as it has said; empty where it has not been asked. Never blocks: what is
     * missing or ten minutes old is asked for, for the next time.
     */
    public Collection<String> models(String backendId) {
        return members(backendId).stream().flatMap(id -> known(id).stream()).distinct().toList();
    }

    private Collection<String> known(String backendId) {
        Known last = known.get(backendId);
        if (last == null || nanoTime.getAsLong() - last.at() > OUT_OF_DATE.toNanos()) {
            ask(backendId);
        }
        return last == null ? List.of() : last.models();
    }

    /**
     * Asks backends and upstreams, all at once, unless they have just been asked; a backend is all its upstreams.
     * Blocks until each has answered or its time is over.
     */
    public Map<String, BackendState> check(Collection<String> ids) {
        Map<String, List<CompletableFuture<BackendState>>> answers = new LinkedHashMap<>();
        ids.forEach(id -> answers.put(id, members(id).stream().map(this::ask).toList()));
        Map<String, BackendState> states = new LinkedHashMap<>();
        answers.forEach((id, parts) -> states.put(id,
                BackendState.ofAll(parts.stream().map(CompletableFuture::join).toList())));
        return states;
    }

    private List<String> members(String id) {
        return settings.backends().ids().contains(id)
                ? settings.backends().get(id).upstreams().stream().map(UpstreamSettings::id).toList() : List.of(id);
    }

    private CompletableFuture<BackendState> ask(String id) {
        return asked.compute(id, (key, last) -> {
            long now = nanoTime.getAsLong();
            return last != null && now - last.at() < ASKED_AGAIN.toNanos() ? last : new Asked(now, start(id, now));
        }).state();
    }

    private CompletableFuture<BackendState> start(String id, long now) {
        UpstreamSettings upstream = catalog.get(id).settings();
        if (!upstream.configured() || !mayAsk(upstream)) {
            BackendState.Status status =
                    upstream.configured() ? BackendState.Status.UNKNOWN : BackendState.Status.NOT_CONFIGURED;
            return CompletableFuture.completedFuture(new BackendState(status, Map.of(), 0, null));
        }
        return catalog.get(id).credential().header()
                .thenCompose(credential -> list(upstream, credential))
                .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .handle((answer, failure) -> {
                    long millis = Duration.ofNanos(nanoTime.getAsLong() - now).toMillis();
                    BackendState state =
                            failure == null ? ModelList.read(answer, millis) : ModelList.failed(failure, id, millis);
                    if (state.status() == BackendState.Status.AVAILABLE) {
                        known.put(id, new Known(now, state.models().entrySet().stream()
                                .filter(Map.Entry::getValue).map(Map.Entry::getKey).toList()));
                    }
                    return state;
                });
    }

    private CompletableFuture<PlainRequest.Answer> list(UpstreamSettings upstream, Map.Entry<String, String> credential) {
        return requests.get(listUrl(upstream), headers(upstream, credential), SystemDefaultDnsResolver.INSTANCE, LONGEST_LIST,
                LIMIT).whenComplete((answer, failure) -> {
                    if (answer != null && answer.status() == 401) {
                        catalog.get(upstream.id()).credential().refused(credential);
                    }
                });
    }

    private boolean mayAsk(UpstreamSettings upstream) {
        return catalog.get(upstream.id()).credential().exists()
                || upstream.auth() instanceof Auth.None && upstream.id().equals(settings.backend());
    }

    /** Anthropic shows twenty models unless it is asked for more; the others take no notice. */
    private static URI listUrl(UpstreamSettings upstream) {
        String url = upstream.urls().lists().toString();
        return URI.create(url.endsWith("/models") ? url + "?limit=1000" : url);
    }

    private static Map<String, String> headers(UpstreamSettings upstream, Map.Entry<String, String> credential) {
        Map<String, String> headers = new HashMap<>(upstream.headers());
        headers.put("accept", "application/json");
        headers.put("anthropic-version", "2023-06-01");
        if (credential != null) {
            headers.put(credential.getKey(), credential.getValue());
        }
        return headers;
    }
}
