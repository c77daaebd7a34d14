/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.failure.ClientErrors;
import io.caravan.failure.Failure;
import io.caravan.format.WireFormat;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells whoever asked a page that makes no call that the page failed, in words; the cause is for the log. */
final class TellPageFailure implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(TellPageFailure.class);

    @Override
    public void process(Exchange exchange) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, new IllegalStateException(), Throwable.class);
        String page = exchange.getFromRouteId();
        Failure failure = Failure.from(cause);
        if (failure.isUnforeseen() && WriteError.isRejection(cause)) {
            failure = WriteError.throttled(exchange);
        } else if (failure.isUnforeseen()) {
            failure = failure.saying("The page " + page + " failed on this request; the gateway's log has the details.");
        }
        if (failure.isServerError()) {
            LOG.error("The page {} failed", page, cause);
        } else {
            LOG.info("The page {} refused a request: {}", page, failure.getMessage());
        }
        tell(failure, exchange);
    }

    /** Makes it the answer of a page. */
    static void tell(Failure failure, Exchange exchange) {
        Message answer = new DefaultMessage(exchange);
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, failure.status());
        AnswerHeaders.ofPageFailure(failure).forEach(header -> answer.setHeader(header.getKey(), header.getValue()));
        answer.setBody(ClientErrors.of(WireFormat.MESSAGES).body(failure, "req_" + exchange.getExchangeId()));
        exchange.setMessage(answer);
    }
}
