/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.sse;

import io.caravan.format.json.Bytes;
import java.util.Arrays;

/** The {@code data} of one server-sent event. */
public final class EventData {

    private static final byte[] NOTHING = {};
    private static final byte[] DONE = Lines.ascii("[DONE]");
    private static final byte[] ERROR = Lines.ascii("event: error");
    private static final byte[] BARE_ERROR = Lines.ascii("event:error");

    private byte[] bytes = NOTHING;
    private int start;
    private int end;
    private boolean done;
    private boolean error;

    private EventData() {
    }

    /**
     * Reads the event in {@code bytes[start, end)}; several data lines become one, a space between them, which is all the
     * same to JSON.
     */
    public static EventData read(byte[] bytes, int start, int end) {
        EventData data = new EventData();
        int line = start;
        while (line < end) {
            int next = Lines.end(bytes, line, end);
            data.readLine(bytes, line, withoutReturn(bytes, line, next));
            line = next + 1;
        }
        return data;
    }

    private static int withoutReturn(byte[] bytes, int line, int end) {
        if (end > line && bytes[end - 1] == '\r') {
            return end - 1;
        }
        return end;
    }

    private void readLine(byte[] from, int lineStart, int lineEnd) {
        if (!Lines.startsWith(from, lineStart, lineEnd - 1, EventBuffer.DATA)) {
            error |= Lines.startsWith(from, lineStart, lineEnd, ERROR) || Lines.startsWith(from, lineStart, lineEnd, BARE_ERROR);
            return;
        }
        int at = lineStart + EventBuffer.DATA.length;
        while (at < lineEnd && from[at] == ' ') {
            at++;
        }
        if (Lines.startsWith(from, at, lineEnd, DONE)) {
            done = true;
        } else if (isEmpty()) {
            bytes = from;
            start = at;
            end = lineEnd;
        } else {
            append(from, at, lineEnd);
        }
    }

    private void append(byte[] from, int at, int lineEnd) {
        Bytes joined = new Bytes(end - start + lineEnd - at + 1);
        joined.write(bytes, start, end - start);
        joined.write(' ');
        joined.write(from, at, lineEnd - at);
        bytes = joined.toByteArray();
        start = 0;
        end = bytes.length;
    }

    /** Whether it says {@code [DONE]}. */
    public boolean isDone() {
        return done;
    }

    /** Whether the event is named an error. */
    public boolean isError() {
        return error;
    }

    public boolean isEmpty() {
        return end == start;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int start() {
        return start;
    }

    public int length() {
        return end - start;
    }

    /** The data as an array of its own. */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, start, end);
    }
}
