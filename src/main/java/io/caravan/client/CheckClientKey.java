/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Lets a call pass that bears one of the gateway's keys, as {@code Authorization: Bearer} or {@code x-api-key} (ledger
 * 6.1); anything else is a 401 that the client does not repeat (rule 7). Runs before the body is read. Without keys
 * everybody on this machine is served, but no web page of another origin.
 */
final class CheckClientKey implements Processor {

    /** An address, not a name that begins like one: 127.0.0.1.evil.example belongs to somebody. */
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

    private final ClientKeys keys;

    CheckClientKey(ClientKeys keys) {
        this.keys = keys;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        List<Map.Entry<String, String>> own = new ArrayList<>(2);
        String known = null;
        String first = null;
        for (Map.Entry<String, String> header : call.headers().entries()) {
            String candidate = credential(header);
            if (candidate == null) {
                continue;
            }
            first = first == null && !candidate.isEmpty() ? candidate : first;
            if (keys.accepts(candidate)) {
                known = candidate;
            } else {
                own.add(header);
            }
        }
        if (keys.isEmpty()) {
            refuseForeignOrigin(call);
        } else if (known == null) {
            throw Failure.of(Kind.WRONG_KEY,
                    "This gateway asks for one of its keys, as x-api-key or Authorization: Bearer.");
        }
        call.by(new Call.Caller(known != null ? known : first, own)).putInto(exchange);
    }

    /** The key a header carries, or null if it carries none. */
    static String credential(Map.Entry<String, String> header) {
        if (header.getKey().equalsIgnoreCase("x-api-key")) {
            return header.getValue().strip();
        }
        if (header.getKey().equalsIgnoreCase("authorization")) {
            String value = header.getValue().strip();
            return value.regionMatches(true, 0, "Bearer ", 0, 7) ? value.substring(7).strip() : null;
        }
        return null;
    }

    private static void refuseForeignOrigin(Call call) {
        String origin = call.headers().first("origin");
        if (origin != null && !isLocal(origin)) {
            throw Failure.of(Kind.FOREIGN_ORIGIN,
                    "Without client keys (PROXY_API_KEYS) this gateway serves no web pages.");
        }
    }

    private static boolean isLocal(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && (host.equals("localhost") || host.equals("[::1]") || LOOPBACK.matcher(host).matches());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
