/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.faults;

import io.caravan.simulator.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** All bytes of a right answer to one request, its head included, that end with the connection. */
final class WholeAnswer {

    /** A range of the bytes; of a JSON answer the second half of the body stands for all parts behind the head. */
    enum Part { NOTHING, HEAD, MESSAGE_START, CONTENT, MESSAGE_DELTA }

    private final String text;
    private final boolean streams;

    private WholeAnswer(String text, boolean streams) {
        this.text = text;
        this.streams = streams;
    }

    static WholeAnswer to(RecordedRequest request) {
        boolean streams = Faulty.streams(request);
        String marker = Script.markerOf(request);
        String body = streams ? stream(marker) : "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                + "\"model\":\"m\",\"content\":[{\"type\":\"text\",\"text\":\"You said: " + marker + " and so on\"}],"
                + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                + "\"usage\":{\"input_tokens\":12,\"output_tokens\":7}}";
        return new WholeAnswer("HTTP/1.1 200 OK\r\ncontent-type: " + (streams ? "text/event-stream" : "application/json")
                + "\r\ncontent-length: " + body.length() + "\r\nconnection: close\r\n\r\n" + body, streams);
    }

    private static String stream(String marker) {
        return event("message_start", "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                        + "\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}")
                + event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
                + delta("You said: ") + delta(marker) + delta(" and so on")
                + event("content_block_stop", "\"index\":0")
                + event("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                        + "\"usage\":{\"output_tokens\":7}")
                + event("message_stop", null);
    }

    private static String delta(String text) {
        return event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}");
    }

    private static String event(String name, String members) {
        return "event: " + name + "\ndata: {\"type\":\"" + name + "\"" + (members == null ? "" : "," + members) + "}\n\n";
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The bytes before a place in {@code part}, another one for each {@code number}; never the part's last byte. */
    byte[] upTo(Part part, int number) {
        int body = text.indexOf("\r\n\r\n") + 4;
        int from = body + (text.length() - body) / 2;
        int to = text.length();
        if (part == Part.NOTHING || part == Part.HEAD) {
            from = part == Part.HEAD ? 1 : 0;
            to = part == Part.HEAD ? body : 1;
        } else if (streams) {
            int content = text.indexOf("event: content_block_start");
            int reason = text.indexOf("event: message_delta");
            int delta = text.indexOf("event: content_block_delta");
            from = part == Part.MESSAGE_START ? body : part == Part.CONTENT ? delta : reason;
            to = part == Part.MESSAGE_START ? content : part == Part.CONTENT ? reason : text.indexOf("event: message_stop");
        }
        return Arrays.copyOf(bytes(), from + Math.floorMod(number * 31, to - from));
    }
}
