/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.CallObserver.Outcome;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Answers with the message's body as it is: a page of the gateway's own (health, metrics, a probe). Status and type
 * come from the usual Camel headers, else 200 and JSON.
 */
final class WritePage implements Processor {

    private static final byte[] NOTHING = {};

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        Message message = exchange.getMessage();
        byte[] bytes = Objects.requireNonNullElse(message.getBody(byte[].class), NOTHING);
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        call.record().firstByte(status);
        call.client().send(status, AnswerHeaders.ofPage(call, message.getHeader(Exchange.CONTENT_TYPE, String.class),
                exchange.getVariable("tokenCount", String.class)), bytes);
        call.life().end(Outcome.ANSWERED);
    }
}
