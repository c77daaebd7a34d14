/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.format.json.Edit;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Message;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** An attempt's body as HttpClient sends it: the client's own bytes, in slices, with the edits between. */
final class AttemptEntity extends AbstractHttpEntity {

    private static final List<String> TRACE = List.of("traceparent", "tracestate");

    private final Attempt attempt;
    private final Message message;
    private final long length;
    private boolean begun;

    /** @param message whose body it is */
    AttemptEntity(Attempt attempt, Message message) {
        super((String) null, null);
        this.attempt = attempt;
        this.message = message;
        this.length = attempt.purpose().outgoing().length();
    }

    Attempt attempt() {
        return attempt;
    }

    /** Writes the headers that go out: the attempt's, and in the place of the client's trace that of a tracer, if there is one. */
    void writeHeaders(HttpRequest request) {
        attempt.headers().forEach(header -> request.setHeader(header.getKey(), header.getValue()));
        if (message.getHeader(TRACE.get(0)) == null) {
            return;
        }
        for (String name : TRACE) {
            request.removeHeaders(name);
            Optional.ofNullable(message.getHeader(name, String.class)).ifPresent(value -> request.setHeader(name, value));
        }
    }

    /** Whether a connection has begun to take it since {@link #again}. */
    boolean begun() {
        return begun;
    }

    /** It is about to be sent, maybe once more. */
    void again() {
        begun = false;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        begun = true;
        for (Edit.Slice slice : attempt.purpose().outgoing().body()) {
            out.write(slice.bytes(), slice.offset(), slice.length());
        }
    }

    @Override
    public java.io.InputStream getContent() {
        throw new UnsupportedOperationException("An attempt's body is written, never read.");
    }

    @Override
    public boolean isStreaming() {
        return false;
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public long getContentLength() {
        return length;
    }

    @Override
    public void close() {
        // Holds nothing but memory.
    }
}
