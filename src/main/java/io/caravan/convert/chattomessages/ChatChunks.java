/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.convert.ChatStream;
import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.Map;

/** A whole chat completion as the chunks it would have been (case S35 for OpenAI clients). */
public final class ChatChunks {

    private static final byte[] DATA = ChunkWriter.ascii("data: ");
    private static final byte[] END = ChunkWriter.ascii("\n\n");

    private final Bytes out;
    private final ObjectNode chunk;

    private ChatChunks(Bytes out, ObjectNode chunk) {
        this.out = out;
        this.chunk = chunk;
    }

    /**
     * The chunks of {@code completion}, {@code [DONE]} included.
     *
     * @param includeUsage whether the client asked for a chunk of token counts
     * @throws io.caravan.failure.Failure if it is no completion
     */
    public static byte[] of(byte[] completion, boolean includeUsage) {
        try {
            if (!(Json.exact(completion) instanceof ObjectNode whole) || !whole.path("choices").isArray()) {
                throw ChatStream.unreadable();
            }
            JsonNode choices = whole.remove("choices");
            JsonNode usage = whole.remove("usage");
            whole.put("object", "chat.completion.chunk");
            Bytes out = new Bytes(completion.length + 1024);
            ChatChunks chunks = new ChatChunks(out, whole);
            for (JsonNode choice : choices) {
                chunks.add(choice);
            }
            if (includeUsage && usage != null && usage.isObject()) {
                whole.putArray("choices");
                whole.set("usage", usage);
                chunks.write();
            }
            out.write(ChunkWriter.DONE);
            return out.toByteArray();
        } catch (IOException e) {
            throw ChatStream.unreadable();
        }
    }

    private void add(JsonNode choice) throws IOException {
        ObjectNode role = Json.MAPPER.createObjectNode().put("role", "assistant").put("content", "");
        ObjectNode annotations = Json.MAPPER.createObjectNode();
        ObjectNode reasoning = Json.MAPPER.createObjectNode();
        ObjectNode content = Json.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> member : choice.path("message").properties()) {
            JsonNode value = member.getValue();
            if (value.isNull() || value.isContainerNode() && value.isEmpty()
                    || value.isTextual() && value.textValue().isEmpty()) {
                continue;
            }
            switch (member.getKey()) {
                case "role", "tool_calls" -> { }
                case "content", "refusal" -> content.set(member.getKey(), value);
                case "annotations" -> annotations.set(member.getKey(), value);
                default -> reasoning.set(member.getKey(), value);
            }
        }
        JsonNode index = choice.path("index");
        write(index, role, null);
        writeFilled(index, reasoning);
        writeFilled(index, content);
        JsonNode calls = choice.path("message").path("tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            ObjectNode delta = Json.MAPPER.createObjectNode();
            ArrayNode list = delta.putArray("tool_calls");
            ObjectNode call = list.addObject().put("index", i);
            if (calls.get(i) instanceof ObjectNode whole) {
                call.setAll(whole);
            }
            write(index, delta, null);
        }
        writeFilled(index, annotations);
        write(index, Json.MAPPER.createObjectNode(), choice.path("finish_reason").asText("stop"));
    }

    private void writeFilled(JsonNode index, ObjectNode delta) throws IOException {
        if (!delta.isEmpty()) {
            write(index, delta, null);
        }
    }

    private void write(JsonNode index, ObjectNode delta, String finish) throws IOException {
        ObjectNode choice = chunk.putArray("choices").addObject();
        choice.put("index", index.asInt());
        choice.set("delta", delta);
        choice.put("finish_reason", finish);
        write();
    }

    private void write() throws IOException {
        out.write(DATA);
        out.write(Json.MAPPER.writeValueAsBytes(chunk));
        out.write(END);
    }
}
