/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.Deadlines;
import io.caravan.convert.Translator;
import io.caravan.learning.Learned.Mending;
import java.time.Duration;

/** An attempt that asks for a count of tokens. It counts neither for the breaker nor in the statistics. */
record TokenCountRequest(Translator translator, Mending mending, String path) implements Purpose {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    @Override
    public void awaitHead(Deadlines deadlines) {
        deadlines.awaitHead(LIMIT);
    }

    @Override
    public void answered(Deadlines deadlines) {
        // The limit is for all of it.
    }

    @Override
    public void sent(Upstream upstream, Call call) {
        // Only requests to a model are counted.
    }
}
