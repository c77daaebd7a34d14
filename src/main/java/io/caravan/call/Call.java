/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import io.caravan.call.CallRecord.ModelName;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import io.caravan.format.json.MalformedBody;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
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
     * @param label          what the client's key is called where it may be shown: {@code key-2}; null without one
     * @param key            the key the client is known by: one of this gateway's, else the first it brought; null without
     *                       any. Never shown
     * @param ownCredentials the credential headers that are the client's own, not a key of this gateway
     */
    public record Caller(@Nullable String label, @Nullable String key, List<Map.Entry<String, String>> ownCredentials) {

        public Caller(@Nullable String key, List<Map.Entry<String, String>> ownCredentials) {
            this(null, key, ownCredentials);
        }

        static final Caller UNKNOWN = new Caller(null, List.of());

        @Override
        public String toString() {
            return Optional.ofNullable(key).map(known -> "Caller[with a key]").orElse("Caller[without a key]");
        }
    }

    private static final String REQUEST = "req_";

    private final Arrival arrival;
    private final Caller caller;
    private final @Nullable ModelRequest request;
    private final @Nullable ModelName modelName;
    private final CallRecord record;
    private final CallLife life;
    private final @Nullable CallCopy copy;

    public Call(Arrival arrival) {
        this(arrival, Caller.UNKNOWN, null, null, new CallRecord(), new CallLife(arrival.client()), null);
    }

    private Call(Arrival arrival, Caller caller, @Nullable ModelRequest request, @Nullable ModelName modelName, CallRecord record,
            CallLife life, @Nullable CallCopy copy) {
        this.arrival = arrival;
        this.caller = caller;
        this.request = request;
        this.modelName = modelName;
        this.record = record;
        this.life = life;
        this.copy = copy;
    }

    /**
     * The call of an exchange.
     *
     * @throws IllegalStateException if no step has accepted one
     */
    public static Call of(Exchange exchange) {
        Call call = CallSlot.call(exchange);
        if (call == null) {
            throw new IllegalStateException("No client's call is on this exchange: a page that serves one begins with acceptCall.");
        }
        return call;
    }

    /** The call of an exchange, if a step has accepted one. */
    public static Optional<Call> find(Exchange exchange) {
        return CallSlot.of(exchange);
    }

    /** Makes this the call of {@code exchange}. */
    public Call putInto(Exchange exchange) {
        return CallSlot.put(this, exchange);
    }

    /** A call of its own for {@code exchange}, a copy of this one's: it asks the same and answers nobody. */
    public Call copyFor(Exchange exchange) {
        ClientStream nobody = new NobodysStream();
        Arrival made = new Arrival(exchange, format(), nobody, headers(), method(), path(), arrival.query(), correlationId(),
                System.nanoTime());
        return new Call(made, caller, request, null, new CallRecord(), new CallLife(nobody), CallCopy.of(this, exchange));
    }

    /** Whether it was made of another by {@link #copyFor}. */
    public boolean isCopy() {
        return copy != null;
    }

    /** This call; where it is a copy that was left behind on its original's exchange, the original. */
    Call on(Exchange exchange) {
        return copy != null && copy.isLeftOn(exchange, isOrCopies(exchange)) ? copy.restore(exchange) : this;
    }

    /** The same, with its request as the body has it now; {@link Kind#PAGE_CHANGED} if a page has made it into none. */
    public Call asking(Exchange exchange) {
        if (exchange.getMessage().getBody() == request().body()) {
            return this;
        }
        byte[] changed = MessageBody.bytes(exchange, "the request");
        try {
            return asking(ModelRequest.read(changed)).putInto(exchange);
        } catch (MalformedBody e) {
            throw MessageBody.changed(exchange, "the request", "what is no request: " + e.getMessage());
        }
    }

    /** The same, with who calls. */
    public Call by(Caller known) {
        return new Call(arrival, known, request, modelName, record, life, copy);
    }

    /** The same, with the request that was read. */
    public Call asking(ModelRequest read) {
        return new Call(arrival, caller, read, modelName, record, life, copy);
    }

    /** The same, with the model that is asked for. */
    public Call asking(ModelName name) {
        return new Call(arrival, caller, request, name, record, life, copy);
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
        boolean here = life.isWorkedHere() && exchange.getPattern() != ExchangePattern.InOnly;
        return here || isOrCopies(exchange);
    }

    boolean isOrCopies(Exchange exchange) {
        String id = exchange().getExchangeId();
        return id.equals(exchange.getExchangeId()) || id.equals(exchange.getProperty(ExchangePropertyKey.CORRELATION_ID));
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
            throw Failure.of(Kind.CALL_COPIED, "A copy of a request (wireTap, multicast) was sent to an upstream: this call is"
                    + " already being served; give the copy onPrepare: detachCall.");
        }
    }

    /** The whole answer as the body has it now; {@link Kind#PAGE_CHANGED} if a page has made it into what is no JSON object. */
    public byte[] answer(Exchange exchange) {
        return MessageBody.object(exchange, "the answer");
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
        return Query.parameter(arrival.query(), name);
    }

    /** Whether the client's query holds {@code beta=true}, the one thing of a query that goes on. */
    public boolean beta() {
        return "true".equals(parameter("beta"));
    }

    public String correlationId() {
        return arrival.correlationId();
    }

    /** The conversation it belongs to, where the client says so. Takes time where the request has metadata. */
    public Optional<String> session() {
        return ClientSession.of(this);
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

    /** Whether a step has looked at the model asked for, so that there is a {@link #modelName}. */
    public boolean hasModelName() {
        return modelName != null;
    }

    /** The model asked for, once it was looked at. */
    public ModelName modelName() {
        return Objects.requireNonNull(modelName, "No step has looked at the call's model yet.");
    }

    /** The id the client is told: the upstream's once there is one, else ours. */
    public String requestId() {
        // A client's correlation id may be the request id of an earlier answer.
        return life.attempt().map(UpstreamAnswer::requestId)
                .orElseGet(() -> correlationId().startsWith(REQUEST) ? correlationId() : REQUEST + correlationId());
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
