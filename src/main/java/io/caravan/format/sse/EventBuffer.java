/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.sse;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Collects the bytes of an event stream and gives them out event by event, as they came. One thread at a time.
 *
 * <pre>{@code
 * while (buffer.fill(in) >= 0) {
 *     while (buffer.next()) { … buffer.bytes(), buffer.start(), buffer.end(), buffer.type() … }
 * }
 * }</pre>
 */
public final class EventBuffer {

    private static final int FIRST_SIZE = 8 * 1024;

    private final int limit;
    private byte[] bytes = new byte[FIRST_SIZE];
    private int start;
    private int end;
    private int scanned;
    private int filled;
    private EventType type;

    /** @param limit the most bytes held for one unfinished event; see {@link #overfull()} */
    public EventBuffer(int limit) {
        this.limit = limit;
    }

    /**
     * Reads once, whatever has arrived; blocks if nothing has. Gives up all events taken so far.
     *
     * @return how many bytes came, or -1 at the end of {@code in}
     */
    public int fill(InputStream in) throws IOException {
        System.arraycopy(bytes, end, bytes, 0, filled - end);
        scanned -= end;
        filled -= end;
        start = 0;
        end = 0;
        if (filled == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        int count = in.read(bytes, filled, bytes.length - filled);
        if (count > 0) {
            filled += count;
        }
        return count;
    }

    /** Moves to the next whole event, the blank line that ends it included; false if more bytes are needed. */
    public boolean next() {
        start = end;
        for (int i = Math.max(scanned, start); i < filled; i++) {
            if (bytes[i] == '\n' && endsEmptyLine(i)) {
                end = i + 1;
                scanned = end;
                type = EventType.of(bytes, start, end);
                return true;
            }
        }
        scanned = filled;
        return false;
    }

    private boolean endsEmptyLine(int newline) {
        int before = newline - 1;
        if (before >= start && bytes[before] == '\r') {
            before--;
        }
        return before < start || bytes[before] == '\n';
    }

    /** Whether an unfinished event is larger than the limit: {@link #takeRest()} passes it on in parts. */
    public boolean overfull() {
        return filled - end > limit;
    }

    /** Gives out all that is held as if it were an event, though it is a part of one. */
    public void takeRest() {
        start = end;
        end = filled;
        scanned = filled;
        type = EventType.OTHER;
    }

    /** The array that holds the current event; valid until the next {@link #fill}. */
    public byte[] bytes() {
        return bytes;
    }

    public int start() {
        return start;
    }

    public int end() {
        return end;
    }

    public EventType type() {
        return type;
    }

    /** First byte of the current event's {@code data} value; its end if there is none. */
    public int dataStart() {
        for (int i = start; i + 5 < end; i++) {
            if ((i == start || bytes[i - 1] == '\n') && bytes[i] == 'd' && bytes[i + 1] == 'a' && bytes[i + 2] == 't'
                    && bytes[i + 3] == 'a' && bytes[i + 4] == ':') {
                return i + 5;
            }
        }
        return end;
    }

    /** First byte behind the line that begins at or before {@code from}, without its line end. */
    public int lineEnd(int from) {
        int at = from;
        while (at < end && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        return at;
    }
}
