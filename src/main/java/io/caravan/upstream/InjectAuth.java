/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.provider.Auth;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Gives the attempt the credential of its upstream. It never becomes a message header: only the HTTP request that goes
 * out bears it. Blocks where an OAuth token must be waited for.
 */
final class InjectAuth implements Processor {

    private final boolean keysSet;

    /** @param keysSet whether the gateway has client keys, so that a client's only credential may be one of them */
    InjectAuth(boolean keysSet) {
        this.keysSet = keysSet;
    }

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        if (attempt.target().credential().exists()) {
            attempt.credential().authorize();
        } else if (attempt.target().settings().auth() instanceof Auth.PassThrough pass) {
            passThrough(attempt, pass.setting());
        }
    }

    private void passThrough(Attempt attempt, String setting) {
        Call call = attempt.call();
        if (call.caller().ownCredentials().isEmpty()) {
            throw noCredential(setting);
        }
        call.caller().ownCredentials().forEach(header -> attempt.header(header.getKey(), header.getValue()));
    }

    private Failure noCredential(String setting) {
        if (keysSet) {
            return Failure.of(Kind.NOT_CONFIGURED, setting + " is not set, and a key of this gateway is"
                    + " not passed on; set it, or send a credential of your own beside the key.");
        }
        return Failure.of(Kind.NO_CREDENTIAL, setting + " is not set; send your own x-api-key or Authorization: Bearer.");
    }
}
