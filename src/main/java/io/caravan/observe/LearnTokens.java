/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.observe;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.format.Usage;
import io.caravan.format.WireFormat;
import io.caravan.routing.ModelRouting;
import io.caravan.tokens.TokenCounts;

/** Lets the estimates learn from the real counts of requests that were answered. */
final class LearnTokens implements CallObserver {

    private final TokenCounts counts;
    private final ModelRouting routing;

    LearnTokens(TokenCounts counts, ModelRouting routing) {
        this.counts = counts;
        this.routing = routing;
    }

    @Override
    public void completed(Call call, Outcome outcome) {
        if (outcome == Outcome.ANSWERED && call.format() == WireFormat.MESSAGES) {
            Usage usage = call.record().usage();
            long real = usage.input() + usage.cacheRead() + usage.cacheWrite();
            call.life().attempt().ifPresent(attempt -> counts.learn(attempt.backend(), attempt.model(),
                    call.request().body(), routing.traits(attempt.model()).newTokenizer(), real));
        }
    }
}
