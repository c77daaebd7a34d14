/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import java.time.Duration;

/** The settings that upstreams of several providers share. */
public final class SharedSettings {

    /** For every backend, though its name says one: it is older than the others. */
    public static final Setting MAX_RETRIES = Setting.of("DATABRICKS_MAX_RETRIES", "3",
            "how often a request is repeated on the same upstream, whichever it is");
    public static final Setting UPSTREAM_TIMEOUT = Setting.of("UPSTREAM_TIMEOUT", "120s",
            "as DATABRICKS_TIMEOUT, for the backends that have none of their own");
    public static final Setting BREAKER_THRESHOLD = Setting.of("PROXY_BREAKER_THRESHOLD", "5",
            "the failures in a row that open a backend's breaker");
    public static final Setting BREAKER_TIMEOUT = Setting.of("PROXY_BREAKER_TIMEOUT", "60s",
            "how long a breaker stays open");
    public static final Setting API_TIMEOUT = Setting.of("API_TIMEOUT_MS", "600000",
            "the longest wait for an answer that is not streamed and for the first content of a stream");

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(300);

    private SharedSettings() {
    }

    static int breakerThreshold(SettingSources sources) {
        return sources.get(BREAKER_THRESHOLD).toInt(1, 1_000_000);
    }

    static Duration breakerTimeout(SettingSources sources) {
        return sources.get(BREAKER_TIMEOUT).toDuration();
    }

    /** The longest wait for a whole answer that is not streamed. */
    static Duration answerTimeout(SettingSources sources) {
        Duration bound = sources.get(API_TIMEOUT).toDuration();
        return bound.compareTo(LONGEST_ANSWER) < 0 ? bound : LONGEST_ANSWER;
    }
}
