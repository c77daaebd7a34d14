/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.convert.Translator;
import io.caravan.failure.Failure;
import io.caravan.format.json.Bytes;
import io.caravan.format.sse.EventBuffer;
import io.caravan.format.sse.EventData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has each event of one stream seen by routes of pages, one after another, as the client is to get it: its JSON is the message's
 * body. An event whose body they empty is left out. Blocks for as long as the routes take. One thread at a time.
 */
final class EventRoutes implements Translator.Filter {

    private static final Logger LOG = LoggerFactory.getLogger(EventRoutes.class);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final List<String> routes;
    private final ProducerTemplate sender;
    private final Call call;
    private final Translator.Stream.Sink client;
    private final Bytes out = new Bytes(1024);

    EventRoutes(List<String> routes, ProducerTemplate sender, Call call, Translator.Stream.Sink client) {
        this.routes = routes;
        this.sender = sender;
        this.call = call;
        this.client = client;
    }

    @Override
    public void write(byte[] bytes, int from, int to) {
        int start = from;
        while (start < to) {
            int end = EventBuffer.eventEnd(bytes, start, to);
            event(bytes, start, end);
            start = end;
        }
    }

    @Override
    public void writePart(byte[] bytes, int from, int to) {
        throw new IllegalStateException("An event that is too large to be held whole cannot be transformed.");
    }

    @Override
    public void written(boolean whole) {
        client.write(out.array(), 0, out.size());
        out.reset();
    }

    @Override
    public void ended(boolean whole) {
        written(whole);
    }

    private void event(byte[] bytes, int start, int end) {
        EventData data = EventData.read(bytes, start, end);
        if (data.isEmpty() || data.isDone()) {
            out.write(bytes, start, end - start);
            return;
        }
        String before = new String(data.bytes(), data.start(), data.length(), StandardCharsets.UTF_8);
        String after = before;
        for (String route : routes) {
            if (!after.isEmpty()) {
                after = sent(route, after);
            }
        }
        if (after.equals(before)) {
            out.write(bytes, start, end - start);
        } else if (!after.isEmpty()) {
            EventBuffer.Type type = EventBuffer.Type.of(bytes, start, end);
            if (type != EventBuffer.Type.OTHER) {
                out.write(type.line());
            }
            out.write(DATA);
            out.write(after.replace('\n', ' ').getBytes(StandardCharsets.UTF_8));
            out.write(END);
        }
    }

    private String sent(String route, String event) {
        CamelContext context = call.exchange().getContext();
        Exchange exchange = new DefaultExchange(context, ExchangePattern.InOut);
        for (Map.Entry<String, Object> variable : call.exchange().getVariables().entrySet()) {
            exchange.setVariable(variable.getKey(), variable.getValue());
        }
        exchange.getMessage().setBody(event);
        sender.send("direct:" + route, exchange);
        if (exchange.getException() != null) {
            LOG.error("The transformer {} failed on an event of the call {}", route, call.correlationId(), exchange.getException());
            throw Failure.from(exchange.getException());
        }
        String body = exchange.getMessage().getBody(String.class);
        return body == null ? "" : body;
    }
}
