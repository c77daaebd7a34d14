package io.caravan.client;

import io.caravan.call.AnswerRelay;
import io.caravan.call.CallObserver;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.CallWatch;
import io.caravan.call.GatewayCall;
import io.caravan.call.UpstreamAnswer;
import io.caravan.format.messages.MessageEvents;
import io.caravan.settings.StreamSettings;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Last step of a message's way: gives the upstream's answer to the client, a stream event by event, a message whole.
 * Blocks its worker until the answer is out, so that the exchange is in flight as long as the stream is. The upstream is
 * read to its end or cut.
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
        if (answer.message() == null) {
            AnswerRelay relay = call.relay();
            (relay != null ? relay : new StreamRelay(call, answer, settings, watch)).run();
        } else if (call.request().stream()) {
            write(call, answer, AnswerHeaders.ofStream(call, answer), asStream(answer));
        } else {
            write(call, answer, AnswerHeaders.ofMessage(call, answer), answer.message());
        }
        call.complete(Outcome.ANSWERED, observer);
    }

    private static void write(GatewayCall call, UpstreamAnswer answer, List<Map.Entry<String, String>> headers,
            byte[] body) {
        call.usage(answer.usage());
        call.upstreamEnded(null);
        call.firstByte(answer.status());
        call.client().send(answer.status(), headers, body);
    }

    /** A client that asked for a stream gets one, also where the upstream answered with one message (case S35). */
    private static byte[] asStream(UpstreamAnswer answer) {
        return answer.translation() == null ? MessageEvents.of(answer.message())
                : answer.translation().asStream(answer.message());
    }
}
