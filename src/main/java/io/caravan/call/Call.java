/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.jspecify.annotations.Nullable;

/**
 * One client's request on its way through the routes, as the {@value #PROPERTY} property of its exchange: what is known of
 * it. Immutable: a step that learns more puts a new one in its place, which shares the {@link CallLife} and the
 * {@link CallRecord}.
 *
 * <p>A call belongs to one exchange. What runs on that exchange's thread is its own, a circuit breaker's copy too; a copy
 * that Camel sends elsewhere (wireTap, multicast) is not, and is refused where it would serve the client a second time.
 */
public final class Call {

    public static final String PROPERTY = "caravan.call";

    /**
     * How the request came.
     *
     * @param exchange      the exchange of the front route
     * @param format        the format the client speaks, also in errors
     * @param path          without its query
     * @param query         as it came, or null
     * @param correlationId names the call in logs and towards the upstream
     * @param receivedAt    as {@link System#nanoTime()}
     */
    public record Arrival(Exchange exchange, WireFormat format, ClientStream client, ClientStream.Headers headers,
            String method, String path, @Nullable String query, String correlationId, long receivedAt) {
    }

    /**
     * Who calls.
     *
     * @param key            the key the client is known by: one of this gateway's, else the first it brought; null without
     *                       any. Never shown
     * @param ownCredentials the credential headers that are the client's own, not a key of this gateway
     */
    public record Caller(@Nullable String key, List<Map.Entry<String, String>> ownCredentials) {

        static final Caller UNKNOWN = new Caller(null, List.of());

        @Override
        public String toString() {
            return Optional.ofNullable(key).map(known -> "Caller[with a key]").orElse("Caller[without a key]");
        }
    }

    /**
     * The model a client asks for: a name, and the backend where it is written before it, as in
     * {@code databricks,databricks-claude-sonnet-4} (2.5). What clients put behind a name to ask for the long context,
     * {@code [1m]}, is no part of it (2.10).
     *
     * @param backend     the backend's id, or null where the client names none
     * @param longContext whether the long context is asked for
     */
    public record ModelName(@Nullable String backend, String name, boolean longContext) {

        private static final String LONG_CONTEXT = "[1m]";

        public ModelName(@Nullable String backend, String asked) {
            this(backend, plain(asked), isLong(asked));
        }

        private static boolean isLong(String asked) {
            int length = LONG_CONTEXT.length();
            return asked.regionMatches(true, asked.length() - length, LONG_CONTEXT, 0, length);
        }

        private static String plain(String asked) {
            String name = asked;
            while (isLong(name)) {
                name = name.substring(0, name.length() - LONG_CONTEXT.length()).stripTrailing();
            }
            return name;
        }

        /**
         * Takes {@code asked} apart.
         *
         * @param backends gives the id of the backend that is written before the comma, or throws
         */
        public static ModelName of(String asked, UnaryOperator<String> backends) {
            int comma = asked.indexOf(',');
            if (comma >= 0) {
                return new ModelName(backends.apply(asked.substring(0, comma).strip()), asked.substring(comma + 1).strip());
            }
            return new ModelName(null, asked);
        }
    }

    private static final String REQUEST = "req_";

    private final Arrival arrival;
    private final Caller caller;
    private final @Nullable ModelRequest request;
    private final @Nullable ModelName modelName;
    private final CallRecord record;
    private final CallLife life;

    public Call(Arrival arrival) {
        this(arrival, Caller.UNKNOWN, null, null, new CallRecord(), new CallLife(arrival.client()));
    }

    private Call(Arrival arrival, Caller caller, @Nullable ModelRequest request, @Nullable ModelName modelName, CallRecord record,
            CallLife life) {
        this.arrival = arrival;
        this.caller = caller;
        this.request = request;
        this.modelName = modelName;
        this.record = record;
        this.life = life;
    }

    /** The call of an exchange; null before it was accepted. */
    public static Call of(Exchange exchange) {
        return (Call) exchange.getProperty(PROPERTY);
    }

    /** Makes this the call of {@code exchange}. */
    public Call putInto(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
        return this;
    }

    /** The same, with who calls. */
    public Call by(Caller known) {
        return new Call(arrival, known, request, modelName, record, life);
    }

    /** The same, with the request that was read. */
    public Call asking(ModelRequest read) {
        return new Call(arrival, caller, read, modelName, record, life);
    }

    /** The same, with the model that is asked for. */
    public Call asking(ModelName name) {
        return new Call(arrival, caller, request, name, record, life);
    }

    /** The exchange of the front route; a circuit breaker works on copies of it. */
    public Exchange exchange() {
        return arrival.exchange();
    }

    /**
     * Whether {@code exchange} is the call's own: the one it came on, or a copy that is worked on in its stead, as a circuit
     * breaker makes it. What wireTap sends elsewhere is not.
     */
    public boolean isOwn(Exchange exchange) {
        return life.isWorkedHere() || isOrCopies(exchange);
    }

    private boolean isOrCopies(Exchange exchange) {
        String copied = exchange.getProperty(ExchangePropertyKey.CORRELATION_ID, String.class);
        return exchange == exchange() || exchange().getExchangeId().equals(copied);
    }

    /** Says that this thread works for the call from now on, if {@code exchange} is its own. */
    public void workOn(Exchange exchange) {
        if (isOwn(exchange)) {
            life.workHere();
        }
    }

    /**
     * {@code exchange} is about to ask an upstream in the call's name; the attempt is cut when the client leaves or the
     * gateway stops.
     *
     * @throws Failure {@link Kind#CALL_COPIED} if the exchange is not the call's own, or another one has its answer in hand
     */
    public void attempt(UpstreamAnswer attempt, Exchange exchange) {
        boolean begun = isOwn(exchange) && life.attempt(attempt, exchange.getExchangeId());
        if (!begun) {
            throw Failure.of(Kind.CALL_COPIED, "A copy of a request (wireTap, multicast) reached an upstream: the answer of a"
                    + " call belongs to one exchange, and this one is being served already. Send copies elsewhere.");
        }
    }

    /** The format the client speaks, also in errors. */
    public WireFormat format() {
        return arrival.format();
    }

    public ClientStream client() {
        return arrival.client();
    }

    public ClientStream.Headers headers() {
        return arrival.headers();
    }

    public String method() {
        return arrival.method();
    }

    /** The request's path without its query. */
    public String path() {
        return arrival.path();
    }

    /** The first value of a parameter of the client's query, not decoded, or null. */
    public @Nullable String parameter(String name) {
        if (arrival.query() == null) {
            return null;
        }
        for (String pair : arrival.query().split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return null;
    }

    /** Whether the client's query holds {@code beta=true}, the one thing of a query that goes on. */
    public boolean beta() {
        return "true".equals(parameter("beta"));
    }

    public String correlationId() {
        return arrival.correlationId();
    }

    /** When the request was accepted, as {@link System#nanoTime()}. */
    public long receivedAt() {
        return arrival.receivedAt();
    }

    /** Who calls. */
    public Caller caller() {
        return caller;
    }

    /** Whether its body was read, so that there is a {@link #request}. */
    public boolean hasRequest() {
        return request != null;
    }

    /** The request, once its body was read. */
    public ModelRequest request() {
        return Objects.requireNonNull(request, "The call's body has not been read yet.");
    }

    /** The model asked for, once it was looked at. */
    public ModelName modelName() {
        return Objects.requireNonNull(modelName, "No step has looked at the call's model yet.");
    }

    /** The id the client is told: the upstream's once there is one, else ours. */
    public String requestId() {
        return life.attempt().map(UpstreamAnswer::requestId).orElseGet(this::ownRequestId);
    }

    /** A client's correlation id may be the request id of an earlier answer. */
    private String ownRequestId() {
        if (correlationId().startsWith(REQUEST)) {
            return correlationId();
        }
        return REQUEST + correlationId();
    }

    /** What is noted of it for the log. */
    public CallRecord record() {
        return record;
    }

    /** How far it is, and what ends it. */
    public CallLife life() {
        return life;
    }
}
