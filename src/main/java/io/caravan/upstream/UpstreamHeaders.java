/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.ClientHeaders;
import io.caravan.format.WireFormat;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Gives the attempt the client's headers that may go on, by allow-list: all of {@code anthropic-*},
 * {@code x-claude-code-*} and {@code x-stainless-*} (rules P4, P5), where the upstream speaks Messages, and a few by name. Nothing hop-by-hop, no credential,
 * no {@code accept-encoding}. Several values of one header are joined in their order.
 */
final class UpstreamHeaders implements Processor {

    private static final Set<String> BY_NAME = Set.of("accept", "content-type", "user-agent");

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        Call call = attempt.call();
        boolean messages = attempt.target().format() == WireFormat.MESSAGES;
        ClientHeaders client = call.headers();
        Set<String> hopByHop = hopByHop(client);
        Set<String> written = new LinkedHashSet<>();
        for (Map.Entry<String, String> header : client.entries()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if ((BY_NAME.contains(name) || messages && isMessages(name)) && !hopByHop.contains(name) && written.add(name)) {
                String value = client.joined(name);
                String kept = name.equals("anthropic-beta") ? attempt.target().learned().refusals(attempt.model()).betas(value) : value;
                if (kept != null) {
                    attempt.header(header.getKey(), kept);
                }
            }
        }
        addMissing(attempt, written, "content-type", "application/json");
        if (messages) {
            addMissing(attempt, written, "anthropic-version", "2023-06-01");
        }
        attempt.header("x-correlation-id", call.correlationId());
        attempt.target().settings().headers().forEach(attempt::header);
    }

    private static boolean isMessages(String name) {
        return name.startsWith("anthropic-") || name.startsWith("x-claude-code-") || name.startsWith("x-stainless-")
                || name.equals("x-app");
    }

    /** The headers the client's {@code Connection} names: they end here. */
    private static Set<String> hopByHop(ClientHeaders client) {
        String connection = client.joined("connection");
        if (connection == null || connection.equalsIgnoreCase("keep-alive") || connection.equalsIgnoreCase("close")) {
            return Set.of();
        }
        Set<String> names = new LinkedHashSet<>();
        for (String name : connection.split(",")) {
            names.add(name.strip().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    private static void addMissing(Attempt attempt, Set<String> written, String name, String value) {
        if (!written.contains(name)) {
            attempt.header(name, value);
        }
    }
}
