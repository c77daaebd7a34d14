/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/** Puts the message of a Messages stream together, as a client does. */
final class StreamedMessage {

    private final Map<Integer, StringBuilder> inputs = new HashMap<>();
    private ObjectNode message;

    private StreamedMessage() {
    }

    /** The message of a whole stream; an error event, or a stream without its end, is a failure. */
    static JsonNode of(String stream) {
        StreamedMessage read = new StreamedMessage();
        boolean ended = false;
        for (String frame : stream.split("\n\n")) {
            String data = frame.lines().filter(line -> line.startsWith("data:")).findFirst().orElse("");
            if (!data.isEmpty()) {
                JsonNode event = json(data.substring(5));
                read.take(event, stream);
                ended = event.path("type").asText().equals("message_stop");
            }
        }
        if (!ended) {
            throw new AssertionError("without its end: " + stream);
        }
        return read.message;
    }

    private void take(JsonNode event, String stream) {
        int index = event.path("index").asInt();
        switch (event.path("type").asText()) {
            case "message_start" -> message = (ObjectNode) event.get("message");
            case "content_block_start" -> ((ArrayNode) message.get("content")).insert(index, event.get("content_block"));
            case "content_block_delta" -> delta((ObjectNode) message.path("content").get(index), index, event.get("delta"));
            case "content_block_stop" -> {
                if (inputs.containsKey(index)) {
                    ((ObjectNode) message.path("content").get(index)).set("input", json(inputs.get(index).toString()));
                }
            }
            case "message_delta" -> {
                message.setAll((ObjectNode) event.get("delta"));
                ((ObjectNode) message.get("usage")).setAll((ObjectNode) event.get("usage"));
            }
            case "error" -> throw new AssertionError(stream);
            default -> { }
        }
    }

    private void delta(ObjectNode block, int index, JsonNode delta) {
        switch (delta.path("type").asText()) {
            case "text_delta" -> block.put("text", block.path("text").asText() + delta.path("text").asText());
            case "thinking_delta" -> block.put("thinking", block.path("thinking").asText()
                    + delta.path("thinking").asText());
            case "signature_delta" -> block.set("signature", delta.get("signature"));
            case "input_json_delta" -> inputs.computeIfAbsent(index, key -> new StringBuilder())
                    .append(delta.path("partial_json").asText());
            default -> throw new AssertionError(delta.toString());
        }
    }
}
