package io.caravan.settings;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * How requests are spread over the workspaces.
 *
 * @param strategy  how the next workspace is chosen
 * @param threshold the failures in a row that open a workspace's breaker
 * @param timeout   how long its breaker stays open before it tries again
 * @param weights   the share of each workspace by its name, 1 or more, in the order of the workspaces
 */
public record BalanceSettings(Strategy strategy, int threshold, Duration timeout, Map<String, Integer> weights) {

    /** How the next workspace is chosen. */
    public enum Strategy {
        LEAST_REQUESTS, ROUND_ROBIN, RANDOM, SESSION_AFFINITY;

        /** As {@code config.yaml} spells it. */
        public String setting() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
