/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.Json;
import io.caravan.provider.Auth;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OAuth tokens of one workspace, fetched for client credentials. One request fetches the token that all wait for; at
 * four fifths of its life the next is fetched while the last one still serves. Never blocks. Safe for use by many threads.
 */
final class OAuthTokens {

    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(OAuthTokens.class);
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");
    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final Duration USUAL_LIFE = Duration.ofHours(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(1);
    private static final Duration NEXT_TRY = Duration.ofSeconds(5);

    private record Token(String value, long renewAt, long endsAt) {

        boolean isOver(long now) {
            return now - endsAt >= 0;
        }

        boolean isToBeRenewed(long now) {
            return now - renewAt >= 0;
        }
    }

    private final String upstream;
    private final Auth.OAuth client;
    private final PlainRequest requests;
    private final LongSupplier nanoTime;
    private @Nullable Token token;
    private @Nullable String replaced;
    private @Nullable CompletableFuture<String> underWay;

    /** @param upstream the name by which faults call the workspace */
    OAuthTokens(String upstream, Auth.OAuth client, PlainRequest requests, LongSupplier nanoTime) {
        this.upstream = upstream;
        this.client = client;
        this.requests = requests;
        this.nanoTime = nanoTime;
    }

    /**
     * The token to send, within {@link #LIMIT}.
     *
     * @return fails with a {@link Failure}: {@link Kind#CREDENTIAL_REFUSED} if the workspace does not know the client (case
     *         E11)
     */
    CompletableFuture<String> current() {
        return known().handle((value, failure) -> {
            if (failure != null) {
                throw failure(PlainRequest.cause(failure));
            }
            return value;
        });
    }

    /** An upstream refused {@code value}: it is not handed out again. One that has been replaced meanwhile means nothing. */
    synchronized void invalidate(String value) {
        if (token != null && token.value().equals(value)) {
            replaced = value;
            token = null;
        }
    }

    /** What must not be shown to anybody: the client's secret, and the tokens that may still be on their way. */
    synchronized List<String> secrets() {
        List<String> secrets = new ArrayList<>(List.of(client.clientSecret().reveal(), basic()));
        if (replaced != null) {
            secrets.add(replaced);
        }
        if (token != null) {
            secrets.add(token.value());
        }
        return secrets;
    }

    private synchronized CompletableFuture<String> known() {
        long now = nanoTime.getAsLong();
        Token known = token;
        if (known == null || known.isOver(now)) {
            return next(now);
        }
        if (known.isToBeRenewed(now)) {
            next(now);
        }
        return CompletableFuture.completedFuture(known.value());
    }

    /** The token that is being fetched; if none is, fetches one. */
    private CompletableFuture<String> next(long now) {
        if (underWay != null) {
            return underWay;
        }
        return fetch(now);
    }

    private CompletableFuture<String> fetch(long now) {
        Map<String, String> headers = Map.of("Authorization", "Basic " + basic(), "Accept", "application/json");
        CompletableFuture<PlainRequest.Answer> answered = requests.post(client.tokenUrl(), headers,
                "grant_type=client_credentials&scope=all-apis", SystemDefaultDnsResolver.INSTANCE, LONGEST_ANSWER, LIMIT);
        CompletableFuture<String> fetched = new CompletableFuture<>();
        underWay = fetched;
        answered.thenApply(answer -> token(answer, now).orElseThrow(() -> noToken(answer.status())))
                .whenComplete((next, failure) -> {
                    if (failure == null) {
                        take(next);
                        fetched.complete(next.value());
                    } else {
                        keep();
                        Throwable cause = PlainRequest.cause(failure);
                        LOG.warn("No OAuth token for {}: {}", upstream, failure(cause).getMessage());
                        fetched.completeExceptionally(cause);
                    }
                });
        return fetched;
    }

    private synchronized void take(Token next) {
        underWay = null;
        if (token != null) {
            replaced = token.value();
        }
        token = next;
    }

    /** There is no new token: what is left of the last one's life is used, and after a while the next is asked for. */
    private synchronized void keep() {
        underWay = null;
        if (token != null) {
            token = new Token(token.value(), nanoTime.getAsLong() + NEXT_TRY.toNanos(), token.endsAt());
        }
    }

    private static Optional<Token> token(PlainRequest.Answer answer, long now) {
        if (!answer.isOk()) {
            return Optional.empty();
        }
        try {
            JsonNode root = Json.MAPPER.readTree(answer.body());
            String value = root.path("access_token").asText("");
            if (!VISIBLE.matcher(value).matches()) {
                return Optional.empty();
            }
            long seconds = root.path("expires_in").asLong(USUAL_LIFE.toSeconds());
            long life = Duration.ofSeconds(Math.max(0, Math.min(LONGEST_LIFE.toSeconds(), seconds))).toNanos();
            return Optional.of(new Token(value, now + life / 5 * 4, now + life));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The workspace gave none, though it answered. */
    private Failure noToken(int status) {
        if (ErrorReader.refusesOAuthClient(status)) {
            return Failure.of(Kind.CREDENTIAL_REFUSED, "The upstream (" + upstream + ") refused the gateway's OAuth client ("
                    + status + "); its operator must check it.");
        }
        return Failure.of(Kind.UNAVAILABLE, "The upstream (" + upstream + ") gave no OAuth token (" + status + ").");
    }

    private Failure failure(Throwable cause) {
        if (cause instanceof Failure known) {
            return known;
        }
        if (cause instanceof IOException broken) {
            return ConnectionFailure.of(broken, upstream);
        }
        return Failure.of(Kind.UNAVAILABLE, "The upstream (" + upstream + ") gave no OAuth token in time.");
    }

    private String basic() {
        String pair = client.clientId() + ":" + client.clientSecret().reveal();
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
