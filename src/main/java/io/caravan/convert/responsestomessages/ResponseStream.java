/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.responsestomessages;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.convert.EventTranslator;
import io.caravan.failure.ErrorReader;
import io.caravan.failure.Failure;
import io.caravan.format.Usage;
import io.caravan.format.chat.ChunkWriter;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.messages.MessageEvent;
import io.caravan.format.responses.ResponsesRequest.Call;
import io.caravan.format.responses.ResponsesRequest.Tool;
import io.caravan.format.sse.EventData;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The events of a Messages stream as those of a response. */
final class ResponseStream extends EventTranslator {

    private final ResponseAnswers.Asked asked;
    private final long created;
    private final MessageEvent event = new MessageEvent();
    private final Bytes response = new Bytes(1024);
    private @Nullable ResponseWriter writer;
    private Block open = Block.NONE;
    private int openIndex = -1;
    private Optional<MessageItem> message = Optional.empty();
    private StopReason reason = StopReason.COMPLETED;

    /** @param created when the response was made, in seconds */
    ResponseStream(ResponseAnswers.Asked asked, long created) {
        this.asked = asked;
        this.created = created;
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
            throw ErrorReader.insideUnworded(data.toByteArray(), asked.model());
        }
    }

    private void take(Bytes out) {
        switch (event.type()) {
            case "ping" -> ChunkWriter.ping(out);
            case "message_start" -> begin(out);
            case "content_block_start" -> blockStart(out);
            case "content_block_delta" -> delta(out);
            case "content_block_stop" -> blockStop(out);
            case "message_delta" -> messageDelta();
            case "message_stop" -> end(out);
            default -> { }
        }
    }

    /** The writer of this stream's events; the first of them are written if there was none yet. */
    private ResponseWriter begin(Bytes out) {
        ResponseWriter begun = writer;
        if (begun == null) {
            String id = event.messageId();
            if (id.isEmpty()) {
                id = UUID.randomUUID().toString();
            }
            begun = new ResponseWriter(id.replaceAll("[^a-zA-Z0-9]", ""), asked, created);
            writer = begun;
            begun.begin(out);
        }
        return begun;
    }

    private void blockStart(Bytes out) {
        ResponseWriter to = begin(out);
        closeBlock(out);
        openIndex = event.index();
        open = switch (event.partType()) {
            case "text" -> message(to).newPart();
            case "thinking", "redacted_thinking" -> new ReasoningItem(next(to, out));
            case "tool_use" -> call(to, out);
            case "server_tool_use" -> search(to, out);
            default -> Block.NONE;
        };
        open.take(event, out);
        content(open.begun());
    }

    private MessageItem message(ResponseWriter to) {
        MessageItem item = message.orElseGet(() -> new MessageItem(to));
        message = Optional.of(item);
        return item;
    }

    /** The writer, for an item that is no message: the one before it ends. */
    private ResponseWriter next(ResponseWriter to, Bytes out) {
        message.ifPresent(item -> item.end("completed", out));
        message = Optional.empty();
        return to;
    }

    private Block call(ResponseWriter to, Bytes out) {
        if (event.name.isEmpty()) {
            throw ErrorReader.unreadable();
        }
        String name = Escaped.text(event.name);
        Tool tool = asked.called().getOrDefault(name, new Tool(Call.FUNCTION, name, ""));
        return switch (tool.call()) {
            case FUNCTION -> new FunctionCall(next(to, out), tool, event, out);
            case CUSTOM, LOCAL_SHELL -> new ConvertedCall(next(to, out), tool, event, out);
        };
    }

    private Block search(ResponseWriter to, Bytes out) {
        if (Escaped.text(event.name).equals("web_search")) {
            return new SearchCall(next(to, out), out);
        }
        return Block.NONE;
    }

    private void delta(Bytes out) {
        if (event.index() != openIndex) {
            throw ErrorReader.unreadable();
        }
        open.take(event, out);
        content(open.begun());
    }

    private void blockStop(Bytes out) {
        if (event.index() == openIndex) {
            open.stop(out);
        }
    }

    /** A block that is followed by another is whole, or was never one. */
    private void closeBlock(Bytes out) {
        open.stop(out);
        open.end(StopReason.COMPLETED, out);
        open = Block.NONE;
        openIndex = -1;
    }

    private void messageDelta() {
        String word = event.stopReason();
        if (word == null || ended()) {
            return;
        }
        reason = StopReason.of(word);
        finished(true);
    }

    @Override
    protected void last(Bytes out) {
        ResponseWriter to = begin(out);
        open.stop(out);
        open.end(reason, out);
        if (reason == StopReason.REFUSED) {
            message(to).refusal(event.explanation(), out);
        }
        message.ifPresent(item -> item.end(reason.status(), out));
        JsonNode details = reason.details();
        to.object(reason.status(), null, details, ResponseWriter.usage(event), response);
        to.end(reason.status(), details, event, out);
    }

    /** The whole response, when the stream has ended. */
    byte[] response() {
        return response.toByteArray();
    }

    @Override
    public Optional<byte[]> failed(Failure failure) {
        Bytes out = new Bytes(1024);
        begin(out).fail(failure, out);
        return Optional.of(out.toByteArray());
    }

    @Override
    public Usage usage() {
        return event.usage();
    }
}
