/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A backend as it is set.
 *
 * @param backend   which one
 * @param upstreams its upstreams, at least one; the first is what the backend is where there can be but one
 * @param balance   how requests are spread over them
 * @param toolsAt   the id of the backend that serves its requests that carry tools, its own unless set otherwise
 * @param decided   what holds where a setting leaves it open, for those who look at settings
 * @param edition   which reading of its settings this is: 0 of those the gateway started with
 */
public record BackendSettings(Backend backend, List<UpstreamSettings> upstreams, Balance balance, String toolsAt,
        Map<Setting, String> decided, int edition) {

    public BackendSettings {
        upstreams = List.copyOf(upstreams);
        decided = Map.copyOf(decided);
    }

    /** As it is set at start. */
    BackendSettings(Backend backend, List<UpstreamSettings> upstreams, Balance balance, String toolsAt, Map<Setting, String> decided) {
        this(backend, upstreams, balance, toolsAt, decided, 0);
    }

    /** The same as another reading of it. */
    BackendSettings asEdition(int number) {
        return new BackendSettings(backend, upstreams, balance, toolsAt, decided, number);
    }

    /**
     * What stands for one of its upstreams in the ids and URIs of routes. No two editions have the same: a request that is
     * on its way to one keeps its URL and its credential.
     */
    public String routeName(UpstreamSettings upstream) {
        return edition == 0 ? upstream.routeName() : upstream.routeName() + "~" + edition;
    }

    /** The same with every upstream at {@code origin}. */
    BackendSettings at(URI origin) {
        return new BackendSettings(backend, upstreams.stream().map(upstream -> upstream.at(origin)).toList(), balance, toolsAt, decided,
                edition);
    }

    /** An upstream's share, in words. */
    String share(UpstreamSettings upstream) {
        return ", weight " + balance.weights().get(upstream.id());
    }

    /** One with a single upstream. */
    static BackendSettings of(UpstreamSettings upstream, Balance balance) {
        return new BackendSettings(upstream.backend(), List.of(upstream), balance, upstream.backend().id(), Map.of());
    }

    /** The backend where there can be but one upstream: its first, by the backend's own id. */
    public UpstreamSettings asUpstream() {
        return upstreams.get(0).withId(backend.id());
    }

    /** Whether everything it needs is set. */
    public boolean configured() {
        return upstreams.get(0).configured();
    }

    /**
     * How requests are spread over the upstreams of one backend.
     *
     * @param strategy  how the next upstream is chosen
     * @param threshold the failures in a row that open an upstream's breaker
     * @param timeout   how long its breaker stays open before it tries again
     * @param weights   the share of each upstream by its name, 1 or more, in the order of the upstreams
     */
    public record Balance(Strategy strategy, int threshold, Duration timeout, Map<String, Integer> weights) {

        public Balance {
            weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        }

        /** How the next upstream is chosen. */
        public enum Strategy {
            LEAST_REQUESTS, ROUND_ROBIN, RANDOM, SESSION_AFFINITY;

            /** As {@code config.yaml} spells it. */
            public String setting() {
                return name().toLowerCase(Locale.ROOT);
            }
        }
    }
}
