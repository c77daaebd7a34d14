/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.call.Call;
import io.caravan.call.CallWatch;
import io.caravan.call.Deadlines;
import io.caravan.call.UpstreamAnswer;
import io.caravan.convert.Translator;
import io.caravan.convert.Translator.Answer;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.provider.Auth;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * One request to one upstream, from its making to the end of its answer. New for each attempt; the exchange's property
 * {@value #PROPERTY} holds the current one. The worker drives it; {@link #cut} and {@link #check} come from others.
 */
final class Attempt implements UpstreamAnswer, CallWatch.Watched {

    static final String PROPERTY = "caravan.attempt";

    private final Call call;
    private final Upstream target;
    private final String model;
    private final Purpose purpose;
    private final CallWatch watch;
    private final Deadlines deadlines;
    private final AttemptCredential credential = new AttemptCredential(this);
    private final List<Map.Entry<String, String>> headers = new ArrayList<>(16);
    private AnswerHead head = AnswerHead.NONE;
    private InputStream body = InputStream.nullInputStream();
    private Optional<Answer> whole = Optional.empty();
    private byte[] errorBody = {};
    private volatile long sentAt;
    private volatile long answeredAt;
    private volatile @Nullable Cancellable request;
    private volatile boolean cut;
    private volatile boolean done;

    Attempt(Call call, Upstream target, String model, Purpose purpose, CallWatch watch) {
        this.call = call;
        this.target = target;
        this.model = model;
        this.purpose = purpose;
        this.watch = watch;
        this.deadlines = new Deadlines(target.limits(), call.receivedAt(), target.settings().id());
    }

    static Attempt of(Exchange exchange) {
        return (Attempt) exchange.getProperty(PROPERTY);
    }

    Upstream target() {
        return target;
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
        exchange.getMessage().setBody(new AttemptEntity(this, exchange.getMessage()));
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
    void answered(ClassicHttpResponse response) {
        head = AnswerHead.of(response);
        answeredAt = System.nanoTime();
        target.answered();
        purpose.answered(deadlines);
    }

    /** The request has gone out, or as much of it as the upstream let it. */
    void sent() {
        purpose.sent(target, call);
    }

    @Override
    public boolean isCut() {
        return cut;
    }

    @Override
    public boolean isOver() {
        return cut || done;
    }

    /** Takes the body, if there is one; its reads put off the time limit of silence, and no other. */
    void opened(@Nullable InputStream in) {
        if (in != null) {
            body = new FilterInputStream(in) {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int count = super.read(target, offset, length);
                    deadlines.read();
                    return count;
                }
            };
        }
    }

    /** The first byte of the body, which stays in it; -1 if there is none. Blocks. */
    int firstByte() throws IOException {
        PushbackInputStream peeked = new PushbackInputStream(body);
        int first = peeked.read();
        if (first >= 0) {
            peeked.unread(first);
        }
        body = peeked;
        return first;
    }

    /** Sets the whole answer, as the client gets it. */
    void whole(Answer answer) {
        whole = Optional.of(answer);
    }

    /** The body of an error answer, as far as it was read; empty before. */
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

    /** The head of the answer. */
    AnswerHead head() {
        return head;
    }

    @Override
    public int status() {
        return head.code();
    }

    @Override
    public @Nullable String requestId() {
        return head.requestId().orElse(null);
    }

    @Override
    public Optional<Answer> whole() {
        return whole;
    }

    @Override
    public Translator.Stream translator() {
        return purpose.translator().answers().streamOfAnyForm();
    }

    @Override
    public Translator.Outgoing outgoing() {
        return purpose.outgoing();
    }

    @Override
    public Set<String> dropped() {
        Set<String> learned = purpose.mending().dropped();
        if (learned.isEmpty()) {
            return purpose.outgoing().dropped();
        }
        Set<String> all = new LinkedHashSet<>(purpose.outgoing().dropped());
        all.addAll(learned);
        return all;
    }

    @Override
    public List<Map.Entry<String, String>> accountHeaders() {
        boolean clients = target.settings().auth() instanceof Auth.PassThrough;
        return clients ? head.ofAccount() : List.of();
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public String backend() {
        return target.settings().backend().id();
    }

    @Override
    public String upstream() {
        return target.settings().id();
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
        } else if (answeredAt == 0 && sentAt != 0) {
            call.life().awaitsHead(call, now);
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
}
