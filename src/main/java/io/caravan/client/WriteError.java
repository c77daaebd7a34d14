/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.ClientStream;
import io.caravan.client.relay.ClientErrors;
import io.caravan.failure.Failure;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a call that failed: before the first byte with a status and an error body in the client's format, after it as the
 * answer's relay can. Every exception ends here, known or not, and no stack trace leaves the gateway. A copy of a call that
 * is worked on elsewhere answers nobody.
 */
final class WriteError implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(WriteError.class);

    private final CallObserver observer;

    WriteError(CallObserver observer) {
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        Failure failure = Failure.from(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
        Call call = Call.of(exchange);
        if (!isCalls(exchange)) {
            LOG.warn("A page that answers no request failed: {}", failure.toString());
            return;
        }
        if (!call.isOwn(exchange)) {
            observer.failed(call, failure);
            return;
        }
        call.life().cut();
        call.life().takeClient();
        if (call.client().isGone() || failure.isClientGone()) {
            call.client().abandon();
            call.life().end(Outcome.ABANDONED);
            return;
        }
        call.life().upstreamEnded(Optional.of(failure));
        observer.failed(call, failure);
        tell(call, failure);
    }

    private static boolean isCalls(Exchange exchange) {
        return exchange.getProperty(Call.PROPERTY) != null;
    }

    /** A client that has had nothing but the head of a stream, and pings. */
    private static void tellWaiting(Call call, Failure failure) {
        try {
            byte[] event = ClientErrors.of(call.format()).event(failure, failure.eventType(false), call.requestId());
            call.client().write(event, 0, event.length);
            call.client().end();
        } catch (Failure gone) {
            call.client().abandon();
        }
    }

    private static void tell(Call call, Failure failure) {
        ClientStream client = call.client();
        if (client.started()) {
            call.life().relay().ifPresentOrElse(relay -> relay.breakOff(failure), () -> tellWaiting(call, failure));
            call.life().end(Outcome.BROKEN);
            return;
        }
        byte[] body = failure.body(call.format())
                .orElseGet(() -> ClientErrors.of(call.format()).body(failure, call.requestId()));
        call.record().firstByte(failure.status());
        client.send(failure.status(), AnswerHeaders.ofFailure(call, failure), body);
        call.life().end(Outcome.FAILED);
    }
}
