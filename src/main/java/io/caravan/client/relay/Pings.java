/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client.relay;

import io.caravan.call.CallWatch;
import io.caravan.call.ClientStream;
import io.caravan.failure.Failure;
import io.caravan.settings.GatewaySettings;

/** Fills the silence of a stream, between events, so that the client does not give up (R5). Runs on the watch's thread. */
final class Pings implements CallWatch.Watched {

    private final HeldStart outlet;
    private final ClientStream client;
    private final GatewaySettings.Stream settings;
    private final byte[] ping;
    private final long begunAt = System.nanoTime();
    private volatile boolean stopped;

    /** @param ping as the client's format has it */
    Pings(HeldStart outlet, ClientStream client, GatewaySettings.Stream settings, byte[] ping) {
        this.outlet = outlet;
        this.client = client;
        this.settings = settings;
        this.ping = ping;
    }

    /** The message is complete: there is nothing to wait for. */
    void stop() {
        stopped = true;
    }

    @Override
    public void check(long now) {
        if (stopped || !isDue(now)) {
            return;
        }
        try {
            outlet.ping(ping, now);
        } catch (Failure gone) {
            // The worker learns by itself that the client has left.
        }
    }

    private boolean isDue(long now) {
        if (client.started()) {
            return now - outlet.writtenAt() > settings.pingInterval().toNanos();
        }
        return now - begunAt > settings.commitAfter().toNanos();
    }
}
