/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

/** Token counts of one answer, as the upstream gives them: input without what the cache read or wrote. */
public record Usage(long input, long output, long cacheRead, long cacheWrite) {

    public static final Usage UNKNOWN = new Usage(0, 0, 0, 0);

    public long total() {
        return input + output + cacheRead + cacheWrite;
    }

    /** These counts, with those of {@code later} where it gives any: the numbers of a {@code message_delta} win. */
    public Usage updated(Usage later) {
        return new Usage(later.input > 0 ? later.input : input, later.output > 0 ? later.output : output,
                later.cacheRead > 0 ? later.cacheRead : cacheRead, later.cacheWrite > 0 ? later.cacheWrite : cacheWrite);
    }
}
