/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.sse;

import io.caravan.format.json.Bytes;

/** The {@code data} of one server-sent event. */
public final class EventData {

    private byte[] bytes;
    private int start;
    private int end;
    private boolean done;

    private EventData() {
    }

    /** Reads the event in {@code bytes[start, end)}; several data lines become one, a space between them, which is all the same to JSON. */
    public static EventData read(byte[] bytes, int start, int end) {
        EventData data = new EventData();
        int line = start;
        while (line < end) {
            int next = line;
            while (next < end && bytes[next] != '\n') {
                next++;
            }
            data.readLine(bytes, line, next > line && bytes[next - 1] == '\r' ? next - 1 : next);
            line = next + 1;
        }
        return data;
    }

    private void readLine(byte[] from, int lineStart, int lineEnd) {
        boolean isData = lineEnd - lineStart > 5 && from[lineStart] == 'd' && from[lineStart + 1] == 'a'
                && from[lineStart + 2] == 't' && from[lineStart + 3] == 'a' && from[lineStart + 4] == ':';
        if (!isData) {
            return;
        }
        int at = lineStart + 5;
        while (at < lineEnd && from[at] == ' ') {
            at++;
        }
        if (lineEnd - at >= 6 && from[at] == '[' && from[at + 1] == 'D' && from[at + 2] == 'O' && from[at + 3] == 'N'
                && from[at + 4] == 'E' && from[at + 5] == ']') {
            done = true;
        } else if (isEmpty()) {
            bytes = from;
            start = at;
            end = lineEnd;
        } else {
            Bytes joined = new Bytes(end - start + lineEnd - at + 1);
            joined.write(bytes, start, end - start);
            joined.write(' ');
            joined.write(from, at, lineEnd - at);
            bytes = joined.toByteArray();
            start = 0;
            end = bytes.length;
        }
    }

    /** Whether it says {@code [DONE]}. */
    public boolean isDone() {
        return done;
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
}
