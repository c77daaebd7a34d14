/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.ClientStream;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call pass that bears one of the gateway's keys, as {@code Authorization: Bearer} or {@code x-api-key} (ledger
 * 6.1); anything else is a 401 that the client does not repeat (R7). Runs before the body is read. Without keys
 * everybody on this machine is served, but no web page of another origin.
 */
final class CheckClientKey implements Processor {

    /** This machine; an address, not a name that begins like one: 127.0.0.1.evil.example belongs to somebody. */
    private static final Pattern LOOPBACK = Pattern.compile("localhost|\\[::1]|127(\\.\\d{1,3}){3}");
    private static final String BEARER = "Bearer ";

    private final ClientKeys keys;

    CheckClientKey(ClientKeys keys) {
        this.keys = keys;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        call.by(caller(call.headers())).putInto(exchange);
    }

    /**
     * Who brings these headers.
     *
     * @throws Failure if it may not be served
     */
    Call.Caller caller(ClientStream.Headers headers) {
        List<Map.Entry<String, String>> own = new ArrayList<>(2);
        List<String> known = new ArrayList<>(1);
        List<String> others = new ArrayList<>(1);
        String label = null;
        for (Map.Entry<String, String> header : headers.entries()) {
            String candidate = credential(header);
            String found = keys.label(candidate);
            if (found != null) {
                known.add(candidate);
                label = Objects.requireNonNullElse(label, found);
            } else if (candidate != null) {
                own.add(header);
                others.add(candidate);
            }
        }
        others.removeIf(String::isEmpty);
        if (keys.isEmpty()) {
            refuseForeignOrigin(headers);
        } else if (known.isEmpty()) {
            throw Failure.of(Kind.WRONG_KEY,
                    "This gateway asks for one of its keys, as x-api-key or Authorization: Bearer.");
        }
        String key = Stream.of(known, others).flatMap(List::stream).findFirst().orElse(null);
        return new Call.Caller(label, key, own);
    }

    /** The key a header carries, or null if it carries none. */
    static @Nullable String credential(Map.Entry<String, String> header) {
        if (header.getKey().equalsIgnoreCase("x-api-key")) {
            return header.getValue().strip();
        }
        String value = header.getValue().strip();
        boolean bearer = header.getKey().equalsIgnoreCase("authorization")
                && value.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return bearer ? value.substring(BEARER.length()).strip() : null;
    }

    private static void refuseForeignOrigin(ClientStream.Headers headers) {
        if (headers.first("origin").filter(origin -> !isLocal(origin)).isPresent()) {
            throw Failure.of(Kind.FOREIGN_ORIGIN,
                    "Without client keys (PROXY_API_KEYS) this gateway serves no web pages.");
        }
    }

    private static boolean isLocal(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && LOOPBACK.matcher(host).matches();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
