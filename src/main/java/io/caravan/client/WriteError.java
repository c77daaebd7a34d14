/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.ClientStream;
import io.caravan.failure.ClientErrors;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.util.ObjectHelper;

/**
 * Ends a call that failed: before the first byte with a status and an error body in the client's format, after it as the
 * answer's relay can. Every exception ends here, known or not, and no stack trace leaves the gateway. A copy of a call that
 * is worked on elsewhere answers nobody. What failed on an exchange without a call is thrown on: it is for others to tell.
 */
final class WriteError implements Processor {

    private final CallObserver observer;

    WriteError(CallObserver observer) {
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, new IllegalStateException(), Throwable.class);
        Optional<Call> call = Call.find(exchange);
        if (call.isEmpty()) {
            throw CamelExecutionException.wrapCamelExecutionException(exchange, cause);
        }
        end(call.get(), failure(cause, call.get(), exchange), exchange);
    }

    private void end(Call call, Failure failure, Exchange exchange) {
        if (!call.isOwn(exchange)) {
            observer.failed(call, failure);
            return;
        }
        call.life().cut();
        call.life().takeClient();
        if (call.client().isGone() || failure.isClientGone()) {
            call.client().abandon();
            over(call, Outcome.ABANDONED, exchange);
            return;
        }
        call.life().upstreamEnded(Optional.of(failure));
        observer.failed(call, failure);
        over(call, tell(call, failure), exchange);
    }

    private static void over(Call call, Outcome outcome, Exchange exchange) {
        PageVariables.ofEnd(call, outcome, exchange);
        call.life().end(outcome);
    }

    /** What Camel says where a throttle or a full queue lets nothing pass is no defect. */
    static Failure failure(Throwable cause, Call call, Exchange exchange) {
        Failure failure = Failure.from(cause);
        if (failure.isUnforeseen() && isRejection(cause)) {
            return call.life().ended().orElseGet(() -> throttled(exchange));
        }
        return failure;
    }

    static boolean isRejection(Throwable cause) {
        return ObjectHelper.getException(RejectedExecutionException.class, cause) != null;
    }

    static Failure throttled(Exchange exchange) {
        return Refuse.after(Failure.of(Kind.PAGE_THROTTLED, "This gateway lets no more requests of this kind pass for now; try"
                + " again in a moment."), exchange);
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

    /** How the call ends. */
    private static Outcome tell(Call call, Failure failure) {
        ClientStream client = call.client();
        if (client.started()) {
            call.life().relay().ifPresentOrElse(relay -> relay.breakOff(failure), () -> tellWaiting(call, failure));
            return Outcome.BROKEN;
        }
        byte[] body = failure.body(call.format())
                .orElseGet(() -> ClientErrors.of(call.format()).body(failure, call.requestId()));
        call.record().firstByte(failure.status());
        client.send(failure.status(), AnswerHeaders.ofFailure(call, failure), body);
        return Outcome.FAILED;
    }
}
