package io.caravan.client;

import io.caravan.call.CallObserver;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.ClientGone;
import io.caravan.call.ClientStream;
import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import io.caravan.call.StreamBroken;
import io.caravan.call.UpstreamAnswer;
import io.caravan.format.WireFormat;
import io.caravan.format.messages.ErrorBody;
import io.caravan.format.chat.ChatErrorBody;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Ends a call that failed: before the first byte with a status and an error body in the client's format, after it with
 * an {@code error} event. Every exception ends here, known or not, and no stack trace leaves the gateway.
 */
public final class WriteError implements Processor {

    private final CallObserver observer;

    public WriteError(CallObserver observer) {
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        GatewayCall call = GatewayCall.of(exchange);
        UpstreamAnswer answer = call.answer();
        if (answer != null) {
            answer.cut();
        }
        ClientStream client = call.client();
        if (cause instanceof ClientGone || client.isGone()) {
            client.abandon();
            call.complete(Outcome.ABANDONED, observer);
            return;
        }
        GatewayFault fault = faultOf(cause);
        call.upstreamEnded(fault);
        observer.faulted(call, fault, detail(cause));
        if (!client.started()) {
            byte[] body = fault.body(call.format());
            call.firstByte(fault.status());
            client.send(fault.status(), AnswerHeaders.ofFault(call, fault), body != null ? body : body(call, fault));
            call.complete(Outcome.FAILED, observer);
        } else {
            breakOff(call, client, fault);
            call.complete(Outcome.BROKEN, observer);
        }
    }

    private static void breakOff(GatewayCall call, ClientStream client, GatewayFault fault) {
        try {
            if (fault instanceof StreamBroken broken && broken.insideEvent()) {
                client.reset();
                return;
            }
            if (!(fault instanceof StreamBroken broken && broken.told())) {
                byte[] event = event(call, fault);
                client.write(event, 0, event.length);
            }
            client.end();
        } catch (ClientGone e) {
            client.abandon();
        }
    }

    private static byte[] body(GatewayCall call, GatewayFault fault) {
        return call.format() == WireFormat.CHAT ? ChatErrorBody.of(fault.status(), fault.type(), fault.getMessage())
                : ErrorBody.of(fault.type(), fault.getMessage(), call.requestId());
    }

    private static byte[] event(GatewayCall call, GatewayFault fault) {
        return call.format() == WireFormat.CHAT ? ChatErrorBody.event(fault.status(), fault.type(), fault.getMessage())
                : ErrorBody.event(fault.type(), fault.getMessage(), call.requestId());
    }

    /** The fault a cause stands for; one nobody foresaw is the gateway's own. */
    private static GatewayFault faultOf(Throwable cause) {
        for (Throwable known = cause; known != null; known = known.getCause()) {
            if (known instanceof GatewayFault fault) {
                return fault;
            }
        }
        return new GatewayFault(500, "api_error", "The gateway failed on this request; its log has the details.");
    }

    private static String detail(Throwable cause) {
        return cause instanceof GatewayFault ? null : String.valueOf(cause);
    }
}
