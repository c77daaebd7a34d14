/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.CallLife;
import io.caravan.call.ClientStream;
import io.caravan.failure.ClientErrors;
import io.caravan.failure.Failure;
import io.caravan.settings.GatewaySettings;

/**
 * Keeps the client of a stream company whose upstream takes long to answer at all: after
 * {@link GatewaySettings.Stream#headAfter} the head of the response goes out, and then a ping now and then. One for each call;
 * runs on the watch's thread, and never while the worker has the client in hand.
 */
final class EarlyHead implements CallLife.Company {

    private static final int OK = 200;

    private final GatewaySettings.Stream settings;
    private long writtenAt;

    EarlyHead(GatewaySettings.Stream settings) {
        this.settings = settings;
    }

    @Override
    public void keep(Call call, long now) {
        boolean due = now - call.receivedAt() > settings.headAfter().toNanos();
        if (due && call.request().stream()) {
            ping(call, now);
        }
    }

    private void ping(Call call, long now) {
        ClientStream client = call.client();
        try {
            if (!client.started()) {
                client.start(OK, AnswerHeaders.ofWaiting(call));
                call.record().firstByte(OK);
            } else if (!client.ready() || now - writtenAt <= settings.pingInterval().toNanos()) {
                return;
            }
            byte[] ping = ClientErrors.of(call.format()).ping();
            client.write(ping, 0, ping.length);
            writtenAt = now;
        } catch (Failure gone) {
            // The worker learns by itself that the client has left.
        }
    }
}
