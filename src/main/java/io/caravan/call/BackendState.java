/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a backend was found to be when it was last asked for its models.
 *
 * @param models        the models it lists, each with whether it is ready; empty where it gave no list
 * @param latencyMillis how long it took to answer; 0 where it was not asked
 * @param reason        why it is not available, without host and secret; null where it is
 */
public record BackendState(Status status, Map<String, Boolean> models, long latencyMillis, @Nullable String reason) {

    /** In the words of {@code /health/detailed}, but for the letter case. */
    public enum Status {
        /** It answered with its models. */
        AVAILABLE,
        /** It cannot be reached, fails or refuses the gateway's credential. */
        UNAVAILABLE,
        /** Settings it needs are missing. */
        NOT_CONFIGURED,
        /** It was not asked, for want of a credential, or has no such list. */
        UNKNOWN
    }

    /** Several that do the same, as one: there as soon as one is there, with the models of all that are. */
    public static BackendState ofAll(List<BackendState> states) {
        List<BackendState> there = states.stream().filter(state -> state.status() == Status.AVAILABLE).toList();
        if (states.size() == 1 || there.isEmpty()) {
            return states.stream().filter(state -> !state.down()).findFirst().orElse(states.get(0));
        }
        Map<String, Boolean> models = new TreeMap<>();
        there.forEach(state -> state.models().forEach((name, ready) -> models.merge(name, ready, Boolean::logicalOr)));
        long slowest = there.stream().mapToLong(BackendState::latencyMillis).max().orElseThrow();
        return new BackendState(Status.AVAILABLE, models, slowest, null);
    }

    /** Whether a request sent there now would fail. */
    public boolean down() {
        return status == Status.UNAVAILABLE || status == Status.NOT_CONFIGURED;
    }
}
