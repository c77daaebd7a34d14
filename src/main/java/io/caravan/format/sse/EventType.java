package io.caravan.format.sse;

import java.nio.charset.StandardCharsets;

/** The events of a Messages stream (protocol 1.7), told by their {@code event:} line. */
public enum EventType {
    MESSAGE_START, CONTENT_BLOCK_START, CONTENT_BLOCK_DELTA, CONTENT_BLOCK_STOP, MESSAGE_DELTA, MESSAGE_STOP, PING,
    ERROR, OTHER;

    private static final EventType[] ALL = values();
    private static final byte[] FIELD = "event:".getBytes(StandardCharsets.US_ASCII);

    private final byte[] name = name().toLowerCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII);

    /** The type of the event in {@code bytes[start, end)}; {@link #OTHER} for a comment or a name it does not know. */
    static EventType of(byte[] bytes, int start, int end) {
        int line = start;
        while (line < end) {
            if (startsWith(bytes, line, end, FIELD)) {
                int name = line + FIELD.length;
                return named(bytes, name < end && bytes[name] == ' ' ? name + 1 : name, end);
            }
            while (line < end && bytes[line] != '\n') {
                line++;
            }
            line++;
        }
        return OTHER;
    }

    private static EventType named(byte[] bytes, int start, int end) {
        for (EventType type : ALL) {
            int after = start + type.name.length;
            if (after < end && (bytes[after] == '\n' || bytes[after] == '\r') && startsWith(bytes, start, end, type.name)) {
                return type;
            }
        }
        return OTHER;
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
