package io.caravan.call;

import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import io.caravan.format.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.camel.Exchange;

/**
 * One client's request on its way through the routes, as the {@value #PROPERTY} property of its exchange.
 *
 * <p>An attempt at an upstream changes nothing the next attempt would see: what belongs to an attempt lies in the
 * attempt. Facts for the log (first byte, usage, answer's status) are written by the thread that answers.
 */
public final class GatewayCall {

    public static final String PROPERTY = "caravan.call";
    private static final String STOPPING = "The gateway is stopping; try again in a moment.";

    private final Exchange exchange;
    private final WireFormat format;
    private final ClientStream client;
    private final ClientHeaders headers;
    private final String method;
    private final String path;
    private final String query;
    private final String correlationId;
    private final long receivedAt = System.nanoTime();
    private final AtomicBoolean completed = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile boolean accepted;

    private List<Map.Entry<String, String>> ownCredentials = List.of();
    private String clientKey;
    private ModelRequest request;
    private ModelName modelName;
    private AnswerRelay relay;
    private String tokenCount;
    private final List<Runnable> whenOver = new ArrayList<>(2);

    private volatile UpstreamAnswer answer;
    private volatile Target target;
    private volatile String failover;
    private volatile long firstByteAt;
    private volatile int status;
    private volatile String upstreamRequestId;
    private volatile Usage usage = Usage.UNKNOWN;
    private final AtomicReference<Consumer<Throwable>> whenUpstreamEnds = new AtomicReference<>();

    public GatewayCall(Exchange exchange, WireFormat format, ClientStream client, ClientHeaders headers, String method,
            String path, String query, String correlationId) {
        this.exchange = exchange;
        this.format = format;
        this.client = client;
        this.headers = headers;
        this.method = method;
        this.path = path;
        this.query = query;
        this.correlationId = correlationId;
    }

    /** The call of an exchange; null before it was accepted. */
    public static GatewayCall of(Exchange exchange) {
        return (GatewayCall) exchange.getProperty(PROPERTY);
    }

    /** The exchange the front route runs on; a circuit breaker works on copies of it. */
    public Exchange exchange() {
        return exchange;
    }

    /** The format the client speaks, also in errors. */
    public WireFormat format() {
        return format;
    }

    public ClientStream client() {
        return client;
    }

    public ClientHeaders headers() {
        return headers;
    }

    public String method() {
        return method;
    }

    /** The request's path without its query. */
    public String path() {
        return path;
    }

    /** The first value of a parameter of the client's query, not decoded, or null. */
    public String parameter(String name) {
        if (query != null) {
            for (String pair : query.split("&")) {
                if (pair.startsWith(name) && pair.length() > name.length() && pair.charAt(name.length()) == '=') {
                    return pair.substring(name.length() + 1);
                }
            }
        }
        return null;
    }

    /** Whether the client's query holds {@code beta=true}, the one thing of a query that goes on. */
    public boolean beta() {
        return "true".equals(parameter("beta"));
    }

    public String correlationId() {
        return correlationId;
    }

    /** The id the client is told: the upstream's once there is one, else ours. */
    public String requestId() {
        return upstreamRequestId != null ? upstreamRequestId : "req_" + correlationId;
    }

    public void upstreamRequestId(String id) {
        upstreamRequestId = id;
    }

    /** The credential headers that are the client's own, not a key of this gateway; for the pass-through alone. */
    public List<Map.Entry<String, String>> ownCredentials() {
        return ownCredentials;
    }

    public void ownCredentials(List<Map.Entry<String, String>> own) {
        ownCredentials = own;
    }

    /** The key the client is known by: one of this gateway's, else the first it brought; null without any. Never shown. */
    public String clientKey() {
        return clientKey;
    }

    public void clientKey(String key) {
        clientKey = key;
    }

    public ModelRequest request() {
        return request;
    }

    public void request(ModelRequest read) {
        request = read;
    }

    /** The model asked for; null before it was looked at. */
    public ModelName modelName() {
        return modelName;
    }

    public void modelName(ModelName asked) {
        modelName = asked;
    }

    /** What relays the answer's stream; null where there is none yet. */
    public AnswerRelay relay() {
        return relay;
    }

    public void relay(AnswerRelay current) {
        relay = current;
    }

    /** Whether a token count is {@code exact} or {@code estimated}; null where none was asked for. */
    public String tokenCount() {
        return tokenCount;
    }

    public void tokenCount(String kind) {
        tokenCount = kind;
    }

    /** Runs {@code release} when the call is over, however it ends. */
    public void whenOver(Runnable release) {
        whenOver.add(release);
    }

    public Target target() {
        return target;
    }

    public void target(Target chosen) {
        target = chosen;
    }

    /** {@code from->to} once another upstream took over, else null. */
    public String failover() {
        return failover;
    }

    public void failover(String fromTo) {
        failover = fromTo;
    }

    /** The answer being relayed; a client that has left cuts it. */
    public UpstreamAnswer answer() {
        return answer;
    }

    /** Sets the answer, or the attempt at one, that ends when the client leaves. */
    public void answer(UpstreamAnswer current) {
        answer = current;
        if (client.isGone() || stopped.isDone()) {
            current.cut();
        }
    }

    /** Ends the call because the gateway stops: cuts its upstream, and what waits for it fails. */
    public void stop() {
        stopped.complete(null);
        clientLeft();
    }

    /** Runs {@code action} when the gateway's stopping ends this call; at once if it has. */
    public void whenStopped(Runnable action) {
        stopped.thenRun(action);
    }

    /** What a call that the gateway's stopping ended is answered with, as long as nothing is out; null for any other. */
    public GatewayFault stopping() {
        return !stopped.isDone() ? null : new GatewayFault(503, "api_error", STOPPING).retryAfter("2");
    }

    /** Cuts whatever upstream is at work; for the client's leaving. */
    public void clientLeft() {
        UpstreamAnswer current = answer;
        if (current != null) {
            current.cut();
        }
    }

    /** Notes the first byte sent to the client, and the status. */
    public void firstByte(int sentStatus) {
        if (firstByteAt == 0) {
            firstByteAt = System.nanoTime();
            status = sentStatus;
        }
    }

    public int status() {
        return status;
    }

    public long receivedAt() {
        return receivedAt;
    }

    /** When the first byte left, as {@link System#nanoTime()}; 0 if none has. */
    public long firstByteAt() {
        return firstByteAt;
    }

    public Usage usage() {
        return usage;
    }

    public void usage(Usage counted) {
        usage = counted;
    }

    /** Lets {@code told} know, once, how the upstream's part ends: with what failed, or null when it has given all. */
    public void whenUpstreamEnds(Consumer<Throwable> told) {
        whenUpstreamEnds.set(told);
    }

    /** The upstream's part is over; to be told before the client learns it. Only the first counts. */
    public void upstreamEnded(Throwable failure) {
        Consumer<Throwable> told = whenUpstreamEnds.getAndSet(null);
        if (told != null) {
            told.accept(failure);
        }
    }

    /** Tells {@code observer} that this is a request to a model; only then it is told the end as well. */
    public void accept(CallObserver observer) {
        accepted = true;
        observer.accepted(this);
    }

    /** Ends the call, once: gives back what it held and tells {@code observer}. */
    public void complete(CallObserver.Outcome how, CallObserver observer) {
        if (completed.compareAndSet(false, true)) {
            upstreamEnded(how == CallObserver.Outcome.ANSWERED ? null : new ClientGone());
            whenOver.forEach(Runnable::run);
            if (accepted) {
                observer.completed(this, how);
            }
        }
    }
}
