package io.caravan.upstream;

import io.caravan.call.CallWatch;
import io.caravan.call.ClientGone;
import io.caravan.call.GatewayCall;
import io.caravan.call.GatewayFault;
import io.caravan.call.UpstreamAnswer;
import io.caravan.call.UpstreamFault;
import io.caravan.convert.AnswerTranslation;
import io.caravan.format.Usage;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/**
 * One request to one upstream, from its making to the end of its answer. New for each attempt; the exchange's property
 * {@value #PROPERTY} holds the current one. The worker drives it; {@link #cut} and {@link #check} come from others.
 */
final class Attempt implements UpstreamAnswer, CallWatch.Watched {

    static final String PROPERTY = "caravan.attempt";

    private static final int LONGEST_ID = 200;

    private final GatewayCall call;
    private final Upstream backend;
    private final String model;
    private final PreparedRequest prepared;
    private final Duration headLimit;
    private final CallWatch watch;
    private final AttemptLimit limit;
    private final AttemptCredential credential = new AttemptCredential(this);
    private final List<Map.Entry<String, String>> headers = new ArrayList<>(16);

    private ClassicHttpResponse response;
    private InputStream stream;
    private byte[] message;
    private Usage usage;
    private byte[] errorBody;
    private long sentAt;
    private long answeredAt;

    private volatile Cancellable request;
    private volatile boolean cut;

    /** @param headLimit the longest wait for the head of the answer; what is left to the call may be less */
    Attempt(GatewayCall call, Upstream backend, String model, PreparedRequest prepared, Duration headLimit,
            CallWatch watch) {
        this.call = call;
        this.backend = backend;
        this.model = model;
        this.prepared = prepared;
        this.headLimit = headLimit;
        this.watch = watch;
        this.limit = new AttemptLimit(call, backend);
    }

    static Attempt of(Exchange exchange) {
        return (Attempt) exchange.getProperty(PROPERTY);
    }

    Upstream upstream() {
        return backend;
    }

    GatewayCall call() {
        return call;
    }

    /** What goes out. */
    PreparedRequest prepared() {
        return prepared;
    }

    /** Adds a header to the request that goes out. Values are never logged. */
    void header(String name, String value) {
        headers.add(Map.entry(name, value));
    }

    /** The credential the request goes out with. */
    AttemptCredential credential() {
        return credential;
    }

    List<Map.Entry<String, String>> headers() {
        return headers;
    }

    /** The request is about to go out; from here on it can be cut, and its time limit runs to the head of its answer. */
    void sending(Cancellable cancellable) {
        request = cancellable;
        sentAt = System.nanoTime();
        limit.answer(headLimit);
        watch.add(this);
        check(sentAt);
        if (cut) {
            cancellable.cancel();
        }
    }

    /** The head of the answer is here. */
    void answered(ClassicHttpResponse head) {
        response = head;
        answeredAt = System.nanoTime();
        if (prepared.toModel() && call.request().stream()) {
            limit.answer(backend.settings().answerTimeout());
        }
        String id = header("request-id");
        if (id == null) {
            id = header("x-request-id");
        }
        if (id != null && !id.isEmpty() && id.length() <= LONGEST_ID && isWithin(id, '!', '~')) {
            call.upstreamRequestId(id);
        }
    }

    /** The request has gone out, or as much of it as the upstream let it. */
    void sent() {
        if (prepared.toModel()) {
            backend.sent();
        }
    }

    boolean isCut() {
        return cut;
    }

    /** Takes the body; its reads put off the time limit of silence, and no other. */
    void opened(InputStream in) {
        stream = in == null ? InputStream.nullInputStream() : new FilterInputStream(in) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                limit.read();
                return count;
            }
        };
    }

    /** Sets the whole answer, as the client gets it. */
    void message(AnswerTranslation.Message whole) {
        message = whole.body();
        usage = whole.usage();
    }

    /** The body of an error answer, read whole; null before. */
    byte[] errorBody() {
        return errorBody;
    }

    void errorBody(byte[] whole) {
        errorBody = whole;
    }

    /** What a failed exchange with the upstream means for the client. */
    RuntimeException failed(IOException cause) {
        if (call.client().isGone()) {
            return new ClientGone();
        }
        if (call.stopping() != null) {
            return call.stopping();
        }
        if (limit.isOthersFault() && prepared.toModel()) {
            return new GatewayFault(504, "timeout_error", cutReason());
        }
        if (cutReason() != null) {
            return UpstreamFault.timeout(cutReason(), backend.retriesOnTimeout());
        }
        return ConnectionFault.of(cause, backend());
    }

    @Override
    public int status() {
        return response.getCode();
    }

    @Override
    public String header(String name) {
        Header header = response.getFirstHeader(name);
        String value = header == null ? null : header.getValue();
        return value == null || !isWithin(value, ' ', '~') ? null : value;
    }

    private static boolean isWithin(String text, char first, char last) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < first || text.charAt(i) > last) {
                return false;
            }
        }
        return true;
    }

    @Override
    public byte[] message() {
        return message;
    }

    @Override
    public Usage usage() {
        return usage;
    }

    @Override
    public AnswerTranslation translation() {
        return prepared.translation();
    }

    @Override
    public Set<String> dropped() {
        return prepared.dropped();
    }

    @Override
    public InputStream stream() {
        return stream;
    }

    @Override
    public String backend() {
        return backend.settings().id();
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public void cut() {
        cut = true;
        watch.remove(this);
        Cancellable current = request;
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public String cutReason() {
        return limit.reason();
    }

    @Override
    public void limitSilence(Duration silence) {
        limit.silence(silence);
    }

    @Override
    public void check(long now) {
        if (limit.isOver(now)) {
            cut();
        }
    }

    @Override
    public long sentAt() {
        return sentAt;
    }

    @Override
    public long answeredAt() {
        return answeredAt;
    }

    /** Nothing more will be read: stops the clock. */
    void done() {
        watch.remove(this);
    }

    /**
     * The answer is none that could be given to a client. Cuts it: the circuit breaker would else read it to its end
     * before another upstream is asked.
     */
    GatewayFault lying(String words) {
        cut();
        return UpstreamFault.unavailable(500, "api_error", "The upstream (" + backend() + ") " + words);
    }
}
