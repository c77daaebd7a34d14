/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Lets a page refuse a request: with the status of variable {@code refuseStatus} (403 unless set), the words of
 * {@code refuseText}, {@code retry-after} by {@code refuseAfter} (seconds) and {@code x-should-retry} by {@code refuseRetry}.
 */
final class Refuse implements Processor {

    private static final String WORDS = "This gateway does not serve this request.";

    @Override
    public void process(Exchange exchange) {
        int status = number("refuseStatus", Kind.PAGE_REFUSED.status(), exchange);
        if (status < 400 || status > 599) {
            throw wrong("refuseStatus", "a status from 400 to 599", exchange);
        }
        Failure refusal = Failure.of(Kind.PAGE_REFUSED, exchange.getVariable("refuseText", WORDS, String.class)).status(status)
                .shouldRetry(exchange.getVariable("refuseRetry", String.class));
        throw after(refusal, exchange);
    }

    /** The same with the {@code retry-after} a page has set, if it has. */
    static Failure after(Failure failure, Exchange exchange) {
        int seconds = number("refuseAfter", -1, exchange);
        if (seconds < 0) {
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
            throw wrong(variable, "a whole number", exchange);
        }
    }

    private static Failure wrong(String variable, String expected, Exchange exchange) {
        return Failure.of(Kind.PAGE_CHANGED, "The page " + exchange.getFromRouteId() + " refuses a request, but its variable "
                + variable + " is not " + expected + ".");
    }
}
