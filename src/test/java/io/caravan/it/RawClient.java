/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 connection, spoken by hand: a client that can send half a request, read slowly or vanish. Reads fail
 * after {@link Gateway#PATIENCE}. One thread at a time.
 */
public final class RawClient implements AutoCloseable {

    /** A response's status and its headers, their names in lower case; values of one name are joined by commas. */
    public record Head(int status, Map<String, String> headers) {

        public String header(String name) {
            return headers.get(name);
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final String host;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean bodyEnded;

    private RawClient(Socket socket, String host) throws IOException {
        this.socket = socket;
        this.in = new java.io.BufferedInputStream(socket.getInputStream(), 1024);
        this.host = host;
    }

    public static RawClient connect(URI gateway) {
        return connect(gateway, 0);
    }

    /** @param receiveBuffer the size of the socket's receive buffer, so that a client that does not read fills up soon */
    public static RawClient connect(URI gateway, int receiveBuffer) {
        try {
            Socket socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Gateway.PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()),
                    (int) Gateway.PATIENCE.toMillis());
            return new RawClient(socket, gateway.getHost() + ":" + gateway.getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends bytes as they are. */
    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a whole {@code POST} to {@code /v1/messages}; {@code headers} are whole lines. */
    public RawClient post(String json, String... headers) throws IOException {
        return postTo("/v1/messages", json, headers);
    }

    public RawClient postTo(String target, String json, String... headers) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        sendHead(target, concat(headers, "content-length: " + body.length));
        return send(body);
    }

    /** Sends the head of a {@code POST} with nothing in it but {@code headers}, whole lines, beside host and content type. */
    public RawClient sendHead(String target, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("POST " + target + " HTTP/1.1\r\nhost: " + host
                + "\r\ncontent-type: application/json\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return send(head.append("\r\n").toString());
    }

    private static String[] concat(String[] headers, String last) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = last;
        return all;
    }

    /** Reads the head of the next response. */
    public Head readHead() throws IOException {
        bodyEnded = false;
        held.reset();
        String statusLine = readLine();
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip(),
                    (one, other) -> one + ", " + other);
        }
        return new Head(Integer.parseInt(statusLine.split(" ")[1]), headers);
    }

    /** The next chunk of a chunked body, or null behind the last one. */
    public byte[] readChunk() throws IOException {
        if (bodyEnded) {
            return null;
        }
        int size = Integer.parseInt(readLine().strip(), 16);
        byte[] chunk = in.readNBytes(size);
        if (chunk.length < size || !readLine().isEmpty()) {
            throw new EOFException("The connection ended inside a chunk.");
        }
        bodyEnded = size == 0;
        return bodyEnded ? null : chunk;
    }

    /** The next server-sent event, its blank line included, or null at the end of the body. */
    public String readEvent() throws IOException {
        while (true) {
            byte[] bytes = held.toByteArray();
            int end = endOfEvent(bytes);
            if (end > 0) {
                held.reset();
                held.write(bytes, end, bytes.length - end);
                return new String(bytes, 0, end, StandardCharsets.UTF_8);
            }
            byte[] chunk = readChunk();
            if (chunk == null) {
                if (bytes.length > 0) {
                    throw new EOFException("The body ended inside an event: " + held);
                }
                return null;
            }
            held.write(chunk);
        }
    }

    private static int endOfEvent(byte[] bytes) {
        for (int i = 1; i < bytes.length; i++) {
            boolean unixEnd = bytes[i] == '\n' && bytes[i - 1] == '\n';
            boolean dosEnd = i > 2 && bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n';
            if (unixEnd || dosEnd) {
                return i + 1;
            }
        }
        return -1;
    }

    /** The name on the next event's {@code event:} line, or null at the end of the body. */
    public String readEventName() throws IOException {
        String event = readEvent();
        if (event == null) {
            return null;
        }
        return event.lines().filter(line -> line.startsWith("event:")).map(line -> line.substring(6).strip())
                .findFirst().orElse("");
    }

    /** As much of a chunked body as has come once there are {@code count} bytes of it. */
    public byte[] readAtLeast(int count) throws IOException {
        while (held.size() < count) {
            byte[] chunk = readChunk();
            if (chunk == null) {
                throw new EOFException("The body ended after " + held.size() + " bytes.");
            }
            held.write(chunk);
        }
        byte[] bytes = held.toByteArray();
        held.reset();
        return bytes;
    }

    /** What is left of a chunked body. */
    public byte[] readRest() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        held.writeTo(rest);
        held.reset();
        for (byte[] chunk = readChunk(); chunk != null; chunk = readChunk()) {
            rest.write(chunk);
        }
        return rest.toByteArray();
    }

    /** The body of a response with {@code content-length}. */
    public String readBody(Head head) throws IOException {
        return new String(in.readNBytes(Integer.parseInt(head.header("content-length"))), StandardCharsets.UTF_8);
    }

    /** Whether the gateway ends the connection next, in order or by a reset, instead of sending more. */
    public boolean readsEnd() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("The connection ended after: " + line);
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** Vanishes with a TCP reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Leaves in the ordinary way. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
