/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chattomessages;

import static io.caravan.format.chat.ChunkWriter.ascii;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.caravan.convert.EventTranslator;
import io.caravan.failure.ErrorReader;
import io.caravan.format.Usage;
import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.messages.MessageEvent;
import io.caravan.format.messages.MessageEvent.Span;
import io.caravan.format.sse.EventData;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The events of a Messages stream as the chunks of a chat stream (cases S38, S39, E51). */
final class MessagesToChatStream extends EventTranslator {

    private static final byte[] ROLE = ascii("{\"role\":\"assistant\",\"content\":\"\"}");
    private static final byte[] CONTENT = ascii("{\"content\":");
    private static final byte[] END = ascii("}");

    private final String clientModel;
    private final Function<String, ChunkWriter> writers;
    private final boolean includeUsage;
    private final MessageEvent event = new MessageEvent();
    private final UrlCitations citations = new UrlCitations();
    private final ReasoningChunks reasoning = new ReasoningChunks();
    private final ToolCallChunks tools = new ToolCallChunks();
    private @Nullable ChunkWriter chunks;
    private int length;
    private int blockStart;

    /**
     * @param clientModel the client's name of the model
     * @param writers     makes the writer of chunks from the id of the message, which may be empty
     */
    MessagesToChatStream(String clientModel, Function<String, ChunkWriter> writers, boolean includeUsage) {
        this.clientModel = clientModel;
        this.writers = writers;
        this.includeUsage = includeUsage;
    }

    @Override
    protected void event(byte[] bytes, int start, int end, Bytes out) {
        EventData data = EventData.read(bytes, start, end);
        if (!data.isEmpty()) {
            read(data);
            take(out);
        } else if (bytes[start] == ':') {
            ChunkWriter.ping(out);
        }
    }

    private void read(EventData data) {
        try {
            event.read(data.bytes(), data.start(), data.length());
        } catch (IOException | MalformedBody e) {
            throw ErrorReader.unreadable();
        }
        if (event.isError()) {
            throw ErrorReader.insideUnworded(data.toByteArray(), clientModel);
        }
    }

    private void take(Bytes out) {
        switch (event.type()) {
            case "ping" -> ChunkWriter.ping(out);
            case "message_start" -> begin(out);
            case "content_block_start" -> blockStart(out);
            case "content_block_delta" -> delta(out);
            case "content_block_stop" -> blockStop(out);
            case "message_delta" -> messageDelta(out);
            case "message_stop" -> end(out);
            default -> { }
        }
    }

    @Override
    protected void last(Bytes out) {
        if (includeUsage) {
            begin(out).usage(CompletionUsage.of(event), out);
        }
        out.write(ChunkWriter.DONE);
    }

    @Override
    public Usage usage() {
        return event.usage();
    }

    /** The writer of this stream's chunks; the first of them is written if there was none yet. */
    private ChunkWriter begin(Bytes out) {
        ChunkWriter begun = chunks;
        if (begun == null) {
            begun = writers.apply(event.messageId());
            begun.open(out);
            out.write(ROLE);
            begun.close(out);
            chunks = begun;
        }
        return begun;
    }

    private void blockStart(Bytes out) {
        ChunkWriter writer = begin(out);
        int before = out.size();
        switch (event.partType()) {
            case "text" -> {
                blockStart = length;
                text(writer, out);
            }
            case "thinking", "redacted_thinking" -> {
                reasoning.begin();
                reasoning.write(event, writer, out);
            }
            case "tool_use" -> tools.begin(event, writer, out);
            case "web_search_tool_result" -> citations.found(event.content());
            default -> { }
        }
        content(out.size() > before);
    }

    private void delta(Bytes out) {
        ChunkWriter writer = begin(out);
        int before = out.size();
        switch (event.partType()) {
            case "text_delta" -> text(writer, out);
            case "thinking_delta", "signature_delta" -> reasoning.write(event, writer, out);
            case "input_json_delta" -> tools.arguments(event, writer, out);
            case "citations_delta" -> citations.cite(event.citation());
            default -> { }
        }
        content(out.size() > before);
    }

    private void text(ChunkWriter writer, Bytes out) {
        Span text = event.text;
        if (!text.isEmpty()) {
            length += text.chars();
            writer.open(out);
            out.write(CONTENT);
            text.writeTo(out);
            out.write(END);
            writer.close(out);
        }
    }

    private void blockStop(Bytes out) {
        ChunkWriter writer = begin(out);
        annotate(citations.endOfBlock(blockStart, length), writer, out);
        tools.end(event.index(), writer, out);
    }

    private void messageDelta(Bytes out) {
        String stopReason = event.stopReason();
        if (stopReason == null || ended()) {
            return;
        }
        ChunkWriter writer = begin(out);
        tools.endAll(writer, out);
        annotate(citations.endOfMessage(), writer, out);
        writer.finish(StopReasons.toChat(stopReason), out);
        finished(true);
    }

    private static void annotate(ArrayNode annotations, ChunkWriter writer, Bytes out) {
        if (!annotations.isEmpty()) {
            JsonNode delta = Json.MAPPER.createObjectNode().set("annotations", annotations);
            writer.delta(delta, out);
        }
    }
}
