/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import io.caravan.format.WireFormat;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How a call failed. What it means follows from its {@link Kind} alone; beside it there are the words for the client, which
 * hold no secret and no host, and what the upstream said about waiting. Immutable, and without a stack trace: it is an
 * answer, not a defect. Throw it anywhere in a route; {@code writeError} tells the client.
 */
public final class Failure extends RuntimeException {

    private static final long LONGEST_OUTAGE_SECONDS = 30;

    /** An error body of the upstream's that clients of one format may see as it is. */
    private record OwnBody(WireFormat format, byte[] bytes) {
    }

    private record Details(int status, @Nullable Duration asked, @Nullable Long retryAfter, @Nullable String shouldRetry,
            @Nullable String allow, @Nullable OwnBody body) {

        static final Details NONE = new Details(0, null, null, null, null, null);

        Details withStatus(int told) {
            return new Details(told, asked, retryAfter, shouldRetry, allow, body);
        }

        Details withAsked(@Nullable Duration wait) {
            return new Details(status, wait, retryAfter, shouldRetry, allow, body);
        }

        Details withRetryAfter(Long seconds) {
            return new Details(status, asked, seconds, shouldRetry, allow, body);
        }

        Details withShouldRetry(@Nullable String value) {
            return new Details(status, asked, retryAfter, value, allow, body);
        }

        Details withAllow(String methods) {
            return new Details(status, asked, retryAfter, shouldRetry, methods, body);
        }

        Details withBody(@Nullable OwnBody own) {
            return new Details(status, asked, retryAfter, shouldRetry, allow, own);
        }
    }

    private final Kind kind;
    private final Details details;

    private Failure(Kind kind, String words, Details details, @Nullable Throwable cause) {
        super(words, cause, false, false);
        this.kind = kind;
        this.details = details;
    }

    /** @param words for the client: what happened and what to do; no secret and no host */
    public static Failure of(Kind kind, String words) {
        return new Failure(kind, words, Details.NONE, null);
    }

    /** The client has left: nothing is to be answered, and nobody is to blame. */
    public static Failure clientGone() {
        return of(Kind.CLIENT_GONE, "The client has left.");
    }

    /**
     * The same with the status that a page asks for.
     *
     * @throws IllegalArgumentException if that is no status of an error
     */
    public Failure as(String asked) {
        if (!asked.strip().matches("[45]\\d\\d")) {
            throw new IllegalArgumentException("not a status from 400 to 599");
        }
        return status(Integer.parseInt(asked.strip()));
    }

    /** The failure {@code cause} stands for: one that is known, wrapped or not, else the gateway's own. */
    public static Failure from(@Nullable Throwable cause) {
        for (Throwable known = cause; known != null; known = known.getCause()) {
            if (known instanceof Failure failure) {
                return failure;
            }
        }
        return new Failure(Kind.INTERNAL, "The gateway failed on this request; its log has the details.", Details.NONE, cause);
    }

    private Failure with(Details changed) {
        return new Failure(kind, getMessage(), changed, getCause());
    }

    /** The same as another kind, which somebody who knows more about it has found it to be. */
    public Failure as(Kind other) {
        return new Failure(other, getMessage(), details, getCause());
    }

    /** The same in other words. */
    public Failure saying(String words) {
        return new Failure(kind, words, details, getCause());
    }

    /** The same in other words, and not in the upstream's own body. */
    public Failure retold(String words) {
        return new Failure(kind, words, details.withBody(null), getCause());
    }

    /** The same with its words passed through {@code mask}. */
    public Failure masked(UnaryOperator<String> mask) {
        return saying(mask.apply(getMessage()));
    }

    /** The same with the upstream's own status, which the client is to see. */
    public Failure status(int told) {
        return with(details.withStatus(told));
    }

    /** The same with the upstream's own wish to be left alone for so long; null: it did not say. */
    public Failure asked(@Nullable Duration wait) {
        return with(details.withAsked(wait));
    }

    /** The same with {@code retry-after} in whole seconds, whatever the upstream said. */
    public Failure retryAfter(long seconds) {
        return with(details.withRetryAfter(seconds));
    }

    /** The same with {@code x-should-retry} as the upstream gave it; null: it did not say. */
    public Failure shouldRetry(@Nullable String said) {
        return with(details.withShouldRetry(said));
    }

    /** The same without what the upstream said about trying again, which holds no longer once the gateway did (E52). */
    public Failure repeated() {
        if (details.shouldRetry == null) {
            return this;
        }
        return with(details.withShouldRetry(null));
    }

    /** The same with an {@code Allow} header. */
    public Failure allow(String methods) {
        return with(details.withAllow(methods));
    }

    /** The same with the upstream's own body, for clients of its format. */
    public Failure body(WireFormat format, byte[] bytes) {
        return with(details.withBody(new OwnBody(format, bytes)));
    }

    /** Whether nothing is to be answered, for the client has left. */
    public boolean isClientGone() {
        return kind == Kind.CLIENT_GONE;
    }

    /** Whether nobody has said what it means: its cause is for the log. */
    public boolean isUnforeseen() {
        return kind == Kind.INTERNAL;
    }

    /** What it is; all the rest follows. */
    public Kind kind() {
        return kind;
    }

    /** What the client is told. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** Whether the request itself is at fault. */
    public boolean isTheClients() {
        return kind.isClients();
    }

    /** Whether the client is to be told, whatever else could be done for it: its request is wrong, or the gateway stops. */
    public boolean isLastWord() {
        return isTheClients() || kind == Kind.STOPPING;
    }

    /** What it is called in metrics and logs: {@code rate_limited}. */
    public String label() {
        return kind.label();
    }

    /** Whether the client is told that it is not to blame: its status is a 5xx. */
    public boolean isServerError() {
        return status() >= 500;
    }

    /** The HTTP status for the client. */
    public int status() {
        if (details.status != 0) {
            return details.status;
        }
        return kind.status();
    }

    /** The error type for the client, in the Messages format's terms. */
    public String type() {
        if (kind == Kind.REQUEST_REFUSED || kind == Kind.PAGE_REFUSED) {
            return MessagesErrorBody.typeOf(status());
        }
        return kind.type();
    }

    /**
     * The error type of an {@code error} event, for a failure behind the response's head (R9).
     *
     * @param contentBegun whether a content block has begun; before that the client tries the stream again if it is told
     *                     of an overload
     */
    public String eventType(boolean contentBegun) {
        boolean atFault = status() >= 500;
        boolean passing = atFault || kind == Kind.RATE_LIMITED;
        if (kind == Kind.OVERLOADED || passing && !contentBegun) {
            return "overloaded_error";
        }
        return atFault ? "api_error" : type();
    }

    /** How long the upstream itself asked to be left alone. */
    public Optional<Duration> asked() {
        return Optional.ofNullable(details.asked);
    }

    /** The {@code retry-after} for the client in whole seconds, if there is one. Of an outage never more than 30. */
    public OptionalLong retryAfter() {
        if (details.retryAfter != null) {
            return OptionalLong.of(details.retryAfter);
        }
        boolean outage = status() == 503;
        if (details.asked == null || status() >= 500 && !outage) {
            return LongStream.of(kind.retryAfter()).filter(seconds -> seconds > 0).findFirst();
        }
        long seconds = details.asked.plusMillis(999).toSeconds();
        return OptionalLong.of(outage ? Math.min(LONGEST_OUTAGE_SECONDS, seconds) : seconds);
    }

    /** The {@code x-should-retry} for the client, if there is to be one. */
    public Optional<String> shouldRetry() {
        if (kind.isFinal()) {
            return Optional.of("false");
        }
        return Optional.ofNullable(details.shouldRetry);
    }

    /** Whether trying again cannot help, by its kind or by the upstream's word. */
    public boolean isFinal() {
        return shouldRetry().filter("false"::equals).isPresent();
    }

    /** The {@code Allow} header for the client, if there is to be one. */
    public Optional<String> allow() {
        return Optional.ofNullable(details.allow);
    }

    /** The exact body for a client of {@code format}; empty: to be written from type and words. */
    public Optional<byte[]> body(WireFormat format) {
        return Optional.ofNullable(details.body).filter(own -> own.format == format).map(OwnBody::bytes);
    }
}
