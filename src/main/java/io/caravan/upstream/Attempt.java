/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.CallWatch;
import io.caravan.call.Deadlines;
import io.caravan.call.UpstreamAnswer;
import io.caravan.convert.StreamTranslator;
import io.caravan.convert.Translator;
import io.caravan.convert.Translator.Answer;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private final Call call;
    private final Upstream backend;
    private final String model;
    private final Purpose purpose;
    private final CallWatch watch;
    private final Deadlines deadlines;
    private final AttemptCredential credential = new AttemptCredential(this);
    private final List<Map.Entry<String, String>> headers = new ArrayList<>(16);
    private ClassicHttpResponse response;
    private InputStream body;
    private Answer whole;
    private byte[] errorBody;
    private volatile long sentAt;
    private volatile long answeredAt;
    private volatile Cancellable request;
    private volatile boolean cut;
    private volatile boolean done;

    Attempt(Call call, Upstream backend, String model, Purpose purpose, CallWatch watch) {
        this.call = call;
        this.backend = backend;
        this.model = model;
        this.purpose = purpose;
        this.watch = watch;
        this.deadlines = new Deadlines(backend.limits(), call.receivedAt(), backend.settings().id());
    }

    static Attempt of(Exchange exchange) {
        return (Attempt) exchange.getProperty(PROPERTY);
    }

    Upstream target() {
        return backend;
    }

    Call call() {
        return call;
    }

    /** What the attempt is for, and so what goes out. */
    Purpose purpose() {
        return purpose;
    }

    /** Makes this the attempt of {@code exchange} and of its call. */
    void begin(Exchange exchange) {
        call.attempt(this, exchange);
        exchange.setProperty(PROPERTY, this);
        exchange.getMessage().setBody(new AttemptEntity(this));
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
        purpose.awaitHead(deadlines);
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
        purpose.answered(deadlines);
    }

    /** The request has gone out, or as much of it as the upstream let it. */
    void sent() {
        purpose.sent(backend);
    }

    @Override
    public boolean isCut() {
        return cut;
    }

    @Override
    public boolean isOver() {
        return cut || done;
    }

    /** Takes the body; its reads put off the time limit of silence, and no other. */
    void opened(InputStream in) {
        body = in == null ? InputStream.nullInputStream() : new FilterInputStream(in) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                deadlines.read();
                return count;
            }
        };
    }

    /** Sets the whole answer, as the client gets it. */
    void whole(Answer answer) {
        whole = answer;
    }

    /** The body of an error answer, read whole; null before. */
    byte[] errorBody() {
        return errorBody;
    }

    void errorBody(byte[] read) {
        errorBody = read;
    }

    /** What a failed exchange with the upstream means. */
    Failure brokenOff(IOException cause) {
        return call.life().brokenOff(ConnectionFailure.of(cause, upstream()));
    }

    @Override
    public int status() {
        return response.getCode();
    }

    /** The first value of a response header, or null; also null if it is not plain visible text. */
    String header(String name) {
        Header header = response == null ? null : response.getFirstHeader(name);
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
    public String requestId() {
        String named = header("request-id");
        String id = named == null ? header("x-request-id") : named;
        boolean usable = id != null && !id.isEmpty() && id.length() <= LONGEST_ID;
        return usable && isWithin(id, '!', '~') ? id : null;
    }

    @Override
    public Optional<Answer> whole() {
        return Optional.ofNullable(whole);
    }

    @Override
    public StreamTranslator translator() {
        return purpose.translator().answers().stream();
    }

    @Override
    public Set<String> dropped() {
        return purpose.outgoing().dropped();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public String backend() {
        return backend.settings().backend().id();
    }

    @Override
    public String upstream() {
        return backend.settings().id();
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public Deadlines deadlines() {
        return deadlines;
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
    public void check(long now) {
        if (deadlines.isOver(now)) {
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
        done = true;
        watch.remove(this);
    }

    /**
     * The answer is none that could be given to a client. Cuts it: the circuit breaker would else read it to its end
     * before another upstream is asked.
     */
    Failure badAnswer(String words) {
        cut();
        return Failure.of(Kind.BAD_ANSWER, "The upstream (" + upstream() + ") " + words);
    }

    /** What an attempt is for: a model's answer, or a count of tokens. */
    interface Purpose {

        /** What goes out. */
        Translator.Outgoing outgoing();

        /** The path it is posted to; empty for that of the URL. */
        String path();

        /** What brings the answer back. */
        Translator translator();

        /** Sets the limit of the time to the answer's head. */
        void awaitHead(Deadlines deadlines);

        /** Sets the limit of what comes behind the head. */
        void answered(Deadlines deadlines);

        /** The request has gone out to {@code upstream}. */
        void sent(Upstream upstream);
    }
}
