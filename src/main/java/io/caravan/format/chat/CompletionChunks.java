/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A whole chat completion as the chunks it would have been (case S35 for OpenAI clients). */
final class CompletionChunks {

    private static final byte[] DATA = ChunkWriter.ascii("data: ");
    private static final byte[] END = ChunkWriter.ascii("\n\n");

    private final Bytes out;
    private final ObjectNode chunk;

    private CompletionChunks(Bytes out, ObjectNode chunk) {
        this.out = out;
        this.chunk = chunk;
    }

    /** The chunks of {@code completion}, {@code [DONE]} included; see {@link ChunkWriter#ofCompletion}. */
    static byte[] of(byte[] completion, boolean includeUsage) throws IOException {
        if (!(Json.exact(completion) instanceof ObjectNode whole)) {
            throw new MalformedBody("no completion");
        }
        JsonNode choices = whole.path("choices");
        JsonNode usage = whole.path("usage");
        if (!choices.isArray()) {
            throw new MalformedBody("no completion");
        }
        whole.remove("choices");
        whole.remove("usage");
        whole.put("object", "chat.completion.chunk");
        Bytes out = new Bytes(completion.length + 1024);
        CompletionChunks chunks = new CompletionChunks(out, whole);
        for (JsonNode choice : choices) {
            chunks.add(choice);
        }
        if (includeUsage && usage.isObject()) {
            whole.putArray("choices");
            whole.set("usage", usage);
            chunks.write();
        }
        out.write(ChunkWriter.DONE);
        return out.toByteArray();
    }

    private void add(JsonNode choice) throws IOException {
        ObjectNode role = Json.MAPPER.createObjectNode().put("role", "assistant").put("content", "");
        ObjectNode annotations = Json.MAPPER.createObjectNode();
        ObjectNode reasoning = Json.MAPPER.createObjectNode();
        ObjectNode content = Json.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> member : choice.path("message").properties()) {
            switch (member.getKey()) {
                case "role", "tool_calls" -> { }
                case "content", "refusal" -> setFilled(content, member);
                case "annotations" -> setFilled(annotations, member);
                default -> setFilled(reasoning, member);
            }
        }
        JsonNode index = choice.path("index");
        write(index, role);
        writeFilled(index, reasoning);
        writeFilled(index, content);
        writeCalls(index, choice.path("message").path("tool_calls"));
        writeFilled(index, annotations);
        write(index, Json.MAPPER.createObjectNode(), choice.path("finish_reason").asText("stop"));
    }

    private static void setFilled(ObjectNode delta, Map.Entry<String, JsonNode> member) {
        if (!isEmpty(member.getValue())) {
            delta.set(member.getKey(), member.getValue());
        }
    }

    private static boolean isEmpty(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL -> true;
            case STRING -> value.textValue().isEmpty();
            case ARRAY, OBJECT -> value.isEmpty();
            default -> false;
        };
    }

    private void writeCalls(JsonNode index, JsonNode calls) throws IOException {
        for (int i = 0; i < calls.size(); i++) {
            ObjectNode delta = Json.MAPPER.createObjectNode();
            ObjectNode call = delta.putArray("tool_calls").addObject().put("index", i);
            if (calls.get(i) instanceof ObjectNode whole) {
                call.setAll(whole);
            }
            write(index, delta);
        }
    }

    private void writeFilled(JsonNode index, ObjectNode delta) throws IOException {
        if (!delta.isEmpty()) {
            write(index, delta);
        }
    }

    private void write(JsonNode index, ObjectNode delta) throws IOException {
        write(index, delta, null);
    }

    private void write(JsonNode index, ObjectNode delta, @Nullable String finish) throws IOException {
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
