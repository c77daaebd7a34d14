package io.caravan.client;

import io.caravan.call.CallObserver;
import io.caravan.call.CallObserver.Outcome;
import io.caravan.call.GatewayCall;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Answers with the message's body as it is: a page of the gateway's own (health, metrics, a probe). Status and type
 * come from the usual Camel headers, else 200 and JSON.
 */
public final class WritePage implements Processor {

    private final CallObserver observer;

    public WritePage(CallObserver observer) {
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        Message message = exchange.getMessage();
        Object body = message.getBody();
        byte[] bytes = body instanceof byte[] raw ? raw : String.valueOf(body).getBytes(StandardCharsets.UTF_8);
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        call.firstByte(status);
        call.client().send(status, AnswerHeaders.ofPage(call, message.getHeader(Exchange.CONTENT_TYPE, String.class)), bytes);
        call.complete(Outcome.ANSWERED, observer);
    }
}
