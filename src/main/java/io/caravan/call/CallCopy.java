/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What a copy of a call must leave as it was on the exchange that it was made from: of multicast, Camel gives that exchange what
 * the last copy has.
 *
 * @param original  the call it is a copy of
 * @param body      the original's body
 * @param variables the gateway's own variables, as the original has them
 */
record CallCopy(Call original, @Nullable Object body, Map<String, Object> variables) {

    private static final List<String> OURS = List.of("backend", "model", "forced", "fallback", "upstream", "attempt");

    static CallCopy of(Call original, Exchange copy) {
        Map<String, Object> variables = new HashMap<>(copy.getVariables());
        variables.keySet().removeIf(name -> !isOurs(name));
        return new CallCopy(original, copy.getMessage().getBody(), variables);
    }

    private static boolean isOurs(String name) {
        return name.startsWith("caravan") || OURS.contains(name);
    }

    /**
     * Whether the copy was left behind on {@code exchange}, which is the original's or works in its stead.
     *
     * @param isCopys whether it seems to be the copy's: Camel also gives the original what the copy's says of whose copy it is
     */
    boolean isLeftOn(Exchange exchange, boolean isCopys) {
        boolean isOriginal = original.exchange().getExchangeId().equals(exchange.getExchangeId());
        return isOriginal || !isCopys && original.isOrCopies(exchange);
    }

    /** Gives {@code exchange}, the original's, back what it had. */
    Call restore(Exchange exchange) {
        List.copyOf(exchange.getVariables().keySet()).stream().filter(CallCopy::isOurs).forEach(exchange::removeVariable);
        variables.forEach(exchange::setVariable);
        exchange.getMessage().setBody(body);
        return original.putInto(exchange);
    }
}
