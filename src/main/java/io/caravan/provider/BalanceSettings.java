/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How requests are spread over the upstreams of one backend.
 *
 * @param strategy  how the next upstream is chosen
 * @param threshold the failures in a row that open an upstream's breaker
 * @param timeout   how long its breaker stays open before it tries again
 * @param weights   the share of each upstream by its name, 1 or more, in the order of the upstreams
 */
public record BalanceSettings(Strategy strategy, int threshold, Duration timeout, Map<String, Integer> weights) {

    public BalanceSettings {
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
