/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.sse;

import java.nio.charset.StandardCharsets;

/**
 * The events of a Messages stream (protocol 1.7), told by their {@code event:} line, or where that is missing by the
 * {@code type} that their data begins with.
 */
public enum EventType {
    MESSAGE_START, CONTENT_BLOCK_START, CONTENT_BLOCK_DELTA, CONTENT_BLOCK_STOP, MESSAGE_DELTA, MESSAGE_STOP, PING,
    ERROR, OTHER;

    private static final EventType[] ALL = values();
    private static final byte[] FIELD = "event:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TYPE = "{\"type\":".getBytes(StandardCharsets.US_ASCII);

    private final byte[] name = name().toLowerCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII);

    /** The type of the event in {@code bytes[start, end)}; {@link #OTHER} for a comment or a name it does not know. */
    static EventType of(byte[] bytes, int start, int end) {
        int line = start;
        int data = end;
        while (line < end) {
            if (startsWith(bytes, line, end, FIELD)) {
                int name = line + FIELD.length;
                return named(bytes, afterSpace(bytes, name, end), end);
            }
            if (data == end && startsWith(bytes, line, end, DATA)) {
                data = afterSpace(bytes, line + DATA.length, end);
            }
            while (line < end && bytes[line] != '\n') {
                line++;
            }
            line++;
        }
        return typed(bytes, data, end);
    }

    private static EventType typed(byte[] bytes, int data, int end) {
        int value = startsWith(bytes, data, end, TYPE) ? afterSpace(bytes, data + TYPE.length, end) : end;
        return value < end && bytes[value] == '"' ? named(bytes, value + 1, end) : OTHER;
    }

    private static int afterSpace(byte[] bytes, int at, int end) {
        return at < end && bytes[at] == ' ' ? at + 1 : at;
    }

    private static EventType named(byte[] bytes, int start, int end) {
        for (EventType type : ALL) {
            int after = start + type.name.length;
            if (after < end && endsName(bytes[after]) && startsWith(bytes, start, end, type.name)) {
                return type;
            }
        }
        return OTHER;
    }

    private static boolean endsName(byte b) {
        return b == '\n' || b == '\r' || b == '"';
    }

    private static boolean startsWith(byte[] bytes, int start, int end, byte[] prefix) {
        if (end - start < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (bytes[start + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
