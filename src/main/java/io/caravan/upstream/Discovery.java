/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.failure.ErrorReader;
import io.caravan.provider.Auth;
import io.caravan.provider.Backend;
import io.caravan.provider.UpstreamSettings;
import io.caravan.settings.GatewaySettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
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
 * What the backends say they have. Asks them only for their lists of models, which cost nothing, in five
 * seconds at most, and no backend twice within ten seconds; none at start. One that is configured but neither chosen nor
 * has a credential of its own is not asked. Safe for use by many threads.
 */
final class Discovery {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration ASKED_AGAIN = Duration.ofSeconds(10);
    private static final Duration OUT_OF_DATE = Duration.ofMinutes(10);
    private static final int LONGEST_LIST = 8 * 1024 * 1024;

    private record Asked(long at, CompletableFuture<Backend.State> state) {}

    private record Known(long at, Collection<String> models) {}

    private final GatewaySettings settings;
    private final PlainRequest requests;
    private final UpstreamCatalog catalog;
    private final LongSupplier nanoTime;
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    Discovery(GatewaySettings settings, UpstreamCatalog catalog) {
        this(settings, catalog, System::nanoTime);
    }

    Discovery(GatewaySettings settings, UpstreamCatalog catalog, LongSupplier nanoTime) {
        this.settings = settings;
        this.catalog = catalog;
        this.requests = new PlainRequest(settings.outgoing());
        this.nanoTime = nanoTime;
    }

    /** What a backend or an upstream has said counts no more. */
    void forget(String id) {
        asked.remove(id);
        known.remove(id);
    }

    /**
     * The models a backend has ready, as far as it has said; empty where it has not been asked. Never blocks: what is
     * missing or ten minutes old is asked for, for the next time.
     */
    Collection<String> models(String backendId) {
        return members(backendId).stream().flatMap(id -> known(id).stream()).distinct().toList();
    }

    private Collection<String> known(String id) {
        Known last = known.get(id);
        if (last == null) {
            ask(id);
            return List.of();
        }
        if (nanoTime.getAsLong() - last.at() > OUT_OF_DATE.toNanos()) {
            ask(id);
        }
        return last.models();
    }

    /**
     * Asks backends and upstreams, all at once, unless they have just been asked; a backend is all its upstreams.
     * Blocks until each has answered or its time is over.
     */
    Map<String, Backend.State> check(Collection<String> ids) {
        Map<String, List<CompletableFuture<Backend.State>>> answers = new LinkedHashMap<>();
        ids.forEach(id -> answers.put(id, members(id).stream().map(this::ask).toList()));
        Map<String, Backend.State> states = new LinkedHashMap<>();
        answers.forEach((id, parts) -> states.put(id,
                Backend.State.ofAll(parts.stream().map(CompletableFuture::join).toList())));
        return states;
    }

    /** The upstreams of a backend; an upstream's own name stands for itself. */
    private List<String> members(String id) {
        if (settings.backends().ids().contains(id)) {
            return settings.backends().get(id).upstreams().stream().map(UpstreamSettings::id).toList();
        }
        return List.of(id);
    }

    private CompletableFuture<Backend.State> ask(String id) {
        return asked.compute(id, (key, last) -> {
            long now = nanoTime.getAsLong();
            if (last != null && now - last.at() < ASKED_AGAIN.toNanos()) {
                return last;
            }
            return new Asked(now, start(catalog.get(id), now));
        }).state();
    }

    private CompletableFuture<Backend.State> start(Upstream upstream, long now) {
        if (!upstream.settings().configured()) {
            return notAsked(Backend.State.Status.NOT_CONFIGURED);
        }
        if (!mayAsk(upstream)) {
            return notAsked(Backend.State.Status.UNKNOWN);
        }
        String id = upstream.settings().id();
        return upstream.credential().headers()
                .thenCompose(credential -> list(upstream, credential))
                .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .handle((answer, failure) -> {
                    long millis = Duration.ofNanos(nanoTime.getAsLong() - now).toMillis();
                    if (failure != null) {
                        return ModelList.failed(failure, id, millis);
                    }
                    return ModelList.read(answer, millis);
                })
                .thenApply(state -> kept(id, state, now));
    }

    private static CompletableFuture<Backend.State> notAsked(Backend.State.Status status) {
        return CompletableFuture.completedFuture(new Backend.State(status, Map.of(), 0, null));
    }

    private Backend.State kept(String id, Backend.State state, long now) {
        if (state.status() == Backend.State.Status.AVAILABLE) {
            known.put(id, new Known(now, state.models().entrySet().stream()
                    .filter(Map.Entry::getValue).map(Map.Entry::getKey).toList()));
        }
        return state;
    }

    private CompletableFuture<PlainRequest.Answer> list(Upstream upstream, Map<String, String> credential) {
        return requests.get(listUrl(upstream.settings()), headers(upstream.settings(), credential),
                SystemDefaultDnsResolver.INSTANCE, LONGEST_LIST, LIMIT).thenApply(answer -> {
                    if (ErrorReader.isUnauthenticated(answer.status())) {
                        upstream.credential().refused(credential);
                    }
                    return answer;
                });
    }

    private boolean mayAsk(Upstream upstream) {
        if (upstream.credential().exists()) {
            return true;
        }
        boolean chosen = upstream.settings().id().equals(settings.backend());
        return chosen && upstream.settings().auth() instanceof Auth.None;
    }

    /** Anthropic shows twenty models unless it is asked for more; the others take no notice. */
    private static URI listUrl(UpstreamSettings upstream) {
        String url = upstream.urls().lists().toString();
        List<String> query = new ArrayList<>();
        if (url.endsWith("/models")) {
            query.add("limit=1000");
        }
        query.add(upstream.urls().query());
        query.removeIf(String::isEmpty);
        if (!query.isEmpty()) {
            url += "?" + String.join("&", query);
        }
        return URI.create(url);
    }

    private static Map<String, String> headers(UpstreamSettings upstream, Map<String, String> credential) {
        Map<String, String> headers = new HashMap<>(upstream.headers());
        headers.put("accept", "application/json");
        headers.put("anthropic-version", "2023-06-01");
        headers.putAll(credential);
        return headers;
    }
}
