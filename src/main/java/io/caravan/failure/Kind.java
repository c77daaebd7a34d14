/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import static io.caravan.failure.Kind.Source.CLIENT;
import static io.caravan.failure.Kind.Source.GATEWAY;
import static io.caravan.failure.Kind.Source.OPERATOR;
import static io.caravan.failure.Kind.Source.UPSTREAM;
import static io.caravan.failure.Kind.Trait.COUNTS;
import static io.caravan.failure.Kind.Trait.FAILS_OVER;
import static io.caravan.failure.Kind.Trait.FINAL;
import static io.caravan.failure.Kind.Trait.MOVES_ON;

import java.util.Locale;
import java.util.Set;

/**
 * Everything that can go wrong with a call, and all that follows from it: one constant for each row of "What a client is
 * told" in {@code docs/operations.md}, which is held against this enum by a test.
 */
public enum Kind {
    MALFORMED_REQUEST(CLIENT, 400, "invalid_request_error", "the body is empty, no JSON object in UTF-8, nested over 500 deep,"
            + " without a string `model`, or cannot be said in the upstream's format; the message names which"),
    AMBIGUOUS_REQUEST(CLIENT, 400, "invalid_request_error", "the request can be read in more than one way, or in none"
            + " (RFC 9112); the connection ends"),
    REQUEST_LINE_TOO_LONG(CLIENT, 414, "invalid_request_error", "the request line is too long; the connection ends"),
    HEADERS_TOO_LONG(CLIENT, 431, "invalid_request_error", "the request's headers are too long; the connection ends"),
    UNSUPPORTED_BODY(CLIENT, 415, "invalid_request_error", "the body has a `Content-Encoding`, or a `Content-Type` that is not"
            + " JSON", FINAL),
    BODY_TOO_LARGE(CLIENT, 413, "request_too_large", "the body is larger than `PROXY_MAX_BODY_BYTES`"),
    BODY_STALLED(CLIENT, 408, "timeout_error", "the body stalled for `PROXY_BODY_TIMEOUT`"),
    WRONG_KEY(CLIENT, 401, "authentication_error", "no key, or a wrong one; told before the body is read", FINAL),
    NO_CREDENTIAL(CLIENT, 401, "authentication_error", "the client's own credential is to be passed on, and it brings none",
            FINAL),
    FOREIGN_ORIGIN(CLIENT, 403, "permission_error", "without client keys: a request from a web page of another origin", FINAL),
    NO_SUCH_PATH(CLIENT, 404, "not_found_error", "no route serves the path"),
    METHOD_NOT_ALLOWED(CLIENT, 405, "invalid_request_error", "the path is served for other methods; `Allow` names them"),
    UNKNOWN_MODEL(CLIENT, 404, "not_found_error", "no row of the model table matches: `model: <name>`"),
    CLIENT_GONE(CLIENT, 499, "api_error", "the client left; nobody is told"),

    REQUEST_REFUSED(CLIENT, 400, "invalid_request_error", "the upstream refuses the request with a 4xx: its own status, and its"
            + " words of a 400 or 422 unchanged"),
    PROMPT_TOO_LONG(CLIENT, 400, "invalid_request_error", "the upstream finds the prompt too long for the model, in the words"
            + " Claude Code knows: `prompt is too long: …`"),
    REQUEST_TOO_LARGE(CLIENT, 413, "request_too_large", "the upstream finds the request too large; its words unchanged"),
    CONTENT_BLOCKED(CLIENT, 400, "policy_blocked", "the upstream's content policy blocks the request", FINAL),
    CLIENT_UNAUTHENTICATED(CLIENT, 401, "authentication_error", "the upstream does not accept the client's own credential",
            FINAL),
    CLIENT_FORBIDDEN(CLIENT, 403, "permission_error", "the upstream does not allow this to the client's own credential"),

    NOT_CONFIGURED(OPERATOR, 503, "api_error", "settings of the backend are missing; the message names them", FINAL),
    CALL_COPIED(OPERATOR, 500, "api_error", "a route sent a copy of a call to an upstream (wireTap, multicast)", FINAL),
    PAGE_CHANGED(OPERATOR, 500, "api_error", "a step of a page made the request or the answer into what is none; the message names"
            + " the page", FINAL),
    MODEL_NOT_FOUND(OPERATOR, 404, "not_found_error", "the upstream has no such model or endpoint: `model: <name>`, and its"
            + " words behind it"),
    NOT_AT_URL(OPERATOR, 404, "not_found_error", "the upstream has nothing at the URL it is asked at: the base of that URL is"
            + " wrong, or it does not offer this API", MOVES_ON, FINAL),
    CREDENTIAL_REFUSED(OPERATOR, 403, "permission_error", "the upstream refuses the gateway's credential, in every workspace",
            MOVES_ON, FINAL),
    ACCOUNT_EMPTY(OPERATOR, 402, "billing_error", "the account the gateway has at the upstream cannot pay, in every workspace",
            MOVES_ON),
    PROXY_CREDENTIAL_REFUSED(OPERATOR, 403, "permission_error", "the outgoing proxy refuses the gateway's credential", FINAL),
    PROXY_REFUSED(OPERATOR, 403, "permission_error", "the outgoing proxy refuses to connect to the upstream", FINAL),

    PAGE_REFUSED(GATEWAY, 403, "permission_error", "a page refuses the request (`refuse`): with the status, the words and the"
            + " `retry-after` it says"),
    PAGE_THROTTLED(GATEWAY, 429, "rate_limit_error", "a page lets no more requests pass for now (`throttle`, a full queue)", 1),
    BUSY(GATEWAY, 503, "api_error", "the gateway has no memory for the body, or no request worker left", 2),
    NO_CONNECTION(GATEWAY, 503, "api_error", "the gateway has no free connection to the upstream", 2, MOVES_ON, FAILS_OVER),
    STARTING(GATEWAY, 503, "api_error", "the gateway is starting", 1),
    STOPPING(GATEWAY, 503, "api_error", "the gateway stops", 2),
    CALL_TIMED_OUT(GATEWAY, 504, "timeout_error", "all attempts together took longer than `API_TIMEOUT_MS`"),
    INTERNAL(GATEWAY, 500, "api_error", "anything unforeseen; the log has the details under the correlation id"),

    RATE_LIMITED(UPSTREAM, 429, "rate_limit_error", "the upstream limits this caller", 5, MOVES_ON, FAILS_OVER),
    UNREACHABLE(UPSTREAM, 503, "api_error", "the upstream refuses the connection, has no such host or no TLS, or ends the"
            + " connection before it answers", 2, COUNTS, MOVES_ON, FAILS_OVER),
    CUT_OFF(UPSTREAM, 503, "api_error", "the upstream breaks its answer off, or ends it before it is complete", 2,
            COUNTS, MOVES_ON, FAILS_OVER),
    UNAVAILABLE(UPSTREAM, 503, "api_error", "the upstream answers 503", 5, COUNTS, MOVES_ON, FAILS_OVER),
    OVERLOADED(UPSTREAM, 503, "api_error", "the upstream is overloaded (529)", 5, COUNTS, MOVES_ON, FAILS_OVER),
    FAILED(UPSTREAM, 500, "api_error", "the upstream answers 500 or another 5xx (502 stays 502 where the formats are the same)",
            COUNTS, MOVES_ON, FAILS_OVER),
    BAD_ANSWER(UPSTREAM, 500, "api_error", "the upstream answers with a redirect, HTML, an empty body, broken JSON or an event"
            + " that is none", COUNTS, MOVES_ON, FAILS_OVER),
    DEADLINE_EXCEEDED(UPSTREAM, 504, "timeout_error", "the upstream answers 504", COUNTS, MOVES_ON, FAILS_OVER),
    TIMED_OUT(UPSTREAM, 504, "timeout_error", "the upstream does not answer in time, or falls silent; it may have billed",
            COUNTS),
    TIMED_OUT_REPEATABLE(UPSTREAM, 504, "timeout_error", "the same with `RETRY_ON_TIMEOUT=true`", COUNTS, MOVES_ON, FAILS_OVER),
    LEFT_ALONE(UPSTREAM, 503, "api_error", "the circuit breakers of all its upstreams are open; `retry-after` until the next"
            + " trial, at most 30", 5, MOVES_ON, FAILS_OVER),
    OUTAGE(UPSTREAM, 503, "api_error", "several upstreams, or a fallback too, have failed", 5, MOVES_ON, FAILS_OVER);

    /** Whose fault a failure is. */
    public enum Source {
        /** The request is wrong: nobody else pays for it, and no other upstream is asked. */
        CLIENT,
        /** Settings, credentials or routes of whoever runs the gateway. */
        OPERATOR,
        /** The gateway itself. */
        GATEWAY,
        /** The upstream, or the way to it. */
        UPSTREAM
    }

    enum Trait {
        COUNTS, MOVES_ON, FAILS_OVER, FINAL
    }

    private final Source source;
    private final int status;
    private final String type;
    private final String happened;
    private final long retryAfter;
    private final Set<Trait> traits;

    Kind(Source source, int status, String type, String happened, Trait... traits) {
        this(source, status, type, happened, 0, traits);
    }

    Kind(Source source, int status, String type, String happened, long retryAfter, Trait... traits) {
        this.source = source;
        this.status = status;
        this.type = type;
        this.happened = happened;
        this.retryAfter = retryAfter;
        this.traits = Set.of(traits);
    }

    /** Whose fault it is. */
    public Source source() {
        return source;
    }

    /** The HTTP status for the client. */
    public int status() {
        return status;
    }

    /** The error type for the client, in the Messages format's terms. */
    public String type() {
        return type;
    }

    /** What happened, in the words of the documentation. */
    public String happened() {
        return happened;
    }

    /** The {@code retry-after} for the client where the upstream gives none, in seconds; 0 for none. */
    public long retryAfter() {
        return retryAfter;
    }

    /** Whether a circuit breaker counts it against the upstream. */
    public boolean counts() {
        return traits.contains(COUNTS);
    }

    /** Whether another upstream of the same backend may serve. */
    public boolean movesOn() {
        return traits.contains(MOVES_ON);
    }

    /** Whether another backend may take over: not where the operator would never learn what has to be mended. */
    public boolean failsOver() {
        return traits.contains(FAILS_OVER);
    }

    /** Whether trying again cannot help: {@code x-should-retry: false}. */
    public boolean isFinal() {
        return traits.contains(FINAL);
    }

    /** Whether it is the client's own: the request is wrong, or its credential, or it has left. */
    public boolean isClients() {
        return source == CLIENT;
    }

    /** Whether a limit of time is over. */
    public boolean isLate() {
        return status == 504;
    }

    /** Its name in metrics and logs: {@code rate_limited}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
