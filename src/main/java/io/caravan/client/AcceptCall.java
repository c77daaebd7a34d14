/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.ClientHeaders;
import io.caravan.call.OpenCalls;
import io.caravan.format.WireFormat;
import io.caravan.settings.GatewaySettings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * First step of every front route: makes the {@link Call} of a Vert.x request and strips every header from the
 * message, so that nothing a client sends can steer a Camel component. Runs on a request worker; does not block.
 */
final class AcceptCall implements Processor {

    private static final int LONGEST_ID = 128;

    private final WireFormat format;
    private final Duration patience;
    private final OpenCalls open;

    /** @param format the format the route's clients speak */
    AcceptCall(WireFormat format, GatewaySettings settings, OpenCalls open) {
        this.format = format;
        this.open = open;
        this.patience = settings.stream().silence();
    }

    @Override
    public void process(Exchange exchange) {
        HttpMessage message = exchange.getMessage(HttpMessage.class);
        HttpServerRequest request = message.getRequest();
        VertxClientStream client =
                new VertxClientStream(request, message.getResponse(), Vertx.currentContext(), patience);
        List<Map.Entry<String, String>> entries = new ArrayList<>(request.headers().size());
        for (Map.Entry<String, String> header : request.headers()) {
            entries.add(Map.entry(header.getKey(), header.getValue()));
        }
        ClientHeaders headers = new ClientHeaders(entries);
        Call call = new Call(new Call.Arrival(exchange, format, client, headers, request.method().name(), request.path(),
                request.query(), correlationId(headers), System.nanoTime()));
        open.add(call.life());
        client.whenGone(call.life()::cut);
        message.removeHeaders("*");
        call.putInto(exchange);
    }

    private static String correlationId(ClientHeaders headers) {
        String id = wellFormed(headers.first("x-correlation-id"));
        if (id == null) {
            id = wellFormed(headers.first("x-request-id"));
        }
        return id != null ? id : UUID.randomUUID().toString();
    }

    private static String wellFormed(String id) {
        if (id == null || id.isEmpty() || id.length() > LONGEST_ID) {
            return null;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.')) {
                return null;
            }
        }
        return id;
    }
}
