package io.caravan.resilience;

import io.caravan.call.StreamBroken;
import io.caravan.call.UpstreamFault;

/** Whose fault a failure is, for circuit breakers and error counts (ledger 4.3). */
final class Blame {

    private Blame() {
    }

    /**
     * Whether {@code cause} counts against the upstream: it was unreachable, too slow or broken, or broke its stream off.
     * A 429, a 4xx, the client's leaving and the gateway's own defects do not.
     */
    static boolean isUpstreams(Throwable cause) {
        return cause instanceof UpstreamFault fault && !fault.isBusy()
                || cause instanceof StreamBroken broken && broken.status() >= 500;
    }
}
