/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import org.apache.hc.core5.util.TimeValue;

/** The connections Camel's HTTP endpoints keep for the next request. */
final class IdleConnections {

    private IdleConnections() {
    }

    /** Closes those to the upstream of {@code attempt}: where one turned out to be dead, the others are of the same age. */
    static void close(Attempt attempt) {
        ConnectionPools.of(attempt.call().exchange().getContext(), attempt.target().settings())
                .forEach(pool -> pool.closeIdle(TimeValue.ZERO_MILLISECONDS));
    }
}
