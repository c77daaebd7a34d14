/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Lets a page refuse a request: with the status of variable {@code refuseStatus} (403 unless set), the words of
 * {@code refuseText}, {@code retry-after} by {@code refuseAfter} (seconds) and {@code x-should-retry} by {@code refuseRetry}.
 */
final class Refuse implements Processor {

    private static final int NOT_SET = -1;
    private static final String WORDS = "This gateway does not serve this request.";

    @Override
    public void process(Exchange exchange) {
        throw after(refusal(exchange).shouldRetry(exchange.getVariable("refuseRetry", String.class)), exchange);
    }

    private static Failure refusal(Exchange exchange) {
        Failure refusal = Failure.of(Kind.PAGE_REFUSED, exchange.getVariable("refuseText", WORDS, String.class));
        Object asked = exchange.getVariable("refuseStatus");
        try {
            return asked == null ? refusal : refusal.as(asked.toString());
        } catch (IllegalArgumentException e) {
            throw wrong("refuseStatus", e.getMessage(), exchange);
        }
    }

    /** The same with the {@code retry-after} a page has set, if it has. */
    static Failure after(Failure failure, Exchange exchange) {
        int seconds = number("refuseAfter", NOT_SET, exchange);
        if (seconds == NOT_SET) {
            return failure;
        }
        return failure.retryAfter(seconds);
    }

    private static int number(String variable, int otherwise, Exchange exchange) {
        Object value = exchange.getVariable(variable);
        if (value == null) {
            return otherwise;
        }
        try {
            return Integer.parseInt(value.toString().strip());
        } catch (NumberFormatException e) {
            throw wrong(variable, "not a whole number", exchange);
        }
    }

    private static Failure wrong(String variable, @Nullable String expected, Exchange exchange) {
        return Failure.of(Kind.PAGE_CHANGED, "The page " + exchange.getFromRouteId() + " refuses a request, but its variable "
                + variable + " is " + expected + ".");
    }
}
