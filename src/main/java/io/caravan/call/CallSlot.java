/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import java.util.Optional;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange's property holds of its call: nothing that an expression of a page could reach into, for the call has the
 * client's key.
 */
final class CallSlot {

    private final Call call;

    private CallSlot(Call call) {
        this.call = call;
    }

    static Call put(Call call, Exchange exchange) {
        exchange.setProperty(Call.PROPERTY, new CallSlot(call));
        return call;
    }

    /** The call of an exchange: where a copy's was left behind on it, the one that the copy was made from. */
    static Optional<Call> of(Exchange exchange) {
        return Optional.ofNullable(call(exchange));
    }

    static @Nullable Call call(Exchange exchange) {
        if (!(exchange.getProperty(Call.PROPERTY) instanceof CallSlot slot)) {
            return null;
        }
        return slot.call.on(exchange);
    }

    @Override
    public String toString() {
        return "Call[" + call.correlationId() + "]";
    }
}
