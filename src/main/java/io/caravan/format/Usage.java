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
        return new Usage(latest(input, later.input), latest(output, later.output),
                latest(cacheRead, later.cacheRead), latest(cacheWrite, later.cacheWrite));
    }

    private static long latest(long known, long later) {
        return later > 0 ? later : known;
    }
}
