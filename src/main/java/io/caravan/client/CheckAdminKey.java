/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Lets a call to an admin endpoint pass: by the admin key where one is set, else by a client key (6.2). */
final class CheckAdminKey implements Processor {

    private final ClientKeys adminKeys;
    private final CheckClientKey checkClientKey;

    CheckAdminKey(ClientKeys adminKeys, CheckClientKey checkClientKey) {
        this.adminKeys = adminKeys;
        this.checkClientKey = checkClientKey;
    }

    @Override
    public void process(Exchange exchange) {
        if (adminKeys.isEmpty()) {
            checkClientKey.process(exchange);
            return;
        }
        for (Map.Entry<String, String> header : Call.of(exchange).headers().entries()) {
            if (adminKeys.accepts(CheckClientKey.credential(header))) {
                return;
            }
        }
        throw Failure.of(Kind.WRONG_KEY, "This endpoint asks for the admin key (PROXY_ADMIN_KEY).");
    }
}
