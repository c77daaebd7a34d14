/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.sse.EventBuffer;
import io.caravan.format.sse.EventData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The events of a whole stream as the message they make. */
final class JoinedEvents {

    private final Map<Integer, ObjectNode> blocks = new TreeMap<>();
    private final Map<Integer, StringBuilder> inputs = new TreeMap<>();
    private Optional<ObjectNode> message = Optional.empty();

    private JoinedEvents() {
    }

    /** @throws MalformedBody if they are no events of a message */
    static byte[] message(byte[] stream) {
        JoinedEvents joined = new JoinedEvents();
        EventBuffer events = new EventBuffer(Integer.MAX_VALUE);
        ByteArrayInputStream in = new ByteArrayInputStream(stream);
        try {
            while (events.fill(in) >= 0) {
                while (events.next()) {
                    EventData data = EventData.read(events.bytes(), events.start(), events.end());
                    if (!data.isEmpty()) {
                        joined.add(Json.MAPPER.readTree(data.toByteArray()));
                    }
                }
            }
            return Json.MAPPER.writeValueAsBytes(joined.whole());
        } catch (IOException e) {
            throw new MalformedBody("no message");
        }
    }

    private ObjectNode whole() throws IOException {
        ObjectNode whole = message.orElseThrow(() -> new MalformedBody("no message"));
        for (Map.Entry<Integer, StringBuilder> input : inputs.entrySet()) {
            JsonNode json = Json.MAPPER.readTree(input.getValue().toString());
            if (json.isObject() && blocks.containsKey(input.getKey())) {
                blocks.get(input.getKey()).set("input", json);
            }
        }
        whole.putArray("content").addAll(blocks.values());
        return whole;
    }

    private void add(JsonNode event) {
        switch (event.path("type").asText()) {
            case "message_start" -> message = Optional.of(event.path("message")).filter(ObjectNode.class::isInstance)
                    .map(ObjectNode.class::cast);
            case "content_block_start" -> {
                if (event.path("content_block") instanceof ObjectNode block) {
                    blocks.put(event.path("index").asInt(), block);
                }
            }
            case "content_block_delta" -> Optional.ofNullable(blocks.get(event.path("index").asInt()))
                    .ifPresent(block -> delta(event.path("index").asInt(), event.path("delta"), block));
            case "message_delta" -> message.ifPresent(whole -> messageDelta(event, whole));
            default -> { }
        }
    }

    private void delta(int index, JsonNode delta, ObjectNode block) {
        switch (delta.path("type").asText()) {
            case "text_delta" -> append("text", delta, block);
            case "thinking_delta" -> append("thinking", delta, block);
            case "signature_delta" -> append("signature", delta, block);
            case "input_json_delta" -> inputs.computeIfAbsent(index, at -> new StringBuilder())
                    .append(delta.path("partial_json").asText());
            case "citations_delta" -> {
                if (!(block.get("citations") instanceof ArrayNode)) {
                    block.putArray("citations");
                }
                block.withArray("citations").add(delta.path("citation"));
            }
            default -> { }
        }
    }

    private static void append(String member, JsonNode delta, ObjectNode block) {
        block.put(member, block.path(member).asText() + delta.path(member).asText());
    }

    private static void messageDelta(JsonNode event, ObjectNode whole) {
        event.path("delta").properties().forEach(member -> whole.set(member.getKey(), member.getValue()));
        if (event.hasNonNull("context_management")) {
            whole.set("context_management", event.get("context_management"));
        }
        ObjectNode usage = whole.withObjectProperty("usage");
        event.path("usage").properties().forEach(count -> {
            if (!count.getValue().isNull()) {
                usage.set(count.getKey(), count.getValue());
            }
        });
    }
}
