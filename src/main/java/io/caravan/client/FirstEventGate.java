/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.AnswerRelay;
import io.caravan.call.Call;
import io.caravan.call.CallWatch;
import io.caravan.call.UpstreamAnswer;
import io.caravan.client.relay.StreamRelay;
import io.caravan.client.relay.WholeAnswer;
import io.caravan.convert.Translator.Answer;
import io.caravan.settings.StreamSettings;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Stands inside the circuit breaker: waits until a stream brings its first content, at most
 * {@link StreamSettings#commitAfter()}, before anything goes to the client. A 200 whose first event is an error, or that
 * dies before any content, is so still a failure that another upstream can make good. Blocks; a whole answer passes.
 */
final class FirstEventGate implements Processor {

    private final StreamSettings settings;
    private final CallWatch watch;

    FirstEventGate(StreamSettings settings, CallWatch watch) {
        this.settings = settings;
        this.watch = watch;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        UpstreamAnswer answer = call.life().attempt().orElseThrow();
        answer.whole().ifPresentOrElse(whole -> call.life().answer(answer, whole(call, answer, whole)),
                () -> stream(call, answer));
    }

    private static AnswerRelay whole(Call call, UpstreamAnswer answer, Answer whole) {
        return new WholeAnswer(call, answer, whole, () -> call.request().stream()
                ? AnswerHeaders.ofStream(call, answer) : AnswerHeaders.ofMessage(call, answer));
    }

    private void stream(Call call, UpstreamAnswer answer) {
        StreamRelay relay = new StreamRelay(call, answer, settings, watch, () -> AnswerHeaders.ofStream(call, answer));
        call.life().whenOver(relay::close);
        call.life().answer(answer, relay);
        relay.open();
    }
}
