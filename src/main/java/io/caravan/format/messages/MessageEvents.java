/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.Usage;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.messages.EventFrames.Delta;
import java.io.IOException;
import java.util.List;

/** A whole message as the event stream it would have been (case S35): for an upstream that ignored {@code stream}. */
final class MessageEvents {

    private static final List<String> AT_THE_END = List.of("stop_reason", "stop_sequence", "stop_details");
    /** What a client in auto mode is told of the tool uses. */
    private static final String VERDICTS = "safeguard_results";
    private static final String MANAGEMENT = "context_management";

    private MessageEvents() {
    }

    /**
     * All events of {@code message}, {@code message_start} to {@code message_stop}. Members and blocks that are not known
     * here are kept, whole.
     *
     * @throws MalformedBody if that is no message
     */
    static byte[] of(byte[] message) {
        ObjectNode start = read(message);
        if (!(start.remove("content") instanceof ArrayNode content)) {
            throw new MalformedBody("no message");
        }
        ObjectNode end = end(start);
        start.putArray("content");
        Bytes out = new Bytes(message.length + 1024);
        EventFrames.messageStart(out, start);
        for (int index = 0; index < content.size(); index++) {
            block(out, index, content.get(index));
        }
        EventFrames.frame(out, end);
        EventFrames.messageStop(out);
        return out.toByteArray();
    }

    /** The {@code message_delta}, with what it says taken out of {@code start}. */
    private static ObjectNode end(ObjectNode start) {
        ObjectNode delta = Json.MAPPER.createObjectNode();
        for (String member : AT_THE_END) {
            delta.set(member, start.get(member));
            start.putNull(member);
        }
        if (start.has(VERDICTS)) {
            delta.set(VERDICTS, start.remove(VERDICTS));
        }
        ObjectNode counts = UsageSchema.whole(Usage.UNKNOWN, 0);
        if (start.get("usage") instanceof ObjectNode given) {
            counts = given;
        }
        ObjectNode end = EventFrames.messageDelta(delta, counts);
        ObjectNode countsAtStart = Json.MAPPER.createObjectNode();
        countsAtStart.setAll(counts);
        start.set("usage", countsAtStart.put("output_tokens", 0));
        if (start.hasNonNull(MANAGEMENT)) {
            end.set(MANAGEMENT, start.get(MANAGEMENT));
        }
        start.remove(MANAGEMENT);
        return end;
    }

    private static void block(Bytes out, int index, JsonNode block) {
        switch (block.path("type").asText()) {
            case "text" -> text(out, index, (ObjectNode) block);
            case "thinking" -> thinking(out, index, (ObjectNode) block);
            case "tool_use", "server_tool_use", "mcp_tool_use" -> toolUse(out, index, (ObjectNode) block);
            default -> EventFrames.blockStart(out, index, block);
        }
        EventFrames.blockStop(out, index);
    }

    private static void text(Bytes out, int index, ObjectNode block) {
        String text = taken(block, "text");
        JsonNode citations = block.path("citations");
        if (citations.isArray()) {
            block.putArray("citations");
        }
        EventFrames.blockStart(out, index, block);
        written(out, index, Delta.TEXT_DELTA, text);
        for (JsonNode citation : citations) {
            EventFrames.delta(out, index, Json.MAPPER.createObjectNode().put("type", "citations_delta")
                    .set("citation", citation));
        }
    }

    private static void thinking(Bytes out, int index, ObjectNode block) {
        String thinking = taken(block, "thinking");
        String signature = taken(block, "signature");
        EventFrames.blockStart(out, index, block);
        written(out, index, Delta.THINKING_DELTA, thinking);
        written(out, index, Delta.SIGNATURE_DELTA, signature);
    }

    private static void toolUse(Bytes out, int index, ObjectNode block) {
        JsonNode input = block.path("input");
        block.putObject("input");
        EventFrames.blockStart(out, index, block);
        String json = "{}";
        if (input.isObject()) {
            json = input.toString();
        }
        written(out, index, Delta.INPUT_JSON_DELTA, json);
    }

    private static String taken(ObjectNode block, String member) {
        String value = block.path(member).asText("");
        block.put(member, "");
        return value;
    }

    private static void written(Bytes out, int index, Delta delta, String value) {
        if (!value.isEmpty()) {
            EventFrames.delta(out, index, delta, value);
        }
    }

    private static ObjectNode read(byte[] message) {
        try {
            if (Json.MAPPER.readTree(message) instanceof ObjectNode node) {
                return node;
            }
        } catch (IOException e) {
            // what cannot be read is no message either
        }
        throw new MalformedBody("no message");
    }
}
