package io.caravan.observe;

import io.caravan.call.CallObserver;
import io.caravan.call.GatewayCall;
import io.caravan.call.Target;
import io.caravan.format.WireFormat;
import io.caravan.format.Usage;
import io.caravan.routing.ModelRouting;
import io.caravan.tokens.TokenCounts;

/** Lets the estimates learn from the real counts of requests that were answered. */
public final class LearnTokens implements CallObserver {

    private final TokenCounts counts;
    private final ModelRouting routing;

    public LearnTokens(TokenCounts counts, ModelRouting routing) {
        this.counts = counts;
        this.routing = routing;
    }

    @Override
    public void completed(GatewayCall call, Outcome outcome) {
        Usage usage = call.usage();
        long real = usage.input() + usage.cacheRead() + usage.cacheWrite();
        Target target = call.target();
        if (outcome == Outcome.ANSWERED && call.format() == WireFormat.MESSAGES && real > 0 && target != null) {
            counts.learn(target.backend(), target.model(), call.request().body(),
                    routing.traits(target.model()).newTokenizer(), real);
        }
    }
}
