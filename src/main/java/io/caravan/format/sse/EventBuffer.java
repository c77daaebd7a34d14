/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.sse;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;

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

    /**
     * The events of a Messages stream, told by their {@code event:} line, or where that is missing by the {@code type} that
     * their data begins with.
     */
    public enum Type {
        MESSAGE_START, CONTENT_BLOCK_START, CONTENT_BLOCK_DELTA, CONTENT_BLOCK_STOP, MESSAGE_DELTA, MESSAGE_STOP, PING,
        ERROR,
        /** A comment, or an event of a name that is not known. */
        OTHER;

        private static final Type[] ALL = values();
        private static final byte[] EVENT = Lines.ascii("event:");
        private static final byte[] TYPE = Lines.ascii("{\"type\":");

        private final byte[] name = Lines.ascii(name().toLowerCase(Locale.ROOT));
        private final byte[] line = Lines.ascii("event: " + name().toLowerCase(Locale.ROOT) + "\n");

        /** The line that names an event of this type. The array is shared. */
        public byte[] line() {
            return line;
        }

        /** The type of this name. */
        public static Type of(String name) {
            byte[] ended = Lines.ascii(name + '"');
            return named(ended, 0, ended.length);
        }

        /** The type of the event in {@code bytes[start, end)}. */
        public static Type of(byte[] bytes, int start, int end) {
            int data = end;
            for (int line = start; line < end; line = Lines.end(bytes, line, end) + 1) {
                if (Lines.startsWith(bytes, line, end, EVENT)) {
                    return named(bytes, Lines.value(bytes, line + EVENT.length, end), end);
                }
                if (data == end && Lines.startsWith(bytes, line, end, DATA)) {
                    data = Lines.value(bytes, line + DATA.length, end);
                }
            }
            return typed(bytes, data, end);
        }

        private static Type typed(byte[] bytes, int data, int end) {
            if (!Lines.startsWith(bytes, data, end, TYPE)) {
                return OTHER;
            }
            int value = Lines.value(bytes, data + TYPE.length, end);
            if (value < end && bytes[value] == '"') {
                return named(bytes, value + 1, end);
            }
            return OTHER;
        }

        private static Type named(byte[] bytes, int start, int end) {
            for (Type type : ALL) {
                int after = start + type.name.length;
                if (after < end && endsName(bytes[after]) && Lines.startsWith(bytes, start, end, type.name)) {
                    return type;
                }
            }
            return OTHER;
        }

        private static boolean endsName(byte b) {
            return switch (b) {
                case '\n', '\r', '"' -> true;
                default -> false;
            };
        }
    }

    /** The name of the field that an event's data stands in, with its colon. */
    static final byte[] DATA = Lines.ascii("data:");

    private static final int FIRST_SIZE = 8 * 1024;

    private final int limit;
    private byte[] bytes = new byte[FIRST_SIZE];
    private int start;
    private int end;
    private int scanned;
    private int filled;
    private Type type = Type.OTHER;

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

    /** The first byte of what is held that is no blank and in no comment; -1 if there is none yet. */
    public int firstByte() {
        int at = first(bytes, end, filled);
        return at == filled ? -1 : bytes[at];
    }

    /** Where in {@code bytes[from, to)} the first byte stands that is no blank, no byte order mark and in no comment. */
    public static int first(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (bytes[at] == ':') {
                at = Lines.end(bytes, at, to);
            } else if (isBlank(bytes[at])) {
                at++;
            } else {
                return at;
            }
        }
        return to;
    }

    /** Blanks, and the three bytes of a byte order mark, with which nothing else begins. */
    private static boolean isBlank(byte b) {
        return switch (b) {
            case ' ', '\t', '\r', '\n', (byte) 0xef, (byte) 0xbb, (byte) 0xbf -> true;
            default -> false;
        };
    }

    /** Moves to the next whole event, the blank line that ends it included; false if more bytes are needed. */
    public boolean next() {
        start = end;
        for (int i = lineFeed(Math.max(scanned, start)); i < filled; i = lineFeed(i + 1)) {
            if (endsEmptyLine(i)) {
                end = i + 1;
                scanned = end;
                type = Type.of(bytes, start, end);
                return true;
            }
        }
        scanned = filled;
        return false;
    }

    private int lineFeed(int from) {
        return Lines.end(bytes, from, filled);
    }

    private boolean endsEmptyLine(int newline) {
        int before = newline - 1;
        if (before >= start && bytes[before] == '\r') {
            before--;
        }
        return before < start || bytes[before] == '\n';
    }

    /** The first byte behind the event in {@code bytes[start, to)}, the blank line that ends it included; {@code to} if none does. */
    public static int eventEnd(byte[] bytes, int start, int to) {
        int line = start;
        while (line < to) {
            int end = Lines.end(bytes, line, to);
            boolean empty = end == line || end == line + 1 && bytes[line] == '\r';
            if (empty && end < to) {
                return end + 1;
            }
            line = end + 1;
        }
        return to;
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
        type = Type.OTHER;
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

    public Type type() {
        return type;
    }

    /** Whether the current event has an {@code event:} line. */
    public boolean isNamed() {
        if (bytes[start] == 'e') {
            return true;
        }
        for (int line = start; line < end; line = Lines.end(bytes, line, end) + 1) {
            if (Lines.startsWith(bytes, line, end, Type.EVENT)) {
                return true;
            }
        }
        return false;
    }

    /** First byte of the current event's {@code data} value; its end if there is none. */
    public int dataStart() {
        for (int line = start; line < end; line = Lines.end(bytes, line, end) + 1) {
            if (Lines.startsWith(bytes, line, end - 1, DATA)) {
                return line + DATA.length;
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
