/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.provider.Auth;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What one upstream knows the gateway by. Safe for use by many threads. */
abstract class Credential {

    private static final String AUTHORIZATION = "Authorization";
    private static final String BEARER = "Bearer ";

    /** The credential of {@code auth}, which never changes; there may be none. */
    static Credential of(Auth auth) {
        if (auth instanceof Auth.Basic basic) {
            byte[] pair = (basic.user() + ":" + basic.password().reveal()).getBytes(StandardCharsets.UTF_8);
            String encoded = Base64.getEncoder().encodeToString(pair);
            return new Fixed(Map.of(AUTHORIZATION, "Basic " + encoded), List.of(encoded, basic.password().reveal()));
        }
        if (auth instanceof Auth.Bearer bearer) {
            String token = bearer.token().reveal();
            return new Fixed(Map.of(AUTHORIZATION, BEARER + token), List.of(token));
        }
        if (auth instanceof Auth.ApiKey key) {
            return new Fixed(Map.of("x-api-key", key.key().reveal()), List.of(key.key().reveal()));
        }
        if (auth instanceof Auth.Header header) {
            return new Fixed(Map.of(header.name(), header.key().reveal()), List.of(header.key().reveal()));
        }
        return new Fixed(Map.of(), List.of());
    }

    /** A credential that is fetched, and fetched anew when it was refused. */
    static Credential of(OAuthTokens tokens) {
        return new Fetched(tokens);
    }

    /** Whether the gateway has a credential of its own here. */
    abstract boolean exists();

    /** Whether there can be a new one for one that was refused. */
    abstract boolean renews();

    /**
     * The headers that show it, never to be logged: one, or none where there is no credential.
     *
     * @return fails with a {@link io.caravan.failure.Failure} where a token is needed and none is to be had
     */
    abstract CompletableFuture<Map<String, String>> headers();

    /** The upstream refused these headers: {@link #headers} gives others from now on, if it can. */
    abstract void refused(Map<String, String> headers);

    /** What must not be shown to anybody. */
    abstract List<String> secrets();

    private static final class Fixed extends Credential {

        private final CompletableFuture<Map<String, String>> headers;
        private final List<String> secrets;

        Fixed(Map<String, String> headers, List<String> secrets) {
            this.headers = CompletableFuture.completedFuture(headers);
            this.secrets = secrets;
        }

        @Override
        boolean exists() {
            return !secrets.isEmpty();
        }

        @Override
        boolean renews() {
            return false;
        }

        @Override
        CompletableFuture<Map<String, String>> headers() {
            return headers;
        }

        @Override
        void refused(Map<String, String> headers) {
            // There is no other.
        }

        @Override
        List<String> secrets() {
            return secrets;
        }
    }

    private static final class Fetched extends Credential {

        private final OAuthTokens tokens;

        Fetched(OAuthTokens tokens) {
            this.tokens = tokens;
        }

        @Override
        boolean exists() {
            return true;
        }

        @Override
        boolean renews() {
            return true;
        }

        @Override
        CompletableFuture<Map<String, String>> headers() {
            return tokens.current().thenApply(token -> Map.of(AUTHORIZATION, BEARER + token));
        }

        @Override
        void refused(Map<String, String> headers) {
            String header = headers.getOrDefault(AUTHORIZATION, BEARER);
            tokens.invalidate(header.substring(BEARER.length()));
        }

        @Override
        List<String> secrets() {
            return tokens.secrets();
        }
    }
}
