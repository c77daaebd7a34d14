/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Databricks' OAuth for machines: gives out tokens for client credentials and knows which are still good. */
final class TokenEndpoint {

    static final String PATH = "/oidc/v1/token";
    private static final String PREFIX = "simulated-oauth-";

    private final String client;
    private final Duration life;
    private final AtomicInteger requests = new AtomicInteger();
    private final Map<String, Long> expiries = new ConcurrentHashMap<>();

    TokenEndpoint(SimulatorOptions options) {
        client = options.client();
        life = options.tokenLife();
    }

    /** Whether a credential has the form of those given out here, good or not. */
    static boolean mayBeIssued(String credential) {
        return credential.startsWith(PREFIX);
    }

    boolean accepts(String credential) {
        Long expiry = expiries.get(credential);
        return expiry != null && System.nanoTime() - expiry < 0;
    }

    int requests() {
        return requests.get();
    }

    void revoke() {
        expiries.clear();
    }

    void answer(RecordedRequest request, Reply reply) throws IOException {
        int nth = requests.incrementAndGet();
        Map<String, String> form = form(new String(request.body(), StandardCharsets.UTF_8));
        if (!request.method().equals("POST")) {
            refuse(reply, 405, "invalid_request");
        } else if (!isClient(Credentials.basic(request.header("authorization")))) {
            refuse(reply, 401, "invalid_client");
        } else if (!"client_credentials".equals(form.get("grant_type"))) {
            refuse(reply, 400, "unsupported_grant_type");
        } else if (!"all-apis".equals(form.get("scope"))) {
            refuse(reply, 400, "invalid_scope");
        } else {
            String token = PREFIX + nth;
            expiries.values().removeIf(expiry -> System.nanoTime() - expiry >= 0);
            expiries.put(token, System.nanoTime() + life.toNanos());
            send(reply, "{\"access_token\":\"" + token + "\",\"scope\":\"all-apis\",\"token_type\":\"Bearer\","
                    + "\"expires_in\":" + life.toSeconds() + "}");
        }
    }

    private boolean isClient(String credential) {
        if (credential == null) {
            return false;
        }
        int colon = credential.indexOf(':');
        return client == null ? colon > 0 && colon < credential.length() - 1 : client.equals(credential);
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new LinkedHashMap<>();
        for (String pair : body.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return form;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static void refuse(Reply reply, int status, String error) throws IOException {
        reply.status(status);
        send(reply, "{\"error\":\"" + error + "\",\"error_description\":\"simulated: " + error + "\"}");
    }

    private static void send(Reply reply, String json) throws IOException {
        reply.header("content-type", "application/json").send(json.getBytes(StandardCharsets.UTF_8));
    }
}
