/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.format.JsonScanner;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.sse.EventData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts the tool uses of a Messages stream together from its events. Of most events it looks at nothing: a delta counts only
 * while a tool use is open, and then its piece of JSON is kept as it stands, to be read once. One stream, one thread.
 */
final class ToolUseReader {

    /** A tool use with more input than this is not read. */
    private static final int LONGEST_INPUT = 4 * 1024 * 1024;
    private static final int NO_INDEX = -1;
    private static final byte[] HEAD = ascii("{\"type\":\"content_block_delta\",\"index\":");
    /** Up to the quote that the piece begins with. */
    private static final byte[] PIECE = ascii(",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":");

    /** Takes what has been read. */
    interface Found {

        /**
         * A tool use that is whole.
         *
         * @param length how long its input is as it came, in bytes, or more
         */
        void whole(String id, String tool, JsonNode input, int length);

        /** A tool use of which nobody can say what it would do. */
        void unreadable(String id, String tool, Judgement.Reason why);
    }

    /** A tool use whose block has begun and not ended. */
    private static final class Open {
        private final String id;
        private final String tool;
        private final JsonNode atStart;
        private final int startLength;
        private final Bytes pieces = new Bytes(512);
        private boolean readable = true;

        Open(JsonNode block, int startLength) {
            this.startLength = startLength;
            id = block.path("id").asText();
            tool = block.path("name").asText();
            atStart = block.path("input");
            pieces.write('"');
        }

        /** Adds the string that stands in {@code bytes[from, to)}, its quotes included. */
        void add(byte[] bytes, int from, int to) {
            if (pieces.size() <= LONGEST_INPUT) {
                pieces.write(bytes, from + 1, to - from - 2);
            }
        }
    }

    private final Found found;
    private final Map<Integer, Open> open = new HashMap<>(4);

    ToolUseReader(Found found) {
        this.found = found;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes a {@code content_block_start}. */
    void start(byte[] bytes, int from, int to) {
        EventData data = EventData.read(bytes, from, to);
        JsonNode event = MissingNode.getInstance();
        try {
            event = Json.MAPPER.readTree(data.bytes(), data.start(), data.length());
        } catch (IOException e) {
            // The client cannot read it either.
        }
        JsonNode block = event.path("content_block");
        if (block.path("type").asText().equals("tool_use")) {
            open.put(event.path("index").asInt(NO_INDEX), new Open(block, data.length()));
        }
    }

    /** Takes a {@code content_block_delta}. */
    void delta(byte[] bytes, int from, int to) {
        if (open.isEmpty()) {
            return;
        }
        EventData data = EventData.read(bytes, from, to);
        int end = data.start() + data.length();
        try {
            if (!usual(data.bytes(), data.start(), end)) {
                delta(data.bytes(), new JsonScanner(data.bytes(), data.start(), end));
            }
        } catch (IOException e) {
            open.values().forEach(use -> use.readable = false);
        }
    }

    /** Takes a delta as most upstreams write it, without looking at each member; whether it is one. */
    private boolean usual(byte[] bytes, int from, int to) throws IOException {
        int at = behind(HEAD, bytes, from, to);
        int digits = at;
        while (at > 0 && at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        int string = behind(PIECE, bytes, at, to);
        boolean quoted = string > 0 && at > digits && bytes[string] == '"';
        if (!quoted) {
            return false;
        }
        JsonScanner piece = new JsonScanner(bytes, string, to);
        piece.skip();
        boolean whole = piece.peek() == '}' && to - piece.at() == 2 && bytes[to - 1] == '}';
        Open use = open.get(number(bytes, digits, at));
        if (whole && use != null) {
            use.add(bytes, string, piece.at());
        }
        return whole;
    }

    /** The index behind {@code words} where they stand at {@code from}; else -1. */
    private static int behind(byte[] words, byte[] bytes, int from, int to) {
        int end = from + words.length;
        boolean there = from >= 0 && end < to && Arrays.equals(words, 0, words.length, bytes, from, end);
        return there ? end : -1;
    }

    private void delta(byte[] bytes, JsonScanner json) throws IOException {
        if (json.peek() != '{') {
            return;
        }
        int index = NO_INDEX;
        int from = 0;
        int to = 0;
        for (boolean more = json.open('}'); more; more = json.next('}')) {
            String name = json.name();
            int start = json.at();
            json.skip();
            switch (name) {
                case "index" -> index = number(bytes, start, json.at());
                case "delta" -> {
                    from = start;
                    to = json.at();
                }
                default -> { }
            }
        }
        Open use = open.get(index);
        if (use != null) {
            piece(use, bytes, new JsonScanner(bytes, from, to));
        }
    }

    private static void piece(Open use, byte[] bytes, JsonScanner delta) throws IOException {
        if (delta.peek() != '{') {
            return;
        }
        for (boolean more = delta.open('}'); more; more = delta.next('}')) {
            boolean input = delta.name().equals("partial_json") && delta.peek() == '"';
            int start = delta.at();
            delta.skip();
            if (input) {
                use.add(bytes, start, delta.at());
            }
        }
    }

    private static int number(byte[] bytes, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return NO_INDEX;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /** Takes a {@code content_block_stop}. */
    void stop(byte[] bytes, int from, int to) {
        if (open.isEmpty()) {
            return;
        }
        EventData data = EventData.read(bytes, from, to);
        try {
            JsonNode event = Json.MAPPER.readTree(data.bytes(), data.start(), data.length());
            Open use = open.remove(event.path("index").asInt(NO_INDEX));
            if (use != null) {
                close(use);
            }
        } catch (IOException e) {
            // It ends nothing: what is open counts as cut short.
        }
    }

    /** Takes the end of the message: what is still open was cut short. */
    void end() {
        open.values().forEach(use -> found.unreadable(use.id, use.tool, Judgement.Reason.TRUNCATED));
        open.clear();
    }

    private void close(Open use) {
        if (use.pieces.size() > LONGEST_INPUT) {
            found.unreadable(use.id, use.tool, Judgement.Reason.INPUT_TOO_LONG);
            return;
        }
        JsonNode input = MissingNode.getInstance();
        if (use.readable) {
            input = input(use);
        }
        if (input.isObject()) {
            found.whole(use.id, use.tool, input, use.startLength + use.pieces.size());
        } else {
            found.unreadable(use.id, use.tool, Judgement.Reason.TRUNCATED);
        }
    }

    /** The input as the client reads it: what its pieces say together, else what stood at the block's start. */
    private static JsonNode input(Open use) {
        use.pieces.write('"');
        try {
            String json = Json.MAPPER.readValue(use.pieces.array(), 0, use.pieces.size(), String.class);
            if (json.isBlank()) {
                return use.atStart;
            }
            return Json.exact(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
