/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.ClientStream;
import io.caravan.call.OpenCalls;
import io.caravan.format.WireFormat;
import io.caravan.settings.GatewaySettings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.support.DefaultMessage;

/**
 * First step of every front route: makes the {@link Call} of a Vert.x request and puts an empty message in the place of the
 * client's, so that nothing a client sends can steer a Camel component, and no expression of a page reaches its key. Runs on a
 * request worker; does not block.
 */
final class AcceptCall implements Processor {

    private static final int LONGEST_ID = 128;
    private static final String IN_IDS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

    private final WireFormat format;
    private final GatewaySettings.Stream settings;
    private final OpenCalls open;

    /** @param format the format the route's clients speak */
    AcceptCall(WireFormat format, GatewaySettings settings, OpenCalls open) {
        this.format = format;
        this.open = open;
        this.settings = settings.stream();
    }

    @Override
    public void process(Exchange exchange) {
        HttpMessage message = exchange.getMessage(HttpMessage.class);
        HttpServerRequest request = message.getRequest();
        VertxClientStream client =
                new VertxClientStream(request, message.getResponse(), Vertx.currentContext(), settings.silence());
        List<Map.Entry<String, String>> entries = new ArrayList<>(request.headers().size());
        for (Map.Entry<String, String> header : request.headers()) {
            entries.add(Map.entry(header.getKey(), header.getValue()));
        }
        ClientStream.Headers headers = new ClientStream.Headers(entries);
        Call call = new Call(new Call.Arrival(exchange, format, client, headers, request.method().name(), request.path(),
                request.query(), correlationId(headers), System.nanoTime()));
        open.add(call.life());
        call.life().accompaniedBy(new EarlyHead(settings));
        client.whenGone(call.life()::cut);
        exchange.setMessage(new DefaultMessage(exchange));
        call.putInto(exchange);
    }

    private static String correlationId(ClientStream.Headers headers) {
        return headers.first("x-correlation-id").filter(AcceptCall::isWellFormed)
                .or(() -> headers.first("x-request-id").filter(AcceptCall::isWellFormed))
                .orElseGet(() -> UUID.randomUUID().toString());
    }

    private static boolean isWellFormed(String id) {
        if (id.isEmpty() || id.length() > LONGEST_ID) {
            return false;
        }
        return id.chars().allMatch(c -> IN_IDS.indexOf(c) >= 0);
    }
}
