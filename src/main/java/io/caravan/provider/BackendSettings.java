/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import java.util.List;

/**
 * A backend as it is set.
 *
 * @param backend   which one
 * @param upstreams its upstreams, at least one; the first is what the backend is where there can be but one
 * @param balance   how requests are spread over them
 * @param toolsAt   the id of the backend that serves its requests that carry tools, its own unless set otherwise
 */
public record BackendSettings(Backend backend, List<UpstreamSettings> upstreams, BalanceSettings balance, String toolsAt) {

    public BackendSettings {
        upstreams = List.copyOf(upstreams);
    }

    /** One with a single upstream. */
    public static BackendSettings of(UpstreamSettings upstream, BalanceSettings balance) {
        return new BackendSettings(upstream.backend(), List.of(upstream), balance, upstream.backend().id());
    }

    /** The backend where there can be but one upstream: its first, by the backend's own id. */
    public UpstreamSettings asUpstream() {
        return upstreams.get(0).withId(backend.id());
    }

    /** Whether everything it needs is set. */
    public boolean configured() {
        return upstreams.get(0).configured();
    }
}
