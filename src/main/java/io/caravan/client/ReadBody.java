package io.caravan.client;

import io.caravan.call.CallObserver;
import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.ModelRequest;
import io.caravan.settings.LimitSettings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Reads the request's body, within the limits of ledger 6.4, and reads it as a Messages request. Blocks its worker until
 * the body is there; the bytes are given back to the budget when the call is over.
 */
public final class ReadBody implements Processor {

    private final BodyBudget budget;
    private final LimitSettings limits;
    private final CallObserver observer;

    /** @param observer is told of the request; null where it is not one to a model */
    public ReadBody(BodyBudget budget, LimitSettings limits, CallObserver observer) {
        this.budget = budget;
        this.limits = limits;
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        GatewayCall call = GatewayCall.of(exchange);
        HttpServerRequest request = exchange.getMessage().getBody(HttpServerRequest.class);
        checkKind(call);
        IncomingBody body = new IncomingBody(budget, limits.maxBodyBytes());
        call.whenOver(body::release);
        call.client().whenGone(body::fail);
        call.whenStopped(() -> body.stop(call.stopping()));
        byte[] bytes = body.read(request, Vertx.currentContext(), announced(call), limits.bodyTimeout());
        try {
            call.request(ModelRequest.read(bytes));
        } catch (MalformedBody e) {
            throw new GatewayFault(400, "invalid_request_error", e.getMessage());
        }
        if (observer != null) {
            call.accept(observer);
        }
    }

    private static void checkKind(GatewayCall call) {
        String encoding = call.headers().first("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new GatewayFault(415, "invalid_request_error",
                    "request_body_encoding_unsupported: send the body without Content-Encoding.").last();
        }
        String type = call.headers().first("content-type");
        if (type != null && !type.toLowerCase(Locale.ROOT).contains("json")) {
            throw new GatewayFault(415, "invalid_request_error", "Content-Type must be application/json.").last();
        }
    }

    private static long announced(GatewayCall call) {
        String length = call.headers().first("content-length");
        return length == null ? -1 : Long.parseLong(length.strip());
    }
}
