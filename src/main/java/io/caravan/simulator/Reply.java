/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * The answer to one request, written to the client's socket with nothing in between: each call is one write.
 *
 * <p>The head goes out with the first byte of the body. Three ways to write a body, not to be mixed: {@link #send} for a
 * whole one with its length, {@link #startStream} with {@link #event}, {@link #chunk} and {@link #endStream} for a
 * chunked one, {@link #bytes} for bytes without any framing of this class's. Used by the connection's thread alone.
 * Every method that writes throws an {@link IOException} when the peer has gone.
 */
public final class Reply {

    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(200, "OK"), Map.entry(307, "Temporary Redirect"), Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"), Map.entry(403, "Forbidden"), Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"), Map.entry(429, "Too Many Requests"),
            Map.entry(500, "Internal Server Error"), Map.entry(502, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"), Map.entry(504, "Gateway Timeout"));
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private enum Stage { NEW, RAW, STREAM, DONE }

    private final Connection connection;
    private final boolean headOnly;
    private final StringBuilder headers = new StringBuilder(512);
    private int status = 200;
    private Stage stage = Stage.NEW;
    private long announced = -1;
    private long written;
    private boolean typed;
    private ByteForm form = ByteForm.PLAIN;
    private ByteArrayOutputStream held;
    private ByteArrayOutputStream compressed;
    private GZIPOutputStream compressor;

    Reply(Connection connection, boolean headOnly) {
        this.connection = connection;
        this.headOnly = headOnly;
    }

    /** The status of the head, 200 if never set. */
    public Reply status(int value) {
        status = value;
        return this;
    }

    /** Adds a header; one of the same name stays. */
    public Reply header(String name, String value) {
        if (name.equalsIgnoreCase("content-length")) {
            announced = Long.parseLong(value);
        }
        typed |= name.equalsIgnoreCase("content-type");
        headers.append(name).append(": ").append(value).append("\r\n");
        return this;
    }

    /** Adds header lines that are already in their wire form. */
    Reply headerLines(String lines) {
        headers.append(lines);
        return this;
    }

    /** How the bytes of the body reach the socket. To be set before the first of them. */
    Reply form(ByteForm value) throws IOException {
        form = value;
        if (form.gzip()) {
            header("content-encoding", "gzip");
            compressed = new ByteArrayOutputStream();
            compressor = new GZIPOutputStream(compressed, true);
        }
        if (form.oneChunk()) {
            held = new ByteArrayOutputStream();
        }
        return this;
    }

    /** Writes head and body, with {@code content-length}, and ends the answer. */
    public void send(byte[] body) throws IOException {
        byte[] bytes = form.gzip() ? compress(body, true) : body;
        if (announced < 0) {
            headers.append("content-length: ").append(bytes.length).append("\r\n");
        }
        byte[] head = head();
        if (form.isPlain() || form.gzip()) {
            int count = headOnly ? 0 : bytes.length;
            byte[] all = new byte[head.length + count];
            System.arraycopy(head, 0, all, 0, head.length);
            System.arraycopy(bytes, 0, all, head.length, count);
            connection.write(all, 0, all.length);
        } else {
            connection.write(head, 0, head.length);
            form.write(bytes, connection::write, this::pause);
        }
        stage = Stage.DONE;
    }

    /**
     * Writes bytes as they are, after the head if it is not out yet. The head gets no framing header of its own: without
     * a {@code content-length} that these bytes fill, the connection closes at the end of the answer.
     */
    public void bytes(byte[] body) throws IOException {
        if (stage == Stage.NEW) {
            stage = Stage.RAW;
            writeAll(head());
        }
        writeAll(body);
        written += body.length;
    }

    /** Writes bytes in place of head and body, as little or as wrong as they are; the connection closes behind them. */
    public void raw(byte[] all) throws IOException {
        stage = Stage.RAW;
        announced = -1;
        writeAll(all);
    }

    /** Writes the head of a chunked answer; its content type is an event stream's unless one is set. */
    public void startStream() throws IOException {
        if (!typed) {
            header("content-type", "text/event-stream; charset=utf-8");
            header("cache-control", "no-cache");
        }
        headers.append("transfer-encoding: chunked\r\n");
        stage = Stage.STREAM;
        writeAll(head());
    }

    /** Writes one event as one chunk; without a name it has only its data line. */
    public void event(String name, String json) throws IOException {
        String text = name == null
                ? "data: " + json + "\n\n"
                : "event: " + name + "\ndata: " + json + "\n\n";
        chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes one chunk. */
    public void chunk(byte[] data) throws IOException {
        byte[] bytes = form.gzip() ? compress(data, false) : data;
        if (held != null) {
            held.write(bytes);
        } else if (form.isPlain()) {
            writeChunk(bytes, 0, bytes.length);
        } else {
            form.write(bytes, this::writeChunk, this::pause);
        }
    }

    /** Writes the last chunk; the connection can be used again. */
    public void endStream() throws IOException {
        if (form.gzip()) {
            byte[] trailer = compress(new byte[0], true);
            if (held != null) {
                held.write(trailer);
            } else {
                writeChunk(trailer, 0, trailer.length);
            }
        }
        if (held != null) {
            writeChunk(held.toByteArray(), 0, held.size());
        }
        writeAll(LAST_CHUNK);
        stage = Stage.DONE;
    }

    /** Ends the connection with a TCP reset, whatever was written. */
    public void reset() throws IOException {
        connection.reset();
    }

    /** Closes the socket in the ordinary way, whatever was written. */
    public void closeSocket() throws IOException {
        connection.close();
    }

    /**
     * Waits for the peer to close or half-close its side.
     *
     * @return true as soon as it has, false if it is still there after that time
     */
    public boolean awaitPeerClose(Duration atMost) throws IOException {
        return connection.awaitPeerClose(atMost.toMillis());
    }

    /** Waits, and throws as soon as the peer leaves. */
    void pause(long millis) throws IOException {
        if (millis > 0 && connection.awaitPeerClose(millis)) {
            throw new IOException("the peer has gone");
        }
    }

    /** Says nothing more until the peer leaves. */
    void waitForPeer() throws IOException {
        connection.awaitPeerClose(Duration.ofDays(1).toMillis());
        connection.close();
    }

    /** Completes an answer of which nothing was written; true if the connection can take another request. */
    boolean finish() throws IOException {
        if (!connection.isOpen()) {
            return false;
        }
        if (stage == Stage.NEW) {
            send(new byte[0]);
        }
        return stage == Stage.DONE || stage == Stage.RAW && written == announced;
    }

    private byte[] head() {
        return ("HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "Status") + "\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private void writeAll(byte[] bytes) throws IOException {
        connection.write(bytes, 0, bytes.length);
    }

    private void writeChunk(byte[] data, int from, int count) throws IOException {
        if (count == 0) {
            return;
        }
        byte[] size = (Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] chunk = new byte[size.length + count + 2];
        System.arraycopy(size, 0, chunk, 0, size.length);
        System.arraycopy(data, from, chunk, size.length, count);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        writeAll(chunk);
    }

    private byte[] compress(byte[] data, boolean last) throws IOException {
        compressor.write(data);
        if (last) {
            compressor.finish();
        } else {
            compressor.flush();
        }
        byte[] bytes = compressed.toByteArray();
        compressed.reset();
        return bytes;
    }
}
