/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client socket with its read buffer.
 *
 * <p>Its own thread reads and writes. Whenever that thread waits it does so by reading, so that it sees the peer leave;
 * while foreign code holds the thread, {@link #watch} reads in its place. A blocked write needs no watching: a peer that
 * closes with unread bytes resets the connection, and the write fails.
 */
final class Connection implements AutoCloseable {

    private static final int WATCH_INTERVAL_MILLIS = 10;
    private static final int LONGEST_LINE = 64 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final Runnable onGone;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final CountDownLatch gone = new CountDownLatch(1);
    private byte[] buffer = new byte[16 * 1024];
    private int position;
    private int limit;
    private volatile boolean watching;
    private volatile CountDownLatch watchEnded;

    /** @param onGone called once, when the peer is seen to have left or this side closes */
    Connection(Socket socket, Runnable onGone) throws IOException {
        this.socket = socket;
        this.onGone = onGone;
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** A line without its end, or null at the end of the stream. */
    String readLine() throws IOException {
        int scanned = position;
        while (true) {
            for (; scanned < limit; scanned++) {
                if (buffer[scanned] == '\n') {
                    int end = scanned > position && buffer[scanned - 1] == '\r' ? scanned - 1 : scanned;
                    String line = new String(buffer, position, end - position, StandardCharsets.ISO_8859_1);
                    position = scanned + 1;
                    return line;
                }
            }
            int offset = scanned - position;
            if (offset >= LONGEST_LINE) {
                throw new IOException("line too long");
            }
            if (fill(0) < 0) {
                return null;
            }
            scanned = position + offset;
        }
    }

    void readFully(byte[] target, int from, int count) throws IOException {
        int buffered = Math.min(count, limit - position);
        System.arraycopy(buffer, position, target, from, buffered);
        position += buffered;
        socket.setSoTimeout(0);
        for (int done = buffered; done < count; ) {
            int read = in.read(target, from + done, count - done);
            if (read < 0) {
                throw new EOFException("the request ended early");
            }
            done += read;
        }
    }

    private int fill(int timeoutMillis) throws IOException {
        if (position == limit) {
            position = 0;
            limit = 0;
        } else if (limit == buffer.length) {
            byte[] room = position > 0 ? buffer : new byte[buffer.length * 2];
            System.arraycopy(buffer, position, room, 0, limit - position);
            buffer = room;
            limit -= position;
            position = 0;
        }
        socket.setSoTimeout(timeoutMillis);
        int read = in.read(buffer, limit, buffer.length - limit);
        if (read > 0) {
            limit += read;
        }
        return read;
    }

    /** Sends at once. */
    void write(byte[] bytes, int from, int count) throws IOException {
        try {
            out.write(bytes, from, count);
        } catch (IOException e) {
            markGone();
            throw e;
        }
    }

    /** Waits; true as soon as the peer has closed or half-closed, false if it is still there after that time. */
    boolean awaitPeerClose(long millis) throws IOException {
        try {
            if (watching) {
                return gone.await(millis, TimeUnit.MILLISECONDS);
            }
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            for (long left = millis; left > 0; left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) {
                if (gone.getCount() == 0) {
                    return true;
                }
                if (limit - position >= LONGEST_LINE) {
                    Thread.sleep(left);
                } else {
                    peek((int) Math.min(left, Integer.MAX_VALUE));
                }
            }
            return gone.getCount() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void peek(int millis) {
        try {
            if (fill(millis) < 0) {
                markGone();
            }
        } catch (SocketTimeoutException e) {
            return;
        } catch (IOException e) {
            markGone();
        }
    }

    /** Lets another thread look out for the peer's leaving until {@link #unwatch}. */
    void watch(Executor executor) {
        CountDownLatch ended = new CountDownLatch(1);
        watchEnded = ended;
        watching = true;
        executor.execute(() -> {
            while (watching && gone.getCount() > 0 && limit - position < LONGEST_LINE) {
                peek(WATCH_INTERVAL_MILLIS);
            }
            ended.countDown();
        });
    }

    void unwatch() throws IOException {
        watching = false;
        try {
            watchEnded.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Ends the connection with a TCP reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        close();
    }

    @Override
    public void close() throws IOException {
        markGone();
        socket.close();
    }

    private void markGone() {
        if (open.compareAndSet(true, false)) {
            gone.countDown();
            onGone.run();
        }
    }

    boolean isOpen() {
        return open.get();
    }
}
