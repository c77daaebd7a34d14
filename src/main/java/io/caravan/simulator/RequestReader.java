/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads HTTP/1.1 requests from a connection, one after another. */
final class RequestReader {

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final int LARGEST_BODY = 256 * 1024 * 1024;
    private static final byte[] NO_BODY = new byte[0];

    private final Connection connection;
    private boolean keepAlive;

    RequestReader(Connection connection) {
        this.connection = connection;
    }

    /** The next request, or null when the peer is done. */
    RecordedRequest next() throws IOException {
        String line = connection.readLine();
        while (line != null && line.isEmpty()) {
            line = connection.readLine();
        }
        if (line == null) {
            return null;
        }
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first <= 0 || last <= first) {
            throw new IOException("not a request line: " + line);
        }
        String method = line.substring(0, first);
        String target = line.substring(first + 1, last);
        keepAlive = line.endsWith("/1.1");
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        byte[] body = readBody(headers);
        Dialect dialect = Dialect.of(target);
        return new RecordedRequest(method, target, headers, body, dialect == null ? "unknown" : dialect.id());
    }

    /** Whether the request read last lets the connection stay open. */
    boolean keepAlive() {
        return keepAlive;
    }

    private byte[] readBody(List<Map.Entry<String, String>> headers) throws IOException {
        int length = 0;
        boolean chunked = false;
        boolean expectsContinue = false;
        for (String line = connection.readLine(); ; line = connection.readLine()) {
            if (line == null) {
                throw new EOFException("the head ended early");
            }
            if (line.isEmpty()) {
                break;
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IOException("not a header: " + line);
            }
            String name = line.substring(0, colon);
            String value = line.substring(colon + 1).trim();
            headers.add(Map.entry(name, value));
            if (name.equalsIgnoreCase("content-length")) {
                length = Integer.parseInt(value);
            } else if (name.equalsIgnoreCase("transfer-encoding")) {
                chunked = value.equalsIgnoreCase("chunked");
            } else if (name.equalsIgnoreCase("expect")) {
                expectsContinue = value.equalsIgnoreCase("100-continue");
            } else if (name.equalsIgnoreCase("connection") && value.equalsIgnoreCase("close")) {
                keepAlive = false;
            }
        }
        if (expectsContinue) {
            connection.write(CONTINUE, 0, CONTINUE.length);
        }
        if (chunked) {
            return readChunks();
        }
        if (length == 0) {
            return NO_BODY;
        }
        byte[] body = new byte[checked(length)];
        connection.readFully(body, 0, length);
        return body;
    }

    private byte[] readChunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(requireLine().split(";")[0].trim(), 16);
            if (size == 0) {
                break;
            }
            checked(body.size() + size);
            byte[] chunk = new byte[size];
            connection.readFully(chunk, 0, size);
            body.write(chunk);
            requireLine();
        }
        while (!requireLine().isEmpty()) {
            continue;
        }
        return body.toByteArray();
    }

    private String requireLine() throws IOException {
        String line = connection.readLine();
        if (line == null) {
            throw new EOFException("the body ended early");
        }
        return line;
    }

    private static int checked(int length) throws IOException {
        if (length < 0 || length > LARGEST_BODY) {
            throw new IOException("body of " + length + " bytes");
        }
        return length;
    }
}
