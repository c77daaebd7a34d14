/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.CallLife;
import io.caravan.call.CallObserver;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.MalformedBody;
import io.caravan.settings.GatewaySettings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Reads the request's body, within the limits of 6.4, and reads it as a Messages request: the very bytes are the message's body
 * from here on. Blocks its worker until the body is there; the bytes are given back to the budget when the call is over.
 */
final class ReadBody implements Processor {

    private static final String PLAIN = "identity";
    private static final String JSON = "json";

    private final BodyBudget budget;
    private final GatewaySettings.Limits limits;
    private final CallObserver observer;

    /** @param observer is told of the request, and of its end */
    ReadBody(BodyBudget budget, GatewaySettings.Limits limits, CallObserver observer) {
        this.budget = budget;
        this.limits = limits;
        this.observer = observer;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        HttpServerRequest request = ((VertxClientStream) call.client()).request();
        checkKind(call);
        IncomingBody body = new IncomingBody(budget, limits.maxBodyBytes());
        call.life().whenOver(body::release);
        call.client().whenGone(body::fail);
        call.life().whenStopped(() -> body.stop(CallLife.stopping()));
        byte[] bytes = body.read(request, Vertx.currentContext(), announced(call), limits.bodyTimeout());
        Call asking = call.asking(read(bytes)).putInto(exchange);
        exchange.getMessage().setBody(bytes);
        PageVariables.ofRequest(asking, exchange);
        observer.accepted(asking);
        call.life().whenOver(outcome -> observer.completed(Call.of(call.exchange()), outcome));
    }

    private static ModelRequest read(byte[] bytes) {
        try {
            return ModelRequest.read(bytes);
        } catch (MalformedBody e) {
            throw Failure.of(Kind.MALFORMED_REQUEST, e.getMessage());
        }
    }

    private static void checkKind(Call call) {
        if (!call.headers().first("content-encoding").orElse(PLAIN).equalsIgnoreCase(PLAIN)) {
            throw Failure.of(Kind.UNSUPPORTED_BODY,
                    "request_body_encoding_unsupported: send the body without Content-Encoding.");
        }
        if (!call.headers().first("content-type").orElse(JSON).toLowerCase(Locale.ROOT).contains(JSON)) {
            throw Failure.of(Kind.UNSUPPORTED_BODY, "Content-Type must be application/json.");
        }
    }

    private static long announced(Call call) {
        return call.headers().first("content-length").map(digits -> Long.parseLong(digits.strip())).orElse(-1L);
    }
}
