/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.ClientStream;
import io.caravan.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Stands before the steps of a page that makes no call: lets a request pass that bears a key of the gateway, as
 * {@link CheckClientKey} does, and takes that key off the message. Any other is answered here, and no step behind runs, whatever
 * the page does about errors.
 */
final class GuardPage implements Processor {

    private final ClientKeys keys;
    private final CheckClientKey check;

    GuardPage(ClientKeys keys, CheckClientKey check) {
        this.keys = keys;
        this.check = check;
    }

    @Override
    public void process(Exchange exchange) {
        ClientStream.Headers headers = headers(exchange.getMessage());
        try {
            check.caller(headers);
            headers.entries().stream().filter(header -> keys.accepts(CheckClientKey.credential(header)))
                    .forEach(header -> exchange.getMessage().removeHeader(header.getKey()));
        } catch (Failure refused) {
            TellPageFailure.tell(refused, exchange);
            exchange.setRouteStop(true);
        }
    }

    private static ClientStream.Headers headers(Message message) {
        List<Map.Entry<String, String>> entries = new ArrayList<>(message.getHeaders().size());
        message.getHeaders().forEach((name, value) -> {
            if (value instanceof Iterable<?> several) {
                several.forEach(one -> entries.add(Map.entry(name, String.valueOf(one))));
            } else {
                entries.add(Map.entry(name, String.valueOf(value)));
            }
        });
        return new ClientStream.Headers(entries);
    }
}
