/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.Json;
import io.caravan.provider.Auth;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OAuth tokens of one workspace, fetched for client credentials. One request fetches the token that all wait for; at
 * four fifths of its life the next is fetched while the last one still serves. Never blocks. Safe for use by many threads.
 */
final class OAuthTokens {

    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(OAuthTokens.class);
    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final Duration USUAL_LIFE = Duration.ofHours(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(1);
    private static final Duration NEXT_TRY = Duration.ofSeconds(5);

    private record Token(String value, long renewAt, long endsAt) {}

    private final String upstream;
    private final Auth.OAuth client;
    private final PlainRequest requests;
    private final LongSupplier nanoTime;
    private Token token;
    private String replaced;
    private CompletableFuture<String> underWay;

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
                throw failure(failure instanceof CompletionException ? failure.getCause() : failure);
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
        return Stream.of(client.clientSecret().reveal(), basic(), replaced, token == null ? null : token.value())
                .filter(Objects::nonNull).toList();
    }

    private synchronized CompletableFuture<String> known() {
        long now = nanoTime.getAsLong();
        if (token == null || now - token.endsAt() >= 0) {
            return underWay == null ? fetch(now) : underWay;
        }
        if (underWay == null && now - token.renewAt() >= 0) {
            fetch(now);
        }
        return CompletableFuture.completedFuture(token.value());
    }

    private CompletableFuture<String> fetch(long now) {
        Map<String, String> headers = Map.of("Authorization", "Basic " + basic(), "Accept", "application/json");
        CompletableFuture<PlainRequest.Answer> answered = requests.post(client.tokenUrl(), headers,
                "grant_type=client_credentials&scope=all-apis", SystemDefaultDnsResolver.INSTANCE, LONGEST_ANSWER, LIMIT);
        CompletableFuture<String> fetched = new CompletableFuture<>();
        underWay = fetched;
        answered.thenCompose(answer -> read(answer, now))
                .whenComplete((next, failure) -> settle(fetched, next, failure));
        return fetched;
    }

    private void settle(CompletableFuture<String> fetched, Token next, Throwable failure) {
        synchronized (this) {
            underWay = null;
            if (failure == null) {
                replaced = token == null ? replaced : token.value();
                token = next;
            } else if (token != null) {
                token = new Token(token.value(), nanoTime.getAsLong() + NEXT_TRY.toNanos(), token.endsAt());
            }
        }
        if (failure == null) {
            fetched.complete(next.value());
        } else {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            LOG.warn("No OAuth token for {}: {}", upstream, failure(cause).getMessage());
            fetched.completeExceptionally(cause);
        }
    }

    private CompletableFuture<Token> read(PlainRequest.Answer answer, long now) {
        if (answer.status() == 200) {
            try {
                JsonNode root = Json.MAPPER.readTree(answer.body());
                String value = root.path("access_token").asText("");
                if (!value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 127)) {
                    long life = Math.max(0, Math.min(LONGEST_LIFE.toSeconds(),
                            root.path("expires_in").asLong(USUAL_LIFE.toSeconds())));
                    long nanos = Duration.ofSeconds(life).toNanos();
                    return CompletableFuture.completedFuture(new Token(value, now + nanos / 5 * 4, now + nanos));
                }
            } catch (IOException e) {
                // told below
            }
        }
        return CompletableFuture.failedFuture(noToken(answer.status()));
    }

    /** The workspace gave none, though it answered. */
    private Failure noToken(int status) {
        if (status == 400 || status == 401 || status == 403) {
            return Failure.of(Kind.CREDENTIAL_REFUSED, "The upstream (" + upstream + ") refused the gateway's OAuth client ("
                    + status + "); its operator must check it.");
        }
        return Failure.of(Kind.UNAVAILABLE, "The upstream (" + upstream + ") gave no OAuth token (" + status + ").");
    }

    private Failure failure(Throwable cause) {
        if (cause instanceof Failure known) {
            return known;
        }
        return cause instanceof IOException io ? ConnectionFailure.of(io, upstream)
                : Failure.of(Kind.UNAVAILABLE, "The upstream (" + upstream + ") gave no OAuth token in time.");
    }

    private String basic() {
        String pair = client.clientId() + ":" + client.clientSecret().reveal();
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
