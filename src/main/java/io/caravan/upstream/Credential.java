/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.provider.Auth;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What one upstream knows the gateway by. Safe for use by many threads. */
final class Credential {

    private static final String AUTHORIZATION = "Authorization";
    private static final String BEARER = "Bearer ";
    private static final int SHORTEST_MASKED = 8;

    private final Map.Entry<String, String> fixed;
    private final List<String> secrets = new ArrayList<>(2);
    private final OAuthTokens tokens;

    /** @param tokens gives the tokens of an {@link Auth.OAuth}; null for any other */
    Credential(Auth auth, OAuthTokens tokens) {
        this.tokens = tokens;
        this.fixed = header(auth);
    }

    private Map.Entry<String, String> header(Auth auth) {
        if (auth instanceof Auth.Basic basic) {
            byte[] pair = (basic.user() + ":" + basic.password().reveal()).getBytes(StandardCharsets.UTF_8);
            String encoded = Base64.getEncoder().encodeToString(pair);
            secrets.addAll(List.of(encoded, basic.password().reveal()));
            return Map.entry(AUTHORIZATION, "Basic " + encoded);
        }
        if (auth instanceof Auth.Bearer bearer) {
            secrets.add(bearer.token().reveal());
            return Map.entry(AUTHORIZATION, BEARER + bearer.token().reveal());
        }
        if (auth instanceof Auth.ApiKey key) {
            secrets.add(key.key().reveal());
            return Map.entry("x-api-key", key.key().reveal());
        }
        return null;
    }

    /** Whether the gateway has a credential of its own here. */
    boolean exists() {
        return fixed != null || tokens != null;
    }

    /** Whether there can be a new one for one that was refused. */
    boolean renews() {
        return tokens != null;
    }

    /**
     * Name and value of the header, never to be logged; null where there is none.
     *
     * @return fails with a {@link io.caravan.failure.Failure} where a token is needed and none is to be had
     */
    CompletableFuture<Map.Entry<String, String>> header() {
        return tokens == null ? CompletableFuture.completedFuture(fixed)
                : tokens.current().thenApply(token -> Map.entry(AUTHORIZATION, BEARER + token));
    }

    /** The upstream refused this header: {@link #header} gives another from now on, if it can. */
    void refused(Map.Entry<String, String> header) {
        if (tokens != null) {
            tokens.invalidate(header.getValue().substring(BEARER.length()));
        }
    }

    /** {@code text} without the secrets, should the upstream repeat them. */
    String masked(String text) {
        String masked = text;
        for (String secret : tokens == null ? secrets : tokens.secrets()) {
            masked = secret.length() < SHORTEST_MASKED ? masked : masked.replace(secret, "***");
        }
        return masked;
    }
}
