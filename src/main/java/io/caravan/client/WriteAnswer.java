package io.caravan.client;

import io.caravan.call.CallObserver;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.CallWatch;
import io.caravan.call.GatewayCall;
import io.caravan.call.UpstreamAnswer;
import io.caravan.format.Edit;
import io.caravan.format.anthropic.MessageAnswer;
import io.caravan.settings.StreamSettings;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Last step of a message's way: gives the upstream's answer to the client, a stream event by event, a message whole, the
 * model patched back to the name the client used (ledger 2.7). Blocks its worker until the answer is out, so that the
 * exchange is in flight as long as the stream is. The upstream is read to its end or cut.
 */
public final class WriteAnswer implements Processor {

    private final StreamSettings settings;
    private final CallWatch watch;
    private final CallObserver observer;

    public WriteAnswer(StreamSettings settings, CallWatch watch, CallObserver observer) {
        this.settings = settings;
        this.watch = watch;
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        UpstreamAnswer answer = call.answer();
        if (answer.message() != null) {
            writeMessage(call, answer);
        } else {
            new StreamRelay(call, answer, settings, watch).run();
        }
        call.complete(Outcome.ANSWERED, observer);
    }

    private static void writeMessage(GatewayCall call, UpstreamAnswer answer) {
        byte[] body = answer.message();
        MessageAnswer message = answer.facts();
        call.usage(message.usage());
        call.firstByte(answer.status());
        call.client().send(answer.status(), AnswerHeaders.ofMessage(call, answer),
                Edit.applied(body, message.withModel(call.request().model())));
    }
}
