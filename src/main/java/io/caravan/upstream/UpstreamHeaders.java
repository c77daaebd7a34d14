/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.ClientStream;
import io.caravan.format.WireFormat;
import io.caravan.learning.Learned;
import io.caravan.provider.UpstreamSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Gives the attempt the client's headers that may go on, by allow-list: where the upstream speaks Messages all of
 * {@code anthropic-*}, {@code x-claude-code-*} and {@code x-stainless-*} (rules P4, P5), those of the provider's own families,
 * and a few by name, the trace's among them. Nothing hop-by-hop, no credential, no {@code accept-encoding}. Several values of one header are joined in
 * their order.
 */
final class UpstreamHeaders implements Processor {

    private static final Set<String> BY_NAME = Set.of("accept", "content-type", "user-agent", "traceparent", "tracestate");
    private static final List<String> FAMILIES = List.of("anthropic-", "x-claude-code-", "x-stainless-");
    private static final String BETA = "anthropic-beta";
    private static final String VERSION = "anthropic-version";
    private static final List<String> CREDENTIALS = List.of("auth", "token", "secret", "password", "credential", "key",
            "cookie");
    private static final Set<String> NAME_NO_HEADER = Set.of("keep-alive", "close");

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        Call call = attempt.call();
        boolean messages = attempt.target().format() == WireFormat.MESSAGES;
        Set<String> written = passOn(attempt);
        addMissing(attempt, written, "content-type", "application/json");
        if (messages) {
            addMissing(attempt, written, VERSION, Learned.VERSION);
            if (call.headers().first(BETA).isEmpty()) {
                Optional.ofNullable(attempt.purpose().mending().betas()).ifPresent(betas -> attempt.header(BETA, betas));
            }
        }
        attempt.header("x-correlation-id", call.correlationId());
        attempt.target().settings().headers().forEach(attempt::header);
    }

    /** Adds the client's headers; their names in lower case. */
    private static Set<String> passOn(Attempt attempt) {
        ClientStream.Headers client = attempt.call().headers();
        Set<String> hopByHop = hopByHop(client);
        Set<String> written = new LinkedHashSet<>();
        for (Map.Entry<String, String> header : client.entries()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean goesOn = isAllowed(attempt, name, header.getValue()) && !hopByHop.contains(name);
            if (goesOn && written.add(name)) {
                passOn(attempt, header.getKey(), name);
            }
        }
        return written;
    }

    private static void passOn(Attempt attempt, String asWritten, String name) {
        Optional<String> value = switch (name) {
            case BETA -> Optional.ofNullable(attempt.purpose().mending().betas());
            case VERSION -> Optional.of(attempt.purpose().mending().version());
            default -> attempt.call().headers().joined(name);
        };
        value.ifPresent(joined -> attempt.header(asWritten, joined));
    }

    private static boolean isAllowed(Attempt attempt, String name, String value) {
        if (BY_NAME.contains(name)) {
            return true;
        }
        UpstreamSettings upstream = attempt.target().settings();
        if (isOf(upstream.clientHeaders(), name)) {
            return !isCredential(attempt.call(), name, value);
        }
        return upstream.format() == WireFormat.MESSAGES && (name.equals("x-app") || isOf(FAMILIES, name));
    }

    private static boolean isOf(List<String> families, String name) {
        for (String family : families) {
            if (name.startsWith(family)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a header's name says that it is one, or its value holds the client's key. */
    private static boolean isCredential(Call call, String name, String value) {
        String key = call.caller().key();
        boolean held = key != null && !key.isEmpty() && value.contains(key);
        return held || CREDENTIALS.stream().anyMatch(name::contains);
    }

    /** The headers the client's {@code Connection} names: they end here. */
    private static Set<String> hopByHop(ClientStream.Headers client) {
        String connection = client.joined("connection").orElse("");
        if (NAME_NO_HEADER.contains(connection.toLowerCase(Locale.ROOT))) {
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
