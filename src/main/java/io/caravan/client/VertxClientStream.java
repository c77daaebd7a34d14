/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.ClientStream;
import io.caravan.failure.Failure;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The client's side of a Vert.x connection. A whole answer is written by the worker itself, so that the response is
 * ended when the route is: Camel would else write one of its own. Of a stream the worker appends to a pending buffer and
 * the event loop takes all of it at once: what arrives while the loop is busy leaves in one write. When the socket is
 * full the worker waits (back-pressure); the client's leaving wakes it.
 */
final class VertxClientStream implements ClientStream {

    /** Unsent bytes beyond which the worker waits. */
    static final int HIGH_WATER = 64 * 1024;
    private static final int CLOSE_SECONDS = 2;
    private static final Buffer EMPTY = Buffer.buffer(0);

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private final Duration patience;
    private final List<Runnable> goneActions = new ArrayList<>(2);

    private Buffer pending = EMPTY;
    private UnreadBody unread = UnreadBody.NONE;
    private boolean flushing;
    private boolean ending;
    private boolean over;
    private int head = -1;
    private List<Map.Entry<String, String>> headHeaders = List.of();
    private volatile boolean started;
    private volatile boolean gone;

    /** @param patience how long a client may leave all unread before it counts as gone */
    VertxClientStream(HttpServerRequest request, HttpServerResponse response, Context context, Duration patience) {
        this.request = request;
        this.response = response;
        this.context = context;
        this.patience = patience;
        response.closeHandler(closed -> left());
        response.exceptionHandler(failure -> {
            RefuseMalformed.body(request, failure);
            left();
        });
        if (response.closed()) {
            left();
        }
    }

    HttpServerRequest request() {
        return request;
    }

    @Override
    public void send(int status, List<Map.Entry<String, String>> headers, byte[] body) {
        if (started) {
            throw new IllegalStateException("A head has gone out already.");
        }
        started = true;
        if (isOver() || response.headWritten()) {
            endUnheard();
            return;
        }
        writeHead(status, headers);
        endResponse(Buffer.buffer(Unpooled.wrappedBuffer(body)));
    }

    @Override
    public synchronized void start(int status, List<Map.Entry<String, String>> headers) {
        head = status;
        headHeaders = headers;
        started = true;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        synchronized (this) {
            awaitRoom();
            if (pending == EMPTY) {
                pending = Buffer.buffer(length);
            }
            pending.appendBytes(bytes, offset, length);
            if (flushing) {
                return;
            }
            flushing = true;
        }
        context.runOnContext(loop -> flush());
    }

    @Override
    public synchronized boolean ready() {
        return !gone && !over && pending.length() == 0;
    }

    @Override
    public void end() {
        synchronized (this) {
            ending = true;
            flushing = true;
        }
        context.runOnContext(loop -> flush());
        synchronized (this) {
            long deadline = System.nanoTime() + patience.toNanos();
            while (!over && !gone) {
                if (!waitUntil(deadline)) {
                    reset();
                    return;
                }
            }
            if (over) {
                return;
            }
        }
        endUnheard();
    }

    @Override
    public void reset() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        context.runOnContext(loop -> {
            finished();
            request.connection().close().onComplete(done -> {
                endUnheard();
                closed.complete(null);
            });
        });
        closed.completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public boolean started() {
        return started;
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    @Override
    public void beside(Runnable task) {
        context.executeBlocking(() -> {
            task.run();
            return Boolean.TRUE;
        }, false);
    }

    @Override
    public void whenGone(Runnable action) {
        synchronized (this) {
            if (!gone) {
                goneActions.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public void abandon() {
        endUnheard();
    }

    /** Marks the response ended for Camel, which would otherwise try to write one of its own. */
    private void endUnheard() {
        if (!response.ended()) {
            try {
                response.end();
            } catch (IllegalStateException closed) {
                // The connection is closed; ended() is true from here on.
            }
        }
    }

    private void awaitRoom() {
        long deadline = 0;
        while (pending.length() >= HIGH_WATER && !gone) {
            if (deadline == 0) {
                deadline = System.nanoTime() + patience.toNanos();
            }
            int unsent = pending.length();
            boolean inTime = waitUntil(deadline);
            if (pending.length() != unsent) {
                deadline = 0;
            } else if (!inTime) {
                reset();
                throw Failure.clientGone();
            }
        }
        if (gone) {
            throw Failure.clientGone();
        }
    }

    private boolean waitUntil(long deadline) {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            return false;
        }
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.clientGone();
        }
        return true;
    }

    /** On the event loop: sends all that is pending, unless the socket is full; then again once it has drained. */
    private void flush() {
        Buffer out;
        boolean last;
        synchronized (this) {
            if (over || gone) {
                flushing = false;
                return;
            }
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> flush());
                return;
            }
            out = pending;
            pending = EMPTY;
            last = ending;
            flushing = false;
            notifyAll();
        }
        if (head > 0) {
            writeHead(head, headHeaders);
            response.setChunked(true);
            head = 0;
        }
        if (last) {
            endResponse(out);
        } else if (out.length() > 0) {
            response.write(out);
        }
    }

    private void writeHead(int status, List<Map.Entry<String, String>> headers) {
        unread = UnreadBody.of(request);
        response.setStatusCode(status);
        for (Map.Entry<String, String> header : headers) {
            response.putHeader(header.getKey(), header.getValue());
        }
        if (unread == UnreadBody.LARGE) {
            response.putHeader("connection", "close");
        }
    }

    private void endResponse(Buffer last) {
        finished();
        response.end(last);
        if (unread != UnreadBody.NONE) {
            context.runOnContext(loop -> unread.discard(request, context));
        }
    }

    private void finished() {
        synchronized (this) {
            over = true;
            notifyAll();
        }
    }

    private synchronized boolean isOver() {
        return over || gone;
    }

    private void left() {
        List<Runnable> actions;
        synchronized (this) {
            if (over || gone) {
                return;
            }
            gone = true;
            notifyAll();
            actions = List.copyOf(goneActions);
        }
        actions.forEach(Runnable::run);
    }
}
