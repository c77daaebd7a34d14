/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import io.caravan.simulator.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The events of a Messages stream as an upstream writes them. */
final class Wire {

    /** The model an upstream says it is, which no client may see. */
    static final String UPSTREAM_MODEL = "databricks-claude-sonnet-4-5";

    static final String START = messageStart(UPSTREAM_MODEL);
    static final String PING = event("ping", "{\"type\": \"ping\"}");
    static final String BLOCK_START = event("content_block_start",
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
    static final String BLOCK_STOP = event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}");
    static final String MESSAGE_DELTA = event("message_delta",
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                    + "\"usage\":{\"output_tokens\":7}}");
    static final String MESSAGE_STOP = event("message_stop", "{\"type\":\"message_stop\"}");

    private Wire() {
    }

    static String event(String name, String json) {
        return "event: " + name + "\ndata: " + json + "\n\n";
    }

    static String messageStart(String model) {
        return event("message_start", "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
                + "\"role\":\"assistant\",\"model\":\"" + model + "\",\"content\":[],\"stop_reason\":null,"
                + "\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}}");
    }

    static String text(String text) {
        return event("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                + "{\"type\":\"text_delta\",\"text\":\"" + text + "\"}}");
    }

    /** A whole stream, a text delta for each of {@code texts}. */
    static List<String> message(String... texts) {
        List<String> events = new ArrayList<>(List.of(START, BLOCK_START));
        for (String text : texts) {
            events.add(text(text));
        }
        events.addAll(List.of(BLOCK_STOP, MESSAGE_DELTA, MESSAGE_STOP));
        return events;
    }

    /** What a client is to get for these events of an upstream. */
    static String asSeen(String events) {
        return events.replace("\"" + UPSTREAM_MODEL + "\"", "\"" + Gateway.MODEL + "\"");
    }

    static String asSeen(List<String> events) {
        return asSeen(String.join("", events));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes events, each as one chunk; the head must be out. */
    static void write(Reply reply, String... events) throws IOException {
        for (String event : events) {
            reply.chunk(utf8(event));
        }
    }

    /** Writes the head and events, and leaves the stream open. */
    static void open(Reply reply, String... events) throws IOException {
        reply.startStream();
        write(reply, events);
    }

    /** Writes a whole stream and ends it. */
    static void stream(Reply reply, String... events) throws IOException {
        open(reply, events);
        reply.endStream();
    }
}
